"""Another deciding passage under the same label: announced like another label, wording never."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.store import RedisStore
from claims.types import PageChange, PageDifference, VerdictLabel
from tests.claims.samples import evidence
from tests.contracts import steps
from tests.contracts.test_store_confirmation import CLAIM, changes, unconfirmed, wait_s

SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
ELEVEN, REWORDED = "Eleven people died.", "The storm killed 11 people."
TWELVE, THIRTEEN = "Twelve people died.", "Thirteen people died."


def find(
    store: RedisStore,
    check: int,
    *quotes: str,
    edited: tuple[str, str] | None = None,
    label: VerdictLabel = SUPPORTED,
) -> None:
    """Gather and judge a check with these quotations; `edited` is a deciding sentence of a page
    before and now."""
    steps.gather(store, CLAIM, check)
    change = edited and PageChange("https://a.example/", *edited, deciding=True)
    difference = PageDifference(changed=(change,)) if change else None
    verdict, entry = steps.write_verdict(check, label, difference=difference)
    piece = evidence(0.05, 0.9) if label is REFUTED else evidence(0.9, 0.05)
    pieces = tuple(replace(piece, quote=quote) for quote in quotes)
    lease = steps.acquire(store, steps.judge_item(CLAIM, check))
    assert store.commit_verdict(lease, replace(verdict, evidence=pieces), entry)


def look(store: RedisStore, *quotes: str, **more: object) -> None:
    """Let the time of the planned check come, and judge it."""
    steps.pass_time(store, max(0.0, wait_s(store)) + 1)
    find(store, store.get_claim(CLAIM).check + 1, *quotes, **more)  # type: ignore[arg-type]


@pytest.fixture
def daily(store: RedisStore) -> RedisStore:
    """A claim that is checked every day, supported by the sentence ELEVEN."""
    store.submit_claim(steps.new_claim(every="P1D"))
    find(store, 1, ELEVEN)
    return store


def test_other_passage_is_announced_with_its_sentences_when_it_is_confirmed(
    daily: RedisStore,
) -> None:
    look(daily, TWELVE, edited=(ELEVEN, TWELVE))
    assert changes(daily) == []
    waiting = unconfirmed(daily)
    assert waiting is not None
    assert (waiting.before, waiting.check) == (SUPPORTED, 2)
    look(daily, TWELVE)
    (event,) = changes(daily)
    assert (event.data.before, event.data.label, event.data.check) == (SUPPORTED, SUPPORTED, 2)
    assert event.data.diff is not None
    (change,) = event.data.diff.changed
    assert (change.before, change.after) == (ELEVEN, TWELVE)
    look(daily, TWELVE)
    assert len(changes(daily)) == 1


def test_other_wording_is_never_announced(daily: RedisStore) -> None:
    look(daily, REWORDED, edited=(ELEVEN, REWORDED))
    look(daily, ELEVEN, edited=(REWORDED, ELEVEN))
    assert (changes(daily), unconfirmed(daily)) == ([], None)


def test_passage_that_is_evidence_beside_a_new_one_is_no_change(daily: RedisStore) -> None:
    look(daily, TWELVE, ELEVEN, edited=("Twelve people were hurt.", TWELVE))
    assert (changes(daily), unconfirmed(daily)) == ([], None)


def test_passage_that_only_ranks_differently_is_no_change(daily: RedisStore) -> None:
    look(daily, TWELVE)
    look(daily, ELEVEN)
    assert (changes(daily), unconfirmed(daily)) == ([], None)


def test_edit_that_is_taken_back_is_never_announced_and_the_next_one_needs_more_checks(
    daily: RedisStore,
) -> None:
    look(daily, TWELVE, edited=(ELEVEN, TWELVE))
    look(daily, ELEVEN, edited=(TWELVE, ELEVEN))
    assert (changes(daily), unconfirmed(daily)) == ([], None)
    look(daily, TWELVE, edited=(ELEVEN, TWELVE))
    look(daily, TWELVE)
    assert changes(daily) == []
    look(daily, TWELVE)
    assert [event.data.check for event in changes(daily)] == [4]


def test_second_edit_waits_for_a_check_of_its_own(daily: RedisStore) -> None:
    look(daily, TWELVE, edited=(ELEVEN, TWELVE))
    look(daily, THIRTEEN, edited=(TWELVE, THIRTEEN))
    assert changes(daily) == []
    look(daily, THIRTEEN)
    assert [event.data.check for event in changes(daily)] == [3]


def test_label_that_turns_with_the_passage_is_announced_once(daily: RedisStore) -> None:
    look(daily, TWELVE, edited=(ELEVEN, TWELVE), label=REFUTED)
    look(daily, TWELVE, label=REFUTED)
    look(daily, TWELVE, label=REFUTED)
    (event,) = changes(daily)
    assert (event.data.before, event.data.label) == (SUPPORTED, REFUTED)


def test_check_on_request_announces_another_passage_at_once(daily: RedisStore) -> None:
    find(daily, daily.recheck_claim(CLAIM), TWELVE, edited=(ELEVEN, TWELVE))
    assert [event.data.check for event in changes(daily)] == [2]
    find(daily, daily.recheck_claim(CLAIM), TWELVE)
    assert len(changes(daily)) == 1


def test_end_of_the_schedule_announces_a_passage_that_waits_once(daily: RedisStore) -> None:
    look(daily, TWELVE, edited=(ELEVEN, TWELVE))
    daily.delete_schedule(CLAIM)
    find(daily, daily.recheck_claim(CLAIM), TWELVE)
    assert [event.data.check for event in changes(daily)] == [2]


def test_claim_without_a_known_passage_takes_that_of_its_next_check(daily: RedisStore) -> None:
    daily.connection.command("HDEL", f"assay:claim:{CLAIM}", "told_passage")
    look(daily, TWELVE, edited=(ELEVEN, TWELVE))
    assert changes(daily) == []
    look(daily, THIRTEEN, edited=(TWELVE, THIRTEEN))
    look(daily, THIRTEEN)
    assert [event.data.check for event in changes(daily)] == [3]
