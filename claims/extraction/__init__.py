"""From an article's text to the claims in it. Pure functions; read them in this order:

article             the whole extraction in order; `handed_in` for claims that are handed in
layout, language    which lines are running text, and in which language
reasons, worthiness why a sentence is not checked: rules first, then a score from `features`
statements          one sentence to its statements: `reports` of speech (`reported`,
                    `said_content`, `trailing_speakers`, `quotations`), `frames` around a clause
pieces, figures     one sentence, several claims
context             antecedents of "he" and "this" (`names`, `subjects`, `vagueness`)
drafts, decontextualise   texts of claims that stand alone
selection           which claims of a long article are checked
links               which of the article's links belong to which claim
kinds               the kinds of a claim
grammar, lead_ins, lexicon   the English grammar that all of them use
"""

from claims.extraction.article import extract_claims
from claims.extraction.handed_in import read_claim
from claims.extraction.links import give_links
from claims.extraction.selection import keep_most_worthy
from claims.extraction.worthiness import score_worthiness

__all__ = ["extract_claims", "give_links", "keep_most_worthy", "read_claim", "score_worthiness"]
