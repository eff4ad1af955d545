"""Reading: records, versions, lists, health."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from claims.errors import InvalidInput, NotFound
from claims.store import RedisStore
from claims.types import ArticleId, ClaimId, VerdictLabel
from tests.claims.samples import verdict
from tests.contracts import steps

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)


@pytest.mark.parametrize("bad", ["c_" + "0" * 32, "", "a b:*?[", "\ud800", "x" * 5000])
def test_an_unknown_id_is_not_found(store: RedisStore, bad: str) -> None:
    claim, article = ClaimId(bad), ArticleId(bad)
    for read in (
        lambda: store.get_claim(claim),
        lambda: store.get_claim_version(claim),
        lambda: store.get_history(claim),
        lambda: store.get_gathered(claim, 1),
        lambda: store.get_check(claim, 1),
        lambda: store.get_article(article),
        lambda: store.get_article_text(article),
        lambda: store.get_article_version(article),
        lambda: store.get_page(bad),
    ):
        with pytest.raises(NotFound):
            read()


def test_a_verdict_and_its_history_come_back_as_they_were_committed(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    assert store.get_history(CLAIM) == ()
    steps.finish_check(store, CLAIM, label=VerdictLabel.SUPPORTED)
    store.recheck_claim(CLAIM)
    steps.finish_check(store, CLAIM, 2, label=VerdictLabel.REFUTED)
    assert store.get_claim(CLAIM).record.verdict == verdict(VerdictLabel.REFUTED, check=2)
    assert [(entry.check, entry.label) for entry in store.get_history(CLAIM)] == [
        (1, VerdictLabel.SUPPORTED),
        (2, VerdictLabel.REFUTED),
    ]


def test_the_version_alone_is_that_of_the_record(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    (claim,) = steps.extract(store, ARTICLE)
    assert store.get_article_version(ARTICLE) == store.get_article(ARTICLE).version
    assert store.get_claim_version(claim) == store.get_claim(claim).version


def test_the_text_alone_is_that_of_the_record(store: RedisStore) -> None:
    store.submit_article(replace(steps.new_article(), text=None, url="https://a.example/"))
    assert store.get_article_text(ARTICLE) == ""
    steps.extract(store, ARTICLE)
    assert store.get_article_text(ARTICLE) == store.get_article(ARTICLE).record.text != ""


def test_reading_and_ringing_raise_no_version(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    before = store.get_claim_version(CLAIM)
    store.get_claim(CLAIM)
    store.list_claims(limit=5)
    store.count_ready()
    store.reap()
    assert store.get_claim_version(CLAIM) == before


# --- lists -------------------------------------------------------------------------------------


def test_lists_are_newest_first_and_end(store: RedisStore) -> None:
    for number in range(7):
        store.submit_claim(steps.new_claim(number))
    seen: list[str] = []
    cursor = None
    sizes = []
    while True:
        page = store.list_claims(limit=3, cursor=cursor)
        seen += [entry.id for entry in page.items]
        sizes.append(len(page.items))
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sizes == [3, 3, 1]
    assert seen == [steps.claim_id(number) for number in reversed(range(7))]


def test_a_list_that_ends_with_a_full_piece_has_no_cursor(store: RedisStore) -> None:
    for number in range(3):
        store.submit_article(steps.new_article(number))
    assert store.list_articles(limit=3).next_cursor is None


def test_a_cursor_goes_on_where_it_was_whatever_came_in_meanwhile(store: RedisStore) -> None:
    for number in range(4):
        store.submit_article(steps.new_article(number))
    first = store.list_articles(limit=2)
    for number in range(4, 9):
        store.submit_article(steps.new_article(number))
    rest = store.list_articles(limit=10, cursor=first.next_cursor)
    assert [entry.id for entry in (*first.items, *rest.items)] == [
        steps.article_id(number) for number in (3, 2, 1, 0)
    ]


def test_claims_of_one_article_are_listed_in_its_order(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    store.submit_article(steps.new_article())
    ids = steps.extract(store, ARTICLE, claims=3)
    assert [entry.id for entry in store.list_claims(limit=10).items] == [*ids, CLAIM]


def test_the_row_of_a_claim_names_its_article_and_its_last_verdict(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    store.submit_article(steps.new_article())
    (read,) = steps.extract(store, ARTICLE)
    row, alone = store.list_claims(limit=10).items
    assert (row.article_id, row.article_title) == (
        ARTICLE,
        store.list_articles(limit=1).items[0].title,
    )
    assert (alone.article_id, alone.article_title) == (None, None)
    assert (row.checked_at, row.support, row.confidence) == (None, None, None)
    for check in (1, 2):
        steps.finish_check(store, read, check, label=VerdictLabel.SUPPORTED)
        store.recheck_claim(read)
    row, _ = store.list_claims(limit=10).items
    last = store.get_history(read)[-1]
    assert (row.checked_at, row.support, row.confidence) == (last.checked_at, 0.5, 0.8)


def test_an_empty_list_is_empty(store: RedisStore) -> None:
    assert store.list_claims(limit=5).items == ()
    assert store.list_articles(limit=5).next_cursor is None


def _encode(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "abc", "é", "\ud800", "A" * 5000, _encode("claims:-1"), _encode("claims:1 "),
     _encode("claims:+inf"), _encode("articles:1"), _encode("claims:" + "9" * 40)],
)  # fmt: skip
def test_a_cursor_not_of_ours_is_refused(store: RedisStore, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.list_claims(limit=5, cursor=cursor)
    assert refused.value.pointer == "/cursor"


def test_an_article_is_listed_with_title_status_and_summary(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    first, second, third = steps.extract(store, ARTICLE, claims=3)
    steps.finish_check(store, first, label=VerdictLabel.SUPPORTED)
    steps.finish_check(store, second, label=VerdictLabel.SUPPORTED)
    steps.finish_check(store, third, label=VerdictLabel.REFUTED)
    (entry,) = store.list_articles(limit=5).items
    assert entry.title == "Eleven people died. Was it the storm?"
    assert (entry.status, entry.label) == ("done", None)
    assert entry.summary == {"SUPPORTED": 2, "REFUTED": 1}
    assert store.get_article(ARTICLE).record.summary == entry.summary


def test_a_claim_is_listed_with_its_text_and_label(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(text="Eleven  people\n" + "were there " * 50))
    steps.finish_check(store, CLAIM, label=VerdictLabel.REFUTED)
    (entry,) = store.list_claims(limit=5).items
    assert entry.title.startswith("Eleven people were there")
    assert entry.title.endswith((" were…", " there…"))
    assert len(entry.title) <= 160
    assert (entry.status, entry.label, entry.summary) == ("judged", "REFUTED", {})


# --- health ------------------------------------------------------------------------------------


def test_health_counts_work_and_how_long_it_waits(store: RedisStore) -> None:
    assert store.health().oldest_due_age_s == 0
    store.submit_claim(steps.new_claim(1))
    store.submit_claim(steps.new_claim(2))
    steps.acquire(store, steps.gather_item(steps.claim_id(2)))
    steps.pass_time(store, 100)
    store.count_ready()
    health = store.health()
    assert health.problems == ()
    assert (health.due, health.leased) == (1, 1)
    # A second notification does not change its age.
    assert 100 <= health.oldest_due_age_s < 160


def test_work_planned_for_later_does_not_wait(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="PT1H"))
    steps.finish_check(store, CLAIM)
    assert store.health().oldest_due_age_s == 0


def test_health_names_the_workers_with_a_valid_heartbeat(store: RedisStore) -> None:
    store.beat("w2", ttl_s=60)
    store.beat("w1", ttl_s=200)
    assert store.health().workers == ("w1", "w2")
    steps.pass_time(store, 100)
    assert store.health().workers == ("w1",)


def test_worker_that_ends_is_no_longer_named(store: RedisStore) -> None:
    store.beat("w1", ttl_s=60)
    store.beat("w2", ttl_s=60)
    store.beat("w1", ttl_s=0)
    assert store.health().workers == ("w2",)


def test_one_of_many_sweeps(store: RedisStore) -> None:
    assert [store.acquire_sweep(ttl_s=60) for _ in range(3)] == [True, False, False]
