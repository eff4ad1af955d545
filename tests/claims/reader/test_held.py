"""Tokens and answers that cannot be recorded now are recorded later, for their claim."""

from __future__ import annotations

from contextvars import ContextVar

from claims.errors import StoreUnavailable
from claims.ports import Recalled, RequestUsage
from claims.reader.held import HoldingRecords
from tests.claims.reader.test_remembering import Records

charged: ContextVar[str] = ContextVar("charged", default="")


class AwayRecords(Records):
    """Records that cannot write while they are away, and know for whom they wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = True
        self.charged: list[str] = []

    def recall(self, key: str) -> Recalled:
        if self.is_away:
            raise StoreUnavailable("out of reach")
        return super().recall(key)

    def spend(self, usage: RequestUsage) -> None:
        if self.is_away:
            raise StoreUnavailable("out of memory")
        super().spend(usage)
        self.charged.append(charged.get())


def test_what_cannot_be_recorded_is_known_and_recorded_later_for_its_claim() -> None:
    records = AwayRecords()
    holding = HoldingRecords(records)
    usages = [RequestUsage(tokens=1), RequestUsage(tokens=2, key="k", answer="{}")]
    for claim, usage in zip(("c_1", "c_2"), usages, strict=True):
        before = charged.set(claim)
        holding.spend(usage)
        charged.reset(before)
    assert holding.recall("k") == Recalled("{}")
    assert records.usages == []
    records.is_away = False
    assert holding.recall("other") == Recalled()
    assert (records.usages, records.charged) == (usages, ["c_1", "c_2"])
    assert records == {"k": "{}"}
    records.clear()
    assert holding.recall("k") == Recalled()  # nothing is held that was recorded


def test_what_can_be_recorded_is_recorded_at_once() -> None:
    records = Records()
    holding = HoldingRecords(records)
    holding.spend(usage := RequestUsage(tokens=2, key="k", answer="{}"))
    assert (records.usages, records) == ([usage], {"k": "{}"})
    assert holding.allows()
    holding.recall("other")
    holding.end("other")
    assert records.asking == set()


def test_the_newest_two_hundred_requests_are_held() -> None:
    records = AwayRecords()
    holding = HoldingRecords(records)
    usages = [RequestUsage(tokens=number) for number in range(201)]
    for usage in usages:
        holding.spend(usage)
    records.is_away = False
    holding.recall("k")
    assert records.usages == usages[1:]
