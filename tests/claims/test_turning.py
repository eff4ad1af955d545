"""Which pages turned a verdict, found by judging without the difference of each."""

from __future__ import annotations

import pytest

from claims.types import VerdictLabel
from tests.claims.fakes import DIED, Web, address, again, check_of, decide, gather

DENIED = "Nobody died in the strike on the boat, it now turns out."
NAMES = ("a", "b", "c")


def check_twice(
    first: dict[str, str], second: dict[str, str]
) -> tuple[tuple[VerdictLabel, VerdictLabel], tuple[str, ...]]:
    """The labels of two checks with these pages, and what turned the second."""
    web = Web(**first)
    before = gather(check_of(*NAMES), web)
    verdict, _ = decide(check_of(*NAMES), before)
    check = again(check_of(*NAMES), verdict)
    now, entry = decide(check, gather(check, Web(**second)), before=before)
    assert entry.changed is (now.label is not verdict.label)
    return (verdict.label, now.label), entry.turned_by


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": DIED, "b": "Gardens."}, {"a": DENIED, "b": "Gardens. And parks."}),
        ({"b": "Gardens."}, {"a": DIED, "b": "Gardens."}),
        ({"a": DIED, "b": "Gardens."}, {"b": "Gardens."}),
    ],
    ids=["changed", "appeared", "vanished"],
)
def test_page_that_turned_the_verdict_is_named(
    first: dict[str, str], second: dict[str, str]
) -> None:
    labels, turned_by = check_twice(first, second)
    assert labels[0] is not labels[1]
    assert turned_by == (address("a"),)


def test_pages_that_turned_it_together_are_all_named() -> None:
    other = "Nobody was hurt, let alone died, when the navy fired at the boat on that Tuesday."
    labels, turned_by = check_twice(
        {"a": DIED}, {"a": DENIED, "b": DENIED + " " + other, "c": other}
    )
    assert labels == (VerdictLabel.SUPPORTED, VerdictLabel.REFUTED)
    assert address("a") in turned_by
    assert len(turned_by) > 1


def test_same_label_is_turned_by_no_page() -> None:
    labels, turned_by = check_twice({"a": DIED}, {"a": f"{DIED} More is not known of the strike."})
    assert labels[0] is labels[1]
    assert turned_by == ()
