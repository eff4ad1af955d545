"""Answers and tokens of second readers, and the state of their endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from secrets import token_hex

from claims.ports import DayOfTokens, EndpointState, ReaderUsage
from claims.store.connection import StorePart
from claims.store.keys import ANSWER
from claims.store.records import from_ms
from claims.text import clean_line
from claims.types import ClaimId

_DAY_MS = 24 * 3600 * 1000
# Lifetime of an answer in ms after its last use: a monthly re-check finds the answer of the last.
_ANSWER_LIFE_MS = 35 * _DAY_MS
USAGE_DAYS = 400
"""Number of days for which the tokens used are kept."""
# Time in ms for which a call that counts tokens is remembered: redis-py repeats it within seconds.
_CALL_LIFE_MS = 60_000

FAILURES_MAX = 5
"""Failures in a row after which the endpoint rests."""
# In ms: the first rest, the longest rest, and the maximum time of the request that tries again.
_FIRST_REST_MS, _LONGEST_REST_MS, _TRY_MS = 15_000, 300_000, 120_000
_DETAIL_CHARS = 300
# Fields of a day that are not ids of keys.
_ALL, _REQUESTS = "all", "requests"


class RedisReadings(StorePart):
    """claims.ports.Readings on the server."""

    def get_answer(self, key: str) -> str | None:
        """The JSON of an answer; each use extends its lifetime."""
        answer = self.connection.command("GETEX", ANSWER + key, "PX", _ANSWER_LIFE_MS)
        return None if answer is None else str(answer)

    def keep_answer(self, key: str, answer: str) -> None:
        """Store an answer, until 35 days after its last use."""
        self.connection.run("keep_answer", key=key, answer=answer, life_ms=_ANSWER_LIFE_MS)

    def spend(self, claim_id: ClaimId | None, tokens: int, *, owner: str | None = None) -> None:
        """The contract of claims.ports.Readings.spend."""
        self.connection.run(
            "spend_tokens",
            claim=claim_id or "",
            tokens=tokens,
            call=token_hex(16),
            call_life_ms=_CALL_LIFE_MS,
            day_life_ms=USAGE_DAYS * _DAY_MS,
            owner=owner or "",
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
    keys = {name: value for name, value in fields.items() if name not in (_ALL, _REQUESTS)}
    return DayOfTokens(
        day=day, tokens=fields.get(_ALL, 0), requests=fields.get(_REQUESTS, 0), keys=keys
    )
