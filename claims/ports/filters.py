"""Filters and orders of the lists of articles and claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from claims.types import ArticleId, Unread, VerdictLabel


class Order(StrEnum):
    """The order of a list. The last two leave out claims that have no verdict.

    By time of creation, the newest or the oldest first; by the last verdict, the latest or the
    most confident first.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    CHECKED = "checked"
    CONFIDENCE = "confidence"


class Superseded(StrEnum):
    """Whether a list leaves corrected claims out, has them as well, or has only them."""

    EXCLUDE = "exclude"
    INCLUDE = "include"
    ONLY = "only"


class ReaderFacet(StrEnum):
    """How the second reader's label compares with the judge's, or why there is no reading.

    `disagrees`: the judge alone gave another label; `decides`: the judge alone did not decide.
    """

    AGREES = "agrees"
    DISAGREES = "disagrees"
    DECIDES = "decides"
    NOT_ASKED = f"not-read:{Unread.NOT_ASKED}"
    BUDGET = f"not-read:{Unread.BUDGET}"
    NO_ANSWER = f"not-read:{Unread.NO_ANSWER}"
    BAD_ANSWER = f"not-read:{Unread.BAD_ANSWER}"


class ReviewFilter(StrEnum):
    """How far the review of a claim has come, as in ReviewState, or STALE: its sign-off is stale,
    as the last sweep found."""

    OPEN = "open"
    IN_REVIEW = "in-review"
    SIGNED = "signed"
    PUBLISHED = "published"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles are listed: those that match every field; None and () match all.

    `statuses` are ArticleStatus for articles, ClaimStatus for claims. Of several labels, statuses
    or tags, one is enough; an article has the labels of its claims. `site` is the host of its
    address, or a domain above that host. `words` must all be in its title, or, without a title, in
    the start of its text. It was created at `since` or later, and before `until`.
    """

    labels: tuple[VerdictLabel, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter(ArticleFilter):
    """Which claims are listed; otherwise like ArticleFilter.

    A claim also has the tags of its article. `site` is the host, or a domain above it, of a page
    that its last verdict cites; `words` must all be in its text. `least_confidence` is the minimum
    confidence of its last verdict. Corrected claims are superseded, and left out unless
    `superseded` says otherwise. Of several `readers` one is enough. `assignee` is the person, in
    any case, to whom the review is assigned. A verdict at `changed_since` or later gave the claim
    another label than the one before.
    """

    article: ArticleId | None = None
    claimant: str | None = None
    least_confidence: float | None = None
    superseded: Superseded = Superseded.EXCLUDE
    readers: tuple[ReaderFacet, ...] = ()
    review: ReviewFilter | None = None
    assignee: str | None = None
    changed_since: datetime | None = None


ALL_ARTICLES = ArticleFilter()


ALL_CLAIMS = ClaimFilter()
