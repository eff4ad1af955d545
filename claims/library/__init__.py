"""The library: articles and claims checked in this process, without a server.

verifier        what a caller uses: `from claims import Verifier`
local_input     the article, files and addresses of a caller -> a record, claims and pages
chosen_reader   the second reader of a Verifier, if it has one
claim_reader    judged claims, read by a second reader several at a time
"""
