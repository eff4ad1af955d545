"""Reviews of verdicts by people: which steps are allowed, what is signed, and when it is stale.

Pure functions; claims/store/reviews.py keeps what they decide.
"""

from claims.reviews.deciding import ReviewRecord, decide
from claims.reviews.sign_offs import sign
from claims.reviews.stale_sign_offs import find_grade, find_stale_reasons

__all__ = [
    "ReviewRecord",
    "decide",
    "find_grade",
    "find_stale_reasons",
    "sign",
]
