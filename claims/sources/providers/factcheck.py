"""Prior checks that fact-checkers have published: Google's Fact Check Tools, with a key.

https://developers.google.com/fact-check/tools/api. It returns the reviews that publishers mark up
(schema.org's ClaimReview). They are shown with the verdict and never affect it.
"""

from __future__ import annotations

from dataclasses import dataclass

from claims.sources.providers.api import JsonApi, objects, text
from claims.types import PriorCheck, Query

ADDRESS = "https://factchecktools.googleapis.com/v1alpha1/claims:search"
KEY_HEADER = "X-Goog-Api-Key"
_LIMIT = 10


@dataclass(frozen=True, slots=True)
class FactCheckTools:
    """`api` asks ADDRESS with the key in its headers (claims.ports.PriorChecks)."""

    api: JsonApi
    name: str = "fact-check-tools"

    def look_up(self, query: Query) -> tuple[PriorCheck, ...]:
        """See claims.ports.PriorChecks."""
        answer = self.api.ask({"query": query.text, "languageCode": "en", "pageSize": str(_LIMIT)})
        return tuple(
            check
            for claim in objects(answer.get("claims"))  # absent when nothing was found
            for review in objects(claim.get("claimReview"))
            if (check := _read_review(claim, review))
        )


def _read_review(claim: dict[str, object], review: dict[str, object]) -> PriorCheck | None:
    """A review with its rating in the original words; None if it lacks a part that readers need."""
    said, rating, url = (
        text(claim.get("text")), text(review.get("textualRating")), text(review.get("url")),
    )  # fmt: skip
    publisher = review.get("publisher")
    names = publisher if isinstance(publisher, dict) else {}
    name = text(names.get("name")) or text(names.get("site"))
    if not (said and rating and url and name):
        return None
    return PriorCheck(
        claim=said,
        publisher=name,
        rating=rating,
        url=url,
        title=text(review.get("title")),
        reviewed_at=text(review.get("reviewDate")),
    )
