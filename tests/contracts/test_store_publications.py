"""What readers see: the order of publication, corrections, withdrawals, deletion, the upgrade."""

from __future__ import annotations

import pytest

from claims.errors import InvalidInput, NotFound
from claims.store import RedisStore, keys
from claims.store.invariant import check_invariant
from claims.store.schema import SCHEMA
from claims.types import Decision, VerdictLabel
from tests.contracts.steps import claim_id, pass_time
from tests.contracts.test_store_reviews import (
    BEN,
    ONE,
    REFUTED,
    SUPPORTED,
    add_judged,
    check_again,
    correct,
    review,
)


def publish(store: RedisStore, number: int = 1) -> None:
    """Judge, accept and publish a claim."""
    add_judged(store, number)
    review(store, number=number)
    review(store, Decision.PUBLISH, number=number)


def list_ids(store: RedisStore) -> list[str]:
    return [one.id for one in store.publications.list_published(limit=10).items]


def list_labels(store: RedisStore) -> list[VerdictLabel]:
    """The labels of the publications of claim 1."""
    return [check.label for check in store.publications.get_published(ONE).checks]


def is_in_doubt(store: RedisStore) -> bool:
    """Whether claim 1 is reviewed again, in the list after a sweep and by itself."""
    store.reviews.note_stale(limit=10)
    (listed,) = store.publications.list_published(limit=10).items
    alone = store.publications.get_published(ONE)
    assert listed == alone
    return alone.is_reviewed_again


@pytest.mark.parametrize("until", range(3))
def test_nothing_is_published_before_the_decision_to_publish(store: RedisStore, until: int) -> None:
    add_judged(store)
    for step in (lambda: review(store, None, note="Look."), lambda: review(store))[:until]:
        step()
    assert list_ids(store) == []
    with pytest.raises(NotFound, match="no published claim"):
        store.publications.get_published(ONE)


def test_publication_has_the_claim_and_the_verdict_that_was_signed(store: RedisStore) -> None:
    publish(store)
    signed = store.get_claim(ONE).record
    check_again(store, REFUTED)
    shown = store.publications.get_published(ONE)
    assert (shown.id, shown.claim.text) == (ONE, signed.text)
    assert (shown.last.label, shown.last.verdict) == (SUPPORTED, signed.verdict)
    assert shown.last.at == signed.review.at


def test_verdict_that_was_signed_outlives_its_check(store: RedisStore) -> None:
    publish(store)
    check_again(store, SUPPORTED)
    pass_time(store, 10)
    assert store.forget(keep_s=1, limit=10).checks == 1
    verdict = store.publications.get_published(ONE).last.verdict
    assert verdict is not None
    assert verdict.evidence


def test_verdict_is_found_when_another_check_came_before_the_publication(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    check_again(store, SUPPORTED)
    review(store, Decision.PUBLISH)
    verdict = store.publications.get_published(ONE).last.verdict
    assert verdict is not None
    assert verdict.check == 1


def test_reason_of_the_sign_off_is_that_of_its_publication(store: RedisStore) -> None:
    add_judged(store)
    correct(store)
    review(store, Decision.PUBLISH, note="Call the editor.")
    last = store.publications.get_published(ONE).last
    assert (last.label, last.reason) == (REFUTED, "A parody.")


def test_last_publication_comes_first_and_pages_follow_each_other(store: RedisStore) -> None:
    for number in (1, 2, 3):
        publish(store, number)
    correct(store)
    review(store, Decision.PUBLISH, person=BEN)
    first = store.publications.list_published(limit=2)
    assert [one.id for one in first.items] == [ONE, claim_id(3)]
    rest = store.publications.list_published(limit=2, cursor=first.next_cursor)
    assert [one.id for one in rest.items] == [claim_id(2)]
    assert rest.next_cursor is None
    with pytest.raises(InvalidInput, match="cursor"):
        store.publications.list_published(limit=2, cursor="forged")


def test_correction_stays_beside_what_it_corrects(store: RedisStore) -> None:
    publish(store)
    correct(store)
    assert is_in_doubt(store)
    assert list_labels(store) == [SUPPORTED]
    review(store, Decision.PUBLISH, person=BEN)
    assert not is_in_doubt(store)
    shown = store.publications.get_published(ONE)
    assert [(old.label, new.label) for old, new in shown.corrections] == [(SUPPORTED, REFUTED)]


def test_second_publication_of_one_label_is_no_correction(store: RedisStore) -> None:
    publish(store)
    review(store)
    review(store, Decision.PUBLISH)
    assert list_labels(store) == [SUPPORTED, SUPPORTED]
    assert store.publications.get_published(ONE).corrections == ()


def test_red_sign_off_is_in_doubt_and_a_yellow_one_is_not(store: RedisStore) -> None:
    publish(store)
    check_again(store, SUPPORTED)
    assert not is_in_doubt(store)
    check = store.recheck_claim(ONE)
    assert check == 3
    assert not is_in_doubt(store)


def test_turned_verdict_puts_a_publication_in_doubt(store: RedisStore) -> None:
    publish(store)
    check_again(store, REFUTED)
    assert is_in_doubt(store)


def test_rejection_takes_the_publication_back_until_the_next_one(store: RedisStore) -> None:
    publish(store)
    review(store, Decision.REJECT, reason="No claim.")
    assert list_ids(store) == []
    review(store, None, second_look=True)
    assert list_ids(store) == []
    review(store, person=BEN)
    review(store, Decision.PUBLISH)
    assert list_ids(store) == [ONE]
    assert list_labels(store) == [SUPPORTED, SUPPORTED]


def test_rejection_that_waits_for_a_second_look_takes_nothing_back(store: RedisStore) -> None:
    publish(store)
    review(store, Decision.REJECT, reason="No claim.", second_look=True)
    assert is_in_doubt(store)
    review(store, Decision.REJECT, reason="No claim.", person=BEN)
    assert list_ids(store) == []


def test_repeated_call_publishes_once(store: RedisStore, request: pytest.FixtureRequest) -> None:
    add_judged(store)
    review(store)
    request.getfixturevalue("run_twice")
    review(store, Decision.PUBLISH)
    assert list_labels(store) == [SUPPORTED]


def test_deleted_claim_leaves_nothing_published(store: RedisStore) -> None:
    publish(store)
    store.delete_claim(ONE)
    assert list_ids(store) == []
    with pytest.raises(NotFound, match="no published claim"):
        store.publications.get_published(ONE)
    assert store.connection.command("EXISTS", keys.PUBLICATIONS + ONE) == 0


def test_invariant_names_a_publication_that_is_not_listed(store: RedisStore) -> None:
    publish(store)
    store.connection.command("ZREM", keys.PUBLISHED, ONE)
    assert any("is not listed as published" in one for one in check_invariant(store))
    store.connection.command("DEL", keys.PUBLICATIONS + ONE)
    assert any("were published" in one for one in check_invariant(store))
    store.connection.command("FLUSHALL")


def test_data_of_schema_7_is_published_after_the_upgrade(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.store.schema._BATCH", 2)
    store.check_server()
    for number in (3, 1, 2, 4):
        publish(store, number)
        pass_time(store, 1)
    correct(store)
    review(store, Decision.PUBLISH, person=BEN)
    review(store, Decision.REJECT, number=4, reason="No claim.")
    add_judged(store, 5)
    review(store, number=5)
    before = store.publications.list_published(limit=10)
    assert [one.id for one in before.items] == [ONE, claim_id(2), claim_id(3)]
    assert len(before.items[0].corrections) == 1
    texts = store.connection.command("KEYS", f"{keys.PUBLICATIONS}*")
    store.connection.command("DEL", keys.PUBLISHED, *texts)
    store.connection.command("SET", keys.SCHEMA, 7)
    store.check_server()
    assert store.connection.command("GET", keys.SCHEMA) == str(SCHEMA)
    assert store.publications.list_published(limit=10) == before
    assert check_invariant(store) == []
    store.check_server()
    assert store.publications.list_published(limit=10) == before


def test_upgrade_publishes_a_label_whose_check_is_no_longer_stored(store: RedisStore) -> None:
    publish(store)
    check_again(store, SUPPORTED)
    pass_time(store, 10)
    store.forget(keep_s=1, limit=10)
    store.connection.command("DEL", keys.PUBLISHED, keys.PUBLICATIONS + ONE)
    store.connection.command("SET", keys.SCHEMA, 7)
    store.check_server()
    last = store.publications.get_published(ONE).last
    assert (last.label, last.verdict) == (SUPPORTED, None)
