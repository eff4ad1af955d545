"""Retention of checks and pages: old ones are deleted, except pages that a verdict cites."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.errors import NotFound, PageGone
from claims.shapes import to_text
from claims.store import RedisStore, keys
from claims.store.encoding import pack
from claims.types import (
    Coverage,
    Gathered,
    Header,
    Page,
    Passage,
    PriorCheck,
    ServerAnswer,
    Span,
    VerdictLabel,
)
from claims.verdicts.origins import refer_to
from tests.claims.samples import gathered, page, verdict
from tests.contracts import steps

CLAIM = steps.claim_id(1)
OTHER = steps.claim_id(2)
DAY_S = 24 * 3600.0
ANSWER = ServerAnswer(
    status=200, final_url="https://a.example/two", headers=(Header("ETag", '"1"'),)
)


def submit(store: RedisStore, number: int = 1) -> None:
    store.submit_claim(steps.new_claim(number))


def check_again(store: RedisStore, check: int, *, cites: Page | None = None) -> None:
    """Run the next check of CLAIM, with a page of its own."""
    store.recheck_claim(CLAIM)
    steps.gather(store, CLAIM, check)
    lease = steps.acquire(store, steps.judge_item(CLAIM, check))
    assert steps.commit_verdict(store, lease, cites=cites)


def page_of(check: int) -> Page:
    return page(text=steps.text_of_check(check))


def is_kept(store: RedisStore, kept: Page) -> bool:
    try:
        return store.get_page(kept.sha256).text == kept.text
    except NotFound:
        return False


def forget_all(store: RedisStore) -> tuple[int, int]:
    """Delete all that may be deleted, with an expired page cache; counts of checks and pages."""
    steps.empty_page_cache(store)
    forgotten = store.forget(keep_s=0, limit=100)
    return forgotten.checks, forgotten.pages


# --- keeping -----------------------------------------------------------------------------------


def test_gathered_evidence_is_read_back_complete_although_no_text_of_a_passage_is_kept(
    store: RedisStore,
) -> None:
    submit(store)
    source = replace(steps.read_page(store, "It rained. Eleven people died. Then it snowed."))
    reference = refer_to(source, origin="o1")
    passages = (
        Passage(text="Eleven people died.", span=Span(11, 30), page=reference, rank_score=1.25),
        Passage(text="Then it snowed.", span=Span(31, 46), page=reference, page_number=2),
    )
    review = PriorCheck(claim="c", publisher="p", rating="r", url="https://c.example/")
    whole = Gathered(passages, (reference,), Coverage(1, 1, 1), (review,), (ANSWER,))
    assert store.commit_gathering(steps.acquire(store, steps.gather_item(CLAIM)), whole)
    assert store.get_gathered(CLAIM, 1) == whole
    kept = store.connection.command("HGET", keys.GATHERED + CLAIM, 1)
    assert "Eleven" not in kept
    assert len(kept) < len(to_text(whole)) / 2


def test_every_check_stays_with_its_own_verdict(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM, label=VerdictLabel.SUPPORTED)
    store.recheck_claim(CLAIM)
    steps.finish_check(store, CLAIM, 2, label=VerdictLabel.REFUTED)
    first, second = store.get_check(CLAIM, 1), store.get_check(CLAIM, 2)
    assert first.verdict == verdict(VerdictLabel.SUPPORTED, check=1)
    assert second.verdict == verdict(VerdictLabel.REFUTED, check=2)
    for record in (first, second):
        (snapshot,) = record.gathered.pages
        assert snapshot.sha256 == page_of(record.check).sha256
        assert store.get_page(snapshot.sha256).text == steps.text_of_check(record.check)


def test_a_check_that_is_not_there_says_why(store: RedisStore) -> None:
    submit(store)
    with pytest.raises(NotFound, match="no claim"):
        store.get_check(OTHER, 1)
    with pytest.raises(NotFound, match="has no verdict: it is under way or has failed"):
        store.get_check(CLAIM, 1)
    steps.finish_check(store, CLAIM)
    for number in (0, -1, 2, 10**30):
        with pytest.raises(NotFound, match="its newest is check 1"):
            store.get_check(CLAIM, number)
    check_again(store, 2)
    assert forget_all(store)[0] == 1
    with pytest.raises(NotFound, match=r"check 1 of claim .* is no longer stored.*ASSAY_KEEP_DAYS"):
        store.get_check(CLAIM, 1)


def test_gathered_evidence_is_deleted_when_the_judging_is_given_up(store: RedisStore) -> None:
    submit(store)
    steps.gather(store, CLAIM)
    store.give_up(steps.acquire(store, steps.judge_item(CLAIM)), steps.ERROR)
    with pytest.raises(NotFound):
        store.get_gathered(CLAIM, 1)
    assert forget_all(store) == (0, 1)


def test_a_page_is_counted_from_when_it_is_stored(store: RedisStore) -> None:
    source = steps.read_page(store, "Nothing refers to it yet.")
    assert store.connection.command("HGET", keys.CITATIONS, source.sha256) == "0"


# --- deleting ----------------------------------------------------------------------------------


def test_an_old_check_goes_with_the_pages_that_it_alone_cites(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    check_again(store, 2)
    steps.empty_page_cache(store)
    steps.pass_time(store, 10 * DAY_S)
    assert store.forget(keep_s=11 * DAY_S, limit=100).checks == 0
    assert store.get_check(CLAIM, 1)
    forgotten = store.forget(keep_s=9 * DAY_S, limit=100)
    assert (forgotten.checks, forgotten.pages) == (1, 1)
    assert (is_kept(store, page_of(1)), is_kept(store, page_of(2))) == (False, True)
    assert [entry.check for entry in store.get_history(CLAIM)] == [1, 2]
    assert store.forget(keep_s=0, limit=100).checks == 0


def test_the_latest_verdict_is_kept_whatever_its_age_and_whatever_failed_since(
    store: RedisStore,
) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    store.recheck_claim(CLAIM)
    store.give_up(steps.acquire(store, steps.gather_item(CLAIM, 2)), steps.ERROR)
    steps.pass_time(store, 10_000 * DAY_S)
    assert forget_all(store) == (0, 0)
    assert store.get_check(CLAIM, 1).verdict.check == 1
    assert is_kept(store, page_of(1))


def test_without_a_limit_no_check_is_ever_deleted(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    check_again(store, 2)
    steps.empty_page_cache(store)
    steps.pass_time(store, 10_000 * DAY_S)
    forgotten = store.forget(keep_s=None, limit=100)
    assert (forgotten.checks, forgotten.pages) == (0, 0)
    assert store.get_check(CLAIM, 1)


def test_a_page_stays_while_another_check_cites_it(store: RedisStore) -> None:
    for number in (1, 2):
        submit(store, number)
        item = steps.gather_item(steps.claim_id(number))
        assert steps.commit_gathering(store, steps.acquire(store, item), "Shared by two.")
        steps.judge(store, steps.claim_id(number))
    check_again(store, 2)
    assert forget_all(store) == (1, 0)
    assert is_kept(store, page(text="Shared by two."))


def test_a_verdict_that_is_carried_over_keeps_the_page_it_quotes(store: RedisStore) -> None:
    """Check 2 reads another version of the page, but its verdict still cites the first version."""
    submit(store)
    steps.finish_check(store, CLAIM)
    check_again(store, 2, cites=page_of(1))
    assert forget_all(store) == (1, 0)
    assert is_kept(store, page_of(1))
    check_again(store, 3, cites=page_of(1))
    assert forget_all(store) == (1, 1)
    assert [is_kept(store, page_of(check)) for check in (1, 2, 3)] == [True, False, True]


def test_a_page_that_nobody_cites_stays_as_long_as_the_cache_needs_it(store: RedisStore) -> None:
    uncited = steps.read_page(store, "Read for nothing.")
    steps.pass_time(store, 89 * DAY_S)
    assert store.forget(keep_s=None, limit=100).pages == 0
    steps.pass_time(store, 2 * DAY_S)
    assert store.forget(keep_s=None, limit=100).pages == 1
    assert not is_kept(store, uncited)
    # The entry of its URL still exists; without the text, the page is fetched as a new page.
    assert steps.read_page(store, "Read for nothing.").text == uncited.text
    assert is_kept(store, uncited)


def test_a_page_fetched_again_stays_in_the_cache(store: RedisStore) -> None:
    again = steps.read_page(store, "Read twice.")
    steps.pass_time(store, 89 * DAY_S)
    steps.read_page(store, "Read twice.")
    steps.pass_time(store, 89 * DAY_S)
    assert store.forget(keep_s=None, limit=100).pages == 0
    assert is_kept(store, again)


def test_a_check_whose_page_was_deleted_before_its_commit_is_gathered_again(
    store: RedisStore,
) -> None:
    submit(store)
    lease = steps.acquire(store, steps.gather_item(CLAIM))
    read = steps.read_page(store, "Gone while the worker slept.")
    assert forget_all(store) == (0, 1)
    with pytest.raises(PageGone):
        store.commit_gathering(lease, gathered(refer_to(read, origin="o1")))
    assert store.get_claim(CLAIM).record.status == "gathering"
    assert steps.commit_gathering(store, lease, "Gone while the worker slept.")
    assert is_kept(store, read)


def test_deleting_goes_in_batches(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    for check in range(2, 7):
        check_again(store, check)
    steps.empty_page_cache(store)
    batches = [store.forget(keep_s=0, limit=2) for _ in range(4)]
    assert [batch.checks for batch in batches] == [2, 2, 1, 0]
    assert sum(batch.pages for batch in batches) == 5
    assert store.get_check(CLAIM, 6)


def test_packed_is_a_fraction_of_the_plain(store: RedisStore) -> None:
    whole = verdict(VerdictLabel.SUPPORTED)
    many = replace(whole, evidence=whole.evidence * 8)
    assert len(pack(many)) < len(to_text(many)) / 4
