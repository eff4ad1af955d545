"""From an article's text to the claims in it. Pure functions; read them in this order:

article             the whole extraction in order; `handed_in` for claims that are handed in
layout              which lines are running text
reasons, worthiness why a sentence is not checked: rules first, then a score from `features`
statements          one sentence to its statements, with `frames` around a clause
pieces, verbs, figures   one sentence, several claims
context             antecedents of "he" and "this" (`mentions`, `subjects`, `pronouns`,
                    `descriptions`)
speakers            the speaker that the words of a report mean
drafts, decontextualise   texts of claims that stand alone
selection           which claims of a long article are checked
links               which of the article's links belong to which claim
kinds               the kinds of a claim

The words and the grammar of English that all of them use are in claims/english/.
"""

from claims.extraction.article import extract_claims
from claims.extraction.handed_in import read_claim
from claims.extraction.links import give_links
from claims.extraction.selection import keep_most_worthy
from claims.extraction.worthiness import score_worthiness

__all__ = ["extract_claims", "give_links", "keep_most_worthy", "read_claim", "score_worthiness"]
