"""Reviews of verdicts by people: which steps are allowed, what is signed, published and stale.

Pure functions; claims/store/reviews.py keeps what they decide.
"""

from claims.reviews.deciding import ReviewRecord, decide
from claims.reviews.publishing import is_reviewed_again, list_publications, withdraws
from claims.reviews.sign_offs import sign
from claims.reviews.stale_sign_offs import find_grade, find_stale_reasons

__all__ = [
    "ReviewRecord",
    "decide",
    "find_grade",
    "find_stale_reasons",
    "is_reviewed_again",
    "list_publications",
    "sign",
    "withdraws",
]
