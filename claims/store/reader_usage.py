"""Answers and tokens of second readers, and the state of their endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from claims.ports import DayOfTokens, EndpointState, ReaderUsage, Recalled, RequestUsage
from claims.store.connection import StorePart
from claims.store.encoding import from_ms
from claims.text import clean_line
from claims.types import ClaimId

_DAY_MS = 24 * 3600 * 1000
# Lifetime of an answer in ms after its last use: a monthly re-check finds the answer of the last.
_ANSWER_LIFE_MS = 35 * _DAY_MS
USAGE_DAYS = 400
"""Number of days for which the tokens used are kept."""
# Time in ms for which a request that was counted is remembered: one whose reply was lost is counted
# again when the store answers (claims/reader/held.py).
_CALL_LIFE_MS = 3_600_000

FAILURES_MAX = 5
"""Failures in a row after which the endpoint rests."""
# In ms: the first rest, the longest rest, and the maximum time of the request that tries again.
_FIRST_REST_MS, _LONGEST_REST_MS, _TRY_MS = 15_000, 300_000, 120_000
_DETAIL_CHARS = 300
# Fields of a day that are not ids of keys.
_ALL, _REQUESTS, _ESTIMATED = "all", "requests", "estimated"


class RedisReadings(StorePart):
    """claims.ports.Readings on the server."""

    def recall(self, key: str, *, holder: str, most_s: float) -> Recalled:
        """The contract of claims.ports.Readings.recall; each use extends the life of an answer."""
        state, answer = self.connection.run(
            "recall_answer",
            key=key,
            holder=holder,
            asking_ms=round(most_s * 1000),
            life_ms=_ANSWER_LIFE_MS,
        )
        if state == "asks":
            return Recalled()
        return Recalled(answer if state == "answered" else None, is_asked=state == "asked")

    def end_asking(self, key: str, *, holder: str) -> None:
        """The contract of claims.ports.Readings.end_asking."""
        self.connection.run("end_asking", key=key, holder=holder)

    def spend(
        self, claim_id: ClaimId | None, usage: RequestUsage, *, owner: str | None = None
    ) -> None:
        """The contract of claims.ports.Readings.spend; an answer is kept until 35 days after its
        last use."""
        self.connection.run(
            "spend_tokens",
            claim=claim_id or "",
            tokens=usage.tokens,
            estimated=usage.estimated,
            call=usage.id,
            call_life_ms=_CALL_LIFE_MS,
            day_life_ms=USAGE_DAYS * _DAY_MS,
            owner=owner or "",
            key=usage.key,
            answer=usage.answer or "",
            answer_life_ms=_ANSWER_LIFE_MS,
        )

    def spent_today(self) -> int:
        """The tokens of today."""
        return self.read_usage(1).days[0].tokens

    def read_usage(self, days: int) -> ReaderUsage:
        """The contract of claims.ports.Readings.read_usage."""
        found = self.connection.run("read_reader", days=days)
        today, rows, now_ms, failures, rests_ms, why = found
        first = date(1970, 1, 1) + timedelta(days=today)
        rests = rests_ms if rests_ms and int(rests_ms) > now_ms else None
        return ReaderUsage(
            tuple(_read_day(first - timedelta(days=age), row) for age, row in enumerate(rows)),
            EndpointState(
                failures=int(failures or 0),
                detail=why or None,
                rests_until=from_ms(rests) if rests else None,
            ),
        )

    def ask(self) -> float:
        """The contract of claims.ports.Readings.ask."""
        wait_ms = self.connection.run(
            "ask_reader", failures_max=FAILURES_MAX, try_ms=_TRY_MS, longest_ms=_LONGEST_REST_MS
        )
        return float(wait_ms) / 1000

    def end(self, failure: str | None) -> None:
        """The contract of claims.ports.Readings.end."""
        detail = "" if failure is None else clean_line(failure)[:_DETAIL_CHARS] or "no answer"
        self.connection.run(
            "end_reading",
            failure=detail,
            failures_max=FAILURES_MAX,
            first_rest_ms=_FIRST_REST_MS,
            longest_rest_ms=_LONGEST_REST_MS,
        )

    def skip(self) -> None:
        """The contract of claims.ports.Readings.skip."""
        self.connection.run("skip_reading", failures_max=FAILURES_MAX)


def _read_day(day: date, row: Sequence[str]) -> DayOfTokens:
    fields: Mapping[str, int] = {
        name: int(value) for name, value in zip(row[::2], row[1::2], strict=True)
    }
    own = (_ALL, _REQUESTS, _ESTIMATED)
    return DayOfTokens(
        day=day,
        tokens=fields.get(_ALL, 0),
        requests=fields.get(_REQUESTS, 0),
        estimated=fields.get(_ESTIMATED, 0),
        keys={name: value for name, value in fields.items() if name not in own},
    )
