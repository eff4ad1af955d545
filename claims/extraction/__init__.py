"""From an article's text to the claims in it. Pure functions; read them in this order:

article             the whole extraction in order, claims that are submitted, and which claims of a
                    long article are checked
layout              which lines are running text
reasons             why a sentence is not checked: rules, applied before the score
refusal             which submitted claims are refused, for the clearest of these reasons
check_worthiness    the score and its features
statements          one sentence to its statements, without the frames around a clause
pieces, coordination   one sentence, several claims
coreference         antecedents of "he" and "this" (`mentions`, `pronouns`, `descriptions`)
speakers            the speaker that the words of a report mean
drafts, decontextualise   texts of claims that stand alone
listed_claims       claims that a person has listed, instead of those found
links               which of the article's links belong to which claim
kinds               the kinds of a claim

The words and the grammar of English that all of them use are in claims/english/.
"""

from claims.extraction.article import extract_claims, keep_most_worthy, read_claim
from claims.extraction.check_worthiness import score_worthiness
from claims.extraction.links import give_links
from claims.extraction.listed_claims import keep_listed
from claims.extraction.refusal import check_checkable, find_refusal

__all__ = [
    "check_checkable",
    "extract_claims",
    "find_refusal",
    "give_links",
    "keep_listed",
    "keep_most_worthy",
    "read_claim",
    "score_worthiness",
]
