"""The verdict as if no source were rated: the same evidence, with each page counting in full.

Pure functions. Nothing is judged or fetched again, so this is cheap and exact.
"""

from __future__ import annotations

from dataclasses import replace

from claims.shapes import open_check
from claims.types import ArticleRecord, ClaimRecord, VerdictLabel
from claims.verdicts.conclusion import conclude_verdict


def without_credibility(claim: ClaimRecord, *, least_confidence: float) -> ClaimRecord:
    """The claim with its verdict concluded again; evidence and its credibility are still shown.

    `least_confidence` is the threshold of a decisive verdict (ASSAY_MIN_CONFIDENCE).
    """
    verdict = claim.verdict
    if verdict is None or all(item.page.credibility is None for item in verdict.evidence):
        return claim
    check = open_check(claim, number=verdict.check, requested_at=verdict.checked_at)
    anew = conclude_verdict(check, verdict, least_confidence=least_confidence, is_rated=False)
    return replace(claim, verdict=anew)


def article_without_credibility(
    article: ArticleRecord, *, least_confidence: float
) -> ArticleRecord:
    """The article with all its verdicts concluded again, and the summary counted from them.

    As everywhere, the summary leaves out superseded claims.
    """
    claims = tuple(
        without_credibility(claim, least_confidence=least_confidence) for claim in article.claims
    )
    current = [claim for claim in claims if claim.corrected_by is None]
    labels = [claim.verdict.label for claim in current if claim.verdict]
    summary = {label.value: labels.count(label) for label in VerdictLabel if label in labels}
    return replace(article, claims=claims, summary=summary)
