"""What the store keeps for second readers: answers, tokens used, the state of the endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from claims.ports.reader import Recalled, RequestUsage
from claims.types import ClaimId


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfTokens:
    """The tokens and requests of one day (UTC).

    `estimated` is the part of the tokens that the endpoint did not count, as of a request that it
    did not answer in time. `keys` has the tokens by the id of the key that asked for the work; work
    that no key asked for is left out.
    """

    day: date
    tokens: int = 0
    requests: int = 0
    estimated: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointState:
    """The state of the reader's endpoint: its failures in a row, and the last one in words.

    Until `rests_until` no request is sent; None: it may be asked now.
    """

    failures: int = 0
    detail: str | None = None
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReaderUsage:
    """The last days, today first, and the state of the endpoint."""

    days: tuple[DayOfTokens, ...]
    endpoint: EndpointState


class Readings(Protocol):
    """Answers, tokens and the endpoint of second readers, for all processes. Every method raises
    StoreUnavailable."""

    def recall(self, key: str, *, holder: str, most_s: float) -> Recalled:
        """The answer to a question. If there is none and no other holder asks it, this one does
        from now on, until `end_asking` or for `most_s` seconds.

        A holder that asks again, because its first attempt was lost, asks by itself.
        """
        ...

    def end_asking(self, key: str, *, holder: str) -> None:
        """The holder no longer asks the question."""
        ...

    def spend(
        self, claim_id: ClaimId | None, usage: RequestUsage, *, owner: str | None = None
    ) -> None:
        """Store the answer of one request, and add its tokens to the sums of today, of the claim
        and of its article, and to the sum of the key that asked for the claim's work.

        Without `claim_id` (a verify request, which has no record) they are added to today and to
        the key with the id `owner`.
        """
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
        """Record the end of a request; `failure` is why it has no answer, None if it has one."""
        ...

    def skip(self) -> None:
        """Record that no request followed `ask`: the caller that was to try after a rest leaves
        that to the next one."""
        ...
