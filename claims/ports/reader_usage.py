"""What the store keeps for second readers: answers, what they use, how their endpoint does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from claims.ports.reader import AnswerCache
from claims.types import ClaimId


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfTokens:
    """Tokens and requests of one day (UTC); `keys`: the tokens by the id of the key that asked for
    the work, without those of work that no key asked for."""

    day: date
    tokens: int = 0
    requests: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointState:
    """How the reader's endpoint does: failures in a row, the last of them in words, and until when
    nobody asks it, None when it may be asked."""

    failures: int = 0
    detail: str | None = None
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReaderUsage:
    """The last days, today first, and the state of the endpoint."""

    days: tuple[DayOfTokens, ...]
    endpoint: EndpointState


class Readings(AnswerCache, Protocol):
    """Answers, tokens and the endpoint of second readers, for all processes. Every method raises
    StoreUnavailable."""

    def spend(self, claim_id: ClaimId | None, tokens: int, *, owner: str | None = None) -> None:
        """Add the tokens of one request to today, to the key that asked for the claim's work, to
        the claim and to its article; None: a request without a record, to today and to the key with
        the id `owner`."""
        ...

    def spent_today(self) -> int:
        """The tokens of today (UTC, by the store's clock)."""
        ...

    def read_usage(self, days: int) -> ReaderUsage:
        """The tokens of this many days, and the state of the endpoint."""
        ...

    def ask(self) -> float:
        """0.0 when the endpoint may be asked now; else the seconds until somebody may ask.

        After several failures in a row it rests; then one caller tries first.
        """
        ...

    def end(self, failure: str | None) -> None:
        """Record how a request ended: why there was no answer, None when there was one."""
        ...
