"""The order of the review queue: the claims that are most worth a look come first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from claims.ports import ListEntry, ReaderFacet
from claims.types import LEAST_FIRM, LookReason, StaleGrade

FRESH_DAYS = 7
"""Days for which another label counts as a fresh change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedClaim(ListEntry):
    """A row of the queue: a row of a list, and why a look is worth it, the strongest reason
    first."""

    because: tuple[LookReason, ...]


def order_queue(entries: Iterable[ListEntry], *, now: datetime) -> tuple[QueuedClaim, ...]:
    """The claims in the order of the queue, each once.

    A claim with a stronger reason comes before claims with any number of weaker ones; of equal ones
    the verdict that has waited longest comes first.
    """
    by_id = {entry.id: entry for entry in entries}
    queued = [_add_reasons(entry, now=now) for entry in by_id.values()]
    return tuple(sorted(queued, key=_rank))


def _add_reasons(entry: ListEntry, *, now: datetime) -> QueuedClaim:
    known = {field.name: getattr(entry, field.name) for field in fields(entry)}
    found = set(_find_reasons(entry, now=now))
    return QueuedClaim(**known, because=tuple(one for one in LookReason if one in found))


def _find_reasons(entry: ListEntry, *, now: datetime) -> Iterator[LookReason]:
    if entry.stale == StaleGrade.RED:
        yield LookReason.DOES_NOT_HOLD
    if entry.reader == ReaderFacet.DISAGREES:
        yield LookReason.DISAGREEMENT
    if entry.confidence is not None and entry.confidence < LEAST_FIRM:
        yield LookReason.LOW_CONFIDENCE
    if entry.changed_at is not None and now - entry.changed_at <= timedelta(days=FRESH_DAYS):
        yield LookReason.FRESH_CHANGE
    if entry.stale == StaleGrade.YELLOW:
        yield LookReason.SOMETHING_CHANGED


def _rank(claim: QueuedClaim) -> tuple[tuple[bool, ...], datetime, str]:
    missing = tuple(reason not in claim.because for reason in LookReason)
    return missing, claim.checked_at or claim.created_at, claim.id
