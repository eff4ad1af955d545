"""What readers of a desk see of a published claim. Pure functions.

Only quotations of pages on the web are shown: documents of shelves, and pages that were read from
the network of the desk, are counted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from claims.report.claim_review import Publisher, write_claim_review
from claims.report.formatting import Tone, describe_day, host_of, tone_of_label, web_link
from claims.shapes import open_record
from claims.types import (
    CheckOptions,
    ClaimStatus,
    Evidence,
    PublishedCheck,
    PublishedClaim,
    Review,
    ReviewState,
    Stance,
    Verdict,
    VerdictLabel,
)

_SIDES = {VerdictLabel.SUPPORTED: Stance.SUPPORTS, VerdictLabel.REFUTED: Stance.REFUTES}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedView:
    """A published claim as pages and feed show it.

    `words` say why the label is that: the reason of the desk, or without one the explanation of the
    verdict; None if neither is for readers. `evidence` has the key passage first, if there is one;
    `hidden` is the number of quotations that are not shown. `checked_at` is the time of the check
    that was signed; None if it is no longer stored, or there was none.
    """

    published: PublishedClaim
    tone: Tone
    words: str | None
    evidence: tuple[Evidence, ...]
    hidden: int
    checked_at: datetime | None

    @property
    def has_key_passage(self) -> bool:
        """Whether the first quotation takes the side of the label: people may sign another label
        than the evidence has."""
        if not self.evidence:
            return False
        side = _SIDES.get(self.published.last.label)
        return side in (None, self.evidence[0].side)


def view_published(published: PublishedClaim, *, own: Collection[str] = ()) -> PublishedView:
    """The view of a published claim; `own` are the `host:port` pairs of the desk's network."""
    last = published.last
    found = last.verdict.evidence if last.verdict else ()
    shown = [piece for piece in found if is_on_the_web(piece.page.url, own=own)]
    shown.sort(key=lambda piece: piece.side is not _SIDES.get(last.label, piece.side))
    hidden = len(found) - len(shown)
    return PublishedView(
        published=published,
        tone=tone_of_label(last.label),
        words=last.reason or _find_explanation(last, hidden=hidden),
        evidence=tuple(shown),
        hidden=hidden,
        checked_at=last.verdict.checked_at if last.verdict else None,
    )


def describe_published(view: PublishedView) -> str:
    """The label in words, with what became of it: "Corrected to refuted", "Supported, under review
    again"."""
    words = view.tone.word
    if view.published.corrections:
        words = f"Corrected to {words.lower()}"
    return f"{words}, under review again" if view.published.is_reviewed_again else words


def write_published_summary(view: PublishedView) -> str:
    """The corrections, the words, and the first quotation with its page, in one text."""
    parts = [
        f"Corrected {describe_day(after.at)}: it was published as "
        f"“{tone_of_label(before.label).word}” on {describe_day(before.at)}."
        for before, after in view.published.corrections
    ]
    if view.words:
        parts.append(view.words)
    for first in view.evidence[:1]:
        page = first.page
        parts.append(f"“{first.quote}” ({page.title or host_of(page.url)}, {page.url})")
    return " ".join(parts)


def write_markup(view: PublishedView, *, publisher: Publisher, page: str) -> dict[str, Any] | None:
    """The ClaimReview of the claim at the address `page`; None while it is reviewed again."""
    published, last = view.published, view.published.last
    if published.is_reviewed_again:
        return None
    record = open_record(
        published.claim,
        claim_id=published.id,
        article_id=None,
        status=ClaimStatus.JUDGED,
        options=CheckOptions(),
    )
    review = Review(
        state=ReviewState.PUBLISHED, label=last.label, at=last.at, reason=view.words or None
    )
    record = replace(record, review=review, verdict=_keep_shown(last.verdict, view.evidence))
    return write_claim_review(record, publisher=publisher, page=page, article=None)


def is_on_the_web(url: str, *, own: Collection[str] = ()) -> bool:
    """Whether readers can open this address: http or https, on no host of the desk's network."""
    if not web_link(url):
        return False
    try:
        parts = urlsplit(url)
        pair = f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
    except ValueError:
        return False
    if pair in {each.lower() for each in own}:
        return False
    host = parts.hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.rstrip(".")


def _find_explanation(check: PublishedCheck, *, hidden: int) -> str | None:
    """The explanation of the verdict, if its label was signed and all it may name is shown."""
    verdict = check.verdict
    if verdict is None or hidden or verdict.label is not check.label:
        return None
    return verdict.explanation


def _keep_shown(verdict: Verdict | None, shown: tuple[Evidence, ...]) -> Verdict | None:
    """The verdict with the evidence that is shown; its explanation is that of the view."""
    return replace(verdict, evidence=shown, explanation="") if verdict and shown else None
