"""The second reader: a language model that reads all the evidence of a claim at once.

The question (question.py, visible.py); the endpoint (endpoint.py), what it takes (parameters.py),
what it says when it refuses (refusals.py), and what follows (unanswered.py); the checks of an
answer (answers.py, copied_text.py); text of pages that speaks to a model (addressed.py); the
adapters of claims.ports.Reader (chat.py, remembering.py), of TokenLedger (ledger.py), and of
AnswerCache and TokenLedger without a store (answer_file.py). Decision:
docs/adr/0046-a-second-reader-reads-all-the-evidence-at-once.md.
"""
