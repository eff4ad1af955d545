"""The invariant checker finds violations: each test changes one key of the store directly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from claims.ports import VerifyRequest
from claims.store import RedisStore, connect, keys
from claims.store.invariant import check_invariant
from claims.types import ClaimId, EventType, Queue, VerdictLabel
from tests.contracts import steps
from tests.contracts.turns import take_item

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
DUE_CLAIM = f"gather:{CLAIM}:1"


@pytest.fixture
def broken(embedded_url: str) -> Iterator[RedisStore]:
    """A store with a queued claim and a finished article, for the test to corrupt."""
    store = connect(embedded_url)
    store.connection.command("FLUSHALL")
    store.submit_claim(steps.new_claim(every="PT1H"))
    store.submit_article(steps.new_article())
    for claim in steps.extract(store, ARTICLE, claims=2):
        steps.finish_check(store, claim, label=VerdictLabel.SUPPORTED)
    assert check_invariant(store) == []
    yield store
    store.connection.command("FLUSHALL")
    store.close()


def only_problem(store: RedisStore) -> str:
    (problem,) = check_invariant(store)
    return problem


def first_claim(store: RedisStore) -> ClaimId:
    return store.get_article(ARTICLE).record.claims[0].id


def test_lost_work_is_found(broken: RedisStore) -> None:
    take_item(broken, steps.gather_item(CLAIM))
    broken.connection.command("ZREM", keys.LEASE, DUE_CLAIM)
    assert only_problem(broken) == f"{DUE_CLAIM} is neither due nor leased: it would never be done"


def test_due_work_that_is_never_taken_is_found(broken: RedisStore) -> None:
    broken.connection.command("DEL", f"{keys.ITEMS}fetch:0:{CLAIM}")
    assert any("will be taken from 0 places" in problem for problem in check_invariant(broken))


def test_work_that_is_ready_twice_is_found(broken: RedisStore) -> None:
    broken.connection.command("ZADD", keys.LATER, 1, DUE_CLAIM)
    assert any("will be taken from 2 places" in problem for problem in check_invariant(broken))


def test_work_in_the_line_of_another_class_is_found(broken: RedisStore) -> None:
    broken.connection.command("HSET", keys.CLAIM + CLAIM, "class", 1)
    assert "is ready in fetch:0" in only_problem(broken)


def test_a_wrong_count_of_ready_items_is_found(broken: RedisStore) -> None:
    broken.connection.command("HINCRBY", keys.READY, "fetch:0", 1)
    assert only_problem(broken) == "fetch:0: 1 items are ready, 2 counted"


@pytest.mark.parametrize("prefix", [keys.NEWEST, keys.ROTATION])
def test_a_submission_that_gets_no_turn_is_found(broken: RedisStore, prefix: str) -> None:
    broken.connection.command("ZREM", f"{prefix}fetch:0", CLAIM)
    assert any("are not the submissions" in problem for problem in check_invariant(broken))


def test_a_submission_in_a_wrong_order_is_found(broken: RedisStore) -> None:
    broken.connection.command("ZINCRBY", f"{keys.NEWEST}fetch:0", 1, CLAIM)
    assert "is ready in fetch:0" in only_problem(broken)


def test_work_both_due_and_leased_is_found(broken: RedisStore) -> None:
    broken.connection.command("ZADD", keys.LEASE, 1, DUE_CLAIM)
    assert "both due and leased" in only_problem(broken)


def test_work_nobody_waits_for_is_found(broken: RedisStore) -> None:
    broken.connection.command("ZADD", keys.LEASE, 1, f"judge:{CLAIM}:1")
    assert "nothing waits for it" in only_problem(broken)


def test_a_second_verdict_of_one_check_is_found(broken: RedisStore) -> None:
    key = keys.HISTORY + first_claim(broken)
    entry = broken.connection.command("LINDEX", key, 0)
    broken.connection.command("RPUSH", key, entry)
    assert "two verdicts" in only_problem(broken)


def test_a_verdict_that_is_not_in_the_history_is_found(broken: RedisStore) -> None:
    broken.connection.command("DEL", keys.HISTORY + first_claim(broken))
    assert any("not with the verdict" in problem for problem in check_invariant(broken))


def test_a_planned_check_at_another_time_than_shown_is_found(broken: RedisStore) -> None:
    steps.finish_check(broken, CLAIM)
    for key in (keys.DUE, keys.LATER):
        broken.connection.command("ZINCRBY", key, 5, f"gather:{CLAIM}:2")
    assert "its next check is due at" in only_problem(broken)


def test_a_planned_check_that_becomes_ready_late_is_found(broken: RedisStore) -> None:
    steps.finish_check(broken, CLAIM)
    broken.connection.command("ZINCRBY", keys.LATER, 5, f"gather:{CLAIM}:2")
    assert "will be ready at" in only_problem(broken)


def test_a_forgotten_next_check_is_found(broken: RedisStore) -> None:
    steps.finish_check(broken, CLAIM)
    for key in (keys.DUE, keys.LATER):
        broken.connection.command("ZREM", key, f"gather:{CLAIM}:2")
    assert any("neither due nor leased" in problem for problem in check_invariant(broken))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("open", 1, "0 claims open, 1 counted"),
        ("claims", 3, "2 claims, 3 counted"),
        ("status", "extracted", "extracted with 0 claims open"),
        ("SUPPORTED", 1, "labels {'SUPPORTED': 2}, {'SUPPORTED': 1} counted"),
    ],
)
def test_a_wrong_counter_of_an_article_is_found(
    broken: RedisStore, field: str, value: int | str, message: str
) -> None:
    broken.connection.command("HSET", keys.ARTICLE + ARTICLE, field, value)
    assert any(message in problem for problem in check_invariant(broken))


def test_a_status_that_does_not_fit_its_work_is_found(broken: RedisStore) -> None:
    broken.connection.command("HSET", keys.CLAIM + CLAIM, "status", "judging")
    # Its gathered evidence is missing, too, and the index has its status of before.
    assert len(check_invariant(broken)) == 5


def cited_page(store: RedisStore) -> str:
    return store.get_check(first_claim(store), 1).gathered.pages[0].sha256


def test_a_cited_page_that_was_deleted_is_found(broken: RedisStore) -> None:
    sha256 = cited_page(broken)
    broken.connection.command("DEL", keys.PAGE + sha256)
    assert set(check_invariant(broken)) == {f"page {sha256} is cited, but not kept"}


def test_a_wrong_count_of_citations_is_found(broken: RedisStore) -> None:
    broken.connection.command("HINCRBY", keys.CITATIONS, cited_page(broken), 1)
    assert "counted" in only_problem(broken)


def test_a_verdict_without_its_evidence_is_found(broken: RedisStore) -> None:
    broken.connection.command("HDEL", keys.GATHERED + first_claim(broken), 1)
    assert "verdicts of ['1'], but gathered of []" in only_problem(broken)


def test_a_latest_verdict_that_is_not_kept_is_found(broken: RedisStore) -> None:
    for prefix in (keys.GATHERED, keys.VERDICTS):
        broken.connection.command("HDEL", prefix + first_claim(broken), 1)
    assert "its last verdict, of check 1, is not kept" in only_problem(broken)


def test_a_latest_verdict_that_would_be_deleted_is_found(broken: RedisStore) -> None:
    broken.connection.command("ZADD", keys.SUPERSEDED, 1, f"{first_claim(broken)}:1")
    assert "are not those that will be deleted" in only_problem(broken)


def test_a_verify_request_that_never_expires_is_found(broken: RedisStore) -> None:
    broken.beat("score@test", ttl_s=60, queues=(Queue.SCORE,))
    broken.ask_verify(VerifyRequest(id="one", claim="It rained.", pages=()), within_s=20)
    assert check_invariant(broken) == []
    broken.connection.command("PERSIST", keys.VERIFY + "one")
    assert only_problem(broken) == "verify request one would never expire"


def announced(store: RedisStore, event_type: EventType) -> list[str]:
    """The ids of the events of this type."""
    rows = store.connection.command("XRANGE", keys.EVENTS, "-", "+")
    return [event_id for event_id, fields in rows if fields["type"] == event_type]


def test_a_verdict_that_was_not_announced_is_found(broken: RedisStore) -> None:
    steps.finish_check(broken, CLAIM, label=VerdictLabel.SUPPORTED)
    steps.finish_check(broken, CLAIM, broken.recheck_claim(CLAIM), VerdictLabel.REFUTED)
    assert check_invariant(broken) == []
    (changed,) = announced(broken, EventType.VERDICT_CHANGED)
    broken.connection.command("XDEL", keys.EVENTS, changed)
    assert "announced are [(1, None, 'SUPPORTED')]" in only_problem(broken)


def test_a_verdict_that_was_announced_twice_is_found(broken: RedisStore) -> None:
    claim = first_claim(broken)
    words = ("type", "verdict.created", "claim", claim, "check", 1, "label", "SUPPORTED")
    broken.connection.command("XADD", keys.EVENTS, "*", *words)
    assert f"{claim}: its verdicts are" in only_problem(broken)


def test_an_article_that_was_announced_twice_is_found(broken: RedisStore) -> None:
    words = ("type", "article.done", "article", ARTICLE)
    broken.connection.command("XADD", keys.EVENTS, "*", *words)
    assert only_problem(broken) == f"{ARTICLE}: done, but announced as done 2 times"


def test_events_deleted_by_age_are_not_missed(broken: RedisStore) -> None:
    while ids := announced(broken, EventType.VERDICT_CREATED):
        broken.connection.command("XDEL", keys.EVENTS, ids[0])
        assert check_invariant(broken) == []


def test_a_record_that_is_not_found_by_a_word_is_found(broken: RedisStore) -> None:
    broken.connection.command("DEL", f"{keys.INDEX}claims:word:eleven")
    assert "is not in claims:word:eleven of the index" in check_invariant(broken)[0]


@pytest.mark.parametrize("name", ["claims:label:REFUTED", "claims:checked", "articles:tag:x"])
def test_entries_left_over_in_the_index_are_found(broken: RedisStore, name: str) -> None:
    broken.connection.command("ZADD", keys.INDEX + name, 77, 77)
    assert "but no record is found there" in only_problem(broken)


def test_labels_of_an_article_that_no_claim_has_are_found(broken: RedisStore) -> None:
    serial = broken.connection.command("ZSCORE", keys.ARTICLES, ARTICLE)
    broken.connection.command("HSET", keys.ARTICLE + ARTICLE, "label", "SUPPORTED\nREFUTED")
    broken.connection.command("ZADD", f"{keys.INDEX}articles:label:REFUTED", serial, int(serial))
    assert "but its claims have {'SUPPORTED'}" in only_problem(broken)


def test_tags_that_its_article_does_not_have_are_found(broken: RedisStore) -> None:
    claim = first_claim(broken)
    serial = broken.connection.command("ZSCORE", keys.CLAIMS, claim)
    broken.connection.command("HSET", keys.CLAIM + claim, "article_tag", "city")
    broken.connection.command("ZADD", f"{keys.INDEX}claims:article_tag:city", serial, int(serial))
    assert "tags of its article" in only_problem(broken)


def test_sites_that_a_verdict_does_not_cite_are_found(broken: RedisStore) -> None:
    claim = first_claim(broken)
    serial = broken.connection.command("ZSCORE", keys.CLAIMS, claim)
    site = broken.connection.command("HGET", keys.CLAIM + claim, "site")
    broken.connection.command("HSET", keys.CLAIM + claim, "site", f"{site}\nb.example")
    broken.connection.command("ZADD", f"{keys.INDEX}claims:site:b.example", serial, int(serial))
    assert "are not those that its verdict cites" in only_problem(broken)


def test_remains_of_a_deleted_record_are_found(broken: RedisStore) -> None:
    broken.connection.command("HSET", keys.GONE, CLAIM, 1)
    assert only_problem(broken) == f"{CLAIM} was deleted, but is stored"


def test_work_of_a_deleted_claim_is_found(broken: RedisStore) -> None:
    broken.delete_claim(CLAIM)
    broken.connection.command("ZADD", keys.LEASE, 1, DUE_CLAIM)
    assert only_problem(broken) == f"{DUE_CLAIM} is due or leased, but nothing waits for it"


def test_a_deleted_claim_that_its_article_still_counts_is_found(broken: RedisStore) -> None:
    broken.delete_claim(first_claim(broken))
    broken.connection.command("HDEL", keys.ARTICLE + ARTICLE, "deleted")
    assert only_problem(broken) == f"{ARTICLE}: 1 claims, 2 counted"


def test_a_page_that_a_deleted_claim_still_cites_is_counted(broken: RedisStore) -> None:
    claim = first_claim(broken)
    broken.connection.command("HSET", keys.CITED + "c_deleted", 1, cited_page(broken))
    broken.connection.command("SADD", keys.ERASING, "c_deleted")
    assert "counted" in only_problem(broken)
    assert claim == first_claim(broken)


@pytest.mark.parametrize("field", ["corrects", "corrected_by"])
def test_a_correction_that_is_not_linked_both_ways_is_found(broken: RedisStore, field: str) -> None:
    claim = first_claim(broken)
    broken.connection.command("HSET", keys.CLAIM + claim, field, CLAIM)
    assert f"{claim}: {CLAIM} does not refer back to it" in check_invariant(broken)


def test_a_corrected_claim_that_would_be_checked_again_is_found(broken: RedisStore) -> None:
    claim = first_claim(broken)
    broken.connection.command("HSET", keys.CLAIM + claim, "corrects", CLAIM)
    broken.connection.command("HSET", keys.CLAIM + CLAIM, "corrected_by", claim)
    assert only_problem(broken) == f"{CLAIM}: corrected, but it would be checked again"


def test_a_corrected_claim_that_lists_have_and_one_that_they_lack_are_found(
    broken: RedisStore,
) -> None:
    claim = first_claim(broken)
    broken.correct_claim(claim, steps.new_claim(77, text="Twelve people died."))
    assert check_invariant(broken) == []
    broken.connection.command("HSET", keys.CLAIM + claim, "superseded", "")
    assert f"{claim}: corrected, but lists and counts have it" in check_invariant(broken)
    broken.connection.command("HSET", keys.CLAIM + steps.claim_id(77), "superseded", "yes")
    found = f"{steps.claim_id(77)}: not corrected, but lists and counts leave it out"
    assert found in check_invariant(broken)


def test_a_judged_claim_whose_check_has_no_verdict_is_found(broken: RedisStore) -> None:
    claim = first_claim(broken)
    broken.connection.command("HSET", keys.CLAIM + claim, "check", 2)
    assert only_problem(broken) == f"{claim}: judged, but check 2 has no verdict"
    broken.connection.command("HSET", keys.CLAIM + claim, "cancelled", 2)
    assert check_invariant(broken) == []


@pytest.mark.parametrize(
    ("field", "text"), [("status", "zombie"), ("verdict", '{"label": "MAYBE"}'), ("check", "two")]
)
def test_a_claim_that_cannot_be_read_is_named(broken: RedisStore, field: str, text: str) -> None:
    broken.connection.command("HSET", keys.CLAIM + CLAIM, field, text)
    named, rest = check_invariant(broken)
    assert named.startswith(f"{CLAIM} cannot be read: ")
    assert rest == "because of that nothing else was examined"


def test_an_event_that_cannot_be_read_is_found(broken: RedisStore) -> None:
    broken.connection.command("XADD", keys.EVENTS, "*", "x", "y")
    assert only_problem(broken) == "what is stored cannot be examined: KeyError: 'type'"
