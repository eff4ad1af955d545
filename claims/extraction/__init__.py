"""From an article's text to the claims in it."""

from claims.extraction.article import extract_claims
from claims.extraction.handed_in import read_claim
from claims.extraction.worthiness import score_worthiness

__all__ = ["extract_claims", "read_claim", "score_worthiness"]
