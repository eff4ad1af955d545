"""From an article's text to the claims in it."""

from claims.extraction.worthiness import score_worthiness

__all__ = ["score_worthiness"]
