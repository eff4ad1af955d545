"""From an article's text to the claims in it. Pure functions; read them in this order:

article             the way from top to bottom; `handed_in` for claims that someone hands in
layout, language    which lines are running text, and in which language
reasons, worthiness why a sentence is not checked: rules first, then a score from `features`
statements          one sentence to its statements: `reports` of speech (`reported`,
                    `said_content`, `trailing_speakers`, `quotations`), `frames` around a clause
pieces, figures     one sentence, several claims
context             what "he" and "this" refer to (`names`, `subjects`, `vagueness`)
drafts, decontextualise   words that stand alone
selection           which claims of a long article are checked
links               which of the article's links belong to which claim
kinds               what sort of thing a claim says
grammar, lead_ins, lexicon   as much English as all of them need
"""

from claims.extraction.article import extract_claims
from claims.extraction.handed_in import read_claim
from claims.extraction.links import give_links
from claims.extraction.selection import keep_most_worthy
from claims.extraction.worthiness import score_worthiness

__all__ = ["extract_claims", "give_links", "keep_most_worthy", "read_claim", "score_worthiness"]
