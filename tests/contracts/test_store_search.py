"""Lists with filters: what they find, in which order, piece by piece, and how much work it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.errors import InvalidInput, NotFound
from claims.ports import ArticleFilter, ClaimFilter, NewArticle, NewClaim, Order
from claims.store import RedisStore, keys, search
from claims.store.schema import SCHEMA
from claims.types import ArticleId, ArticleReading, Claim, ClaimId, HistoryEntry, Page, VerdictLabel
from claims.verdicts.origins import refer_to
from tests.claims.samples import evidence, verdict
from tests.contracts import steps

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def submit(
    store: RedisStore,
    number: int,
    text: str = "Eleven died.",
    *,
    claimant: str | None = None,
    tags: tuple[str, ...] | None = None,
) -> ClaimId:
    claim = Claim(text=text, sentence=text, claimant=claimant)
    return store.submit_claim(NewClaim(id=steps.claim_id(number), claim=claim, tags=tags))


def judge(
    store: RedisStore,
    claim: ClaimId,
    check: int = 1,
    *,
    label: VerdictLabel = steps.NEE,
    confidence: float = 0.5,
    checked_at: datetime | None = None,
    cites: Page | None = None,
) -> None:
    """Run a whole check with a verdict of this kind."""
    steps.gather(store, claim, check)
    lease = steps.acquire(store, steps.judge_item(claim, check))
    pieces = [replace(evidence(0.9, 0.05), page=refer_to(cites, origin="o1"))] if cites else None
    concluded = replace(verdict(label, check=check), confidence=confidence)
    concluded = replace(
        concluded,
        checked_at=checked_at or concluded.checked_at,
        evidence=concluded.evidence if pieces is None else tuple(pieces),
    )
    entry = HistoryEntry(
        check=check,
        checked_at=concluded.checked_at,
        label=label,
        support=concluded.support,
        confidence=confidence,
        changed=False,
        scored=True,
    )
    assert store.commit_verdict(lease, concluded, entry)


def find(store: RedisStore, limit: int = 50, **chosen: object) -> list[str]:
    """The ids of all claims that fit, in pieces of `limit`."""
    return collect(store, ClaimFilter(**chosen), limit)  # type: ignore[arg-type]


def collect(store: RedisStore, chosen: ArticleFilter, limit: int = 50) -> list[str]:
    """The ids of all articles or claims that fit, in pieces of `limit`."""
    ids: list[str] = []
    cursor = None
    for _ in range(1000):
        if isinstance(chosen, ClaimFilter):
            page = store.list_claims(chosen, limit=limit, cursor=cursor)
        else:
            page = store.list_articles(chosen, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        ids += [entry.id for entry in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids
    raise AssertionError("there is no end to it")


def numbers(ids: list[str]) -> list[int]:
    return [int(claim[2:], 16) for claim in ids]


# --- what is found -----------------------------------------------------------------------------


def test_labels_and_statuses_are_those_of_now(store: RedisStore) -> None:
    for number in (1, 2, 3):
        submit(store, number)
    judge(store, steps.claim_id(1), label=SUPPORTED)
    judge(store, steps.claim_id(2), label=REFUTED)
    assert numbers(find(store, labels=(SUPPORTED,))) == [1]
    assert numbers(find(store, labels=(SUPPORTED, REFUTED))) == [2, 1]
    assert numbers(find(store, statuses=("queued",))) == [3]
    store.recheck_claim(steps.claim_id(1))
    assert numbers(find(store, statuses=("queued",), labels=(SUPPORTED,))) == [1]
    judge(store, steps.claim_id(1), 2, label=REFUTED)
    assert numbers(find(store, labels=(SUPPORTED,))) == []
    assert numbers(find(store, labels=(REFUTED,), statuses=("judged",))) == [2, 1]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("bridge", True),
        ("BRIDGE opened", True),
        ("Köln", True),
        ("KO\u0308LN", True),
        ("1987", True),
        ("5", True),
        ("bridges", False),
        ("bridge river", False),
        ("percent, (opened)!", True),
        ("\uff42\uff52\uff49\uff44\uff47\uff45", True),
        ("strasse", True),
    ],
)
def test_all_words_must_be_there_whatever_their_case_and_form(
    store: RedisStore, words: str, is_found: bool
) -> None:
    submit(store, 1, "The bridge of Köln at Hohe Straße opened in 1987 for 5 percent.")
    submit(store, 2, "The river rose.")
    assert numbers(find(store, words=words)) == ([1] if is_found else [])


def test_a_text_is_found_by_its_first_64_words(store: RedisStore) -> None:
    submit(store, 1, " ".join(f"w{n}" for n in range(100)))
    assert numbers(find(store, words="w63")) == [1]
    assert numbers(find(store, words="w64")) == []


def test_a_claim_is_found_by_its_claimant_in_any_case(store: RedisStore) -> None:
    submit(store, 1, claimant="Anna  Berg")
    submit(store, 2, claimant="Anna")
    assert numbers(find(store, claimant="ANNA BERG")) == [1]


def test_a_claim_is_found_by_the_sites_that_its_last_verdict_cites(store: RedisStore) -> None:
    submit(store, 1)
    pages = [
        steps.read_page(store, "Eleven died.", url=f"https://{host}/one")
        for host in ("News.Example.org", "other.example")
    ]
    judge(store, CLAIM, label=SUPPORTED, cites=pages[0])
    for site in ("news.example.org", "example.org", "org"):
        assert numbers(find(store, site=site)) == [1]
    assert numbers(find(store, site="ews.example.org")) == []
    store.recheck_claim(CLAIM)
    assert numbers(find(store, site="example.org")) == [1]
    judge(store, CLAIM, 2, label=SUPPORTED, cites=pages[1])
    assert numbers(find(store, site="example.org")) == []
    assert numbers(find(store, site="other.example")) == [1]


def test_an_article_is_found_by_its_title_site_labels_and_status(store: RedisStore) -> None:
    store.submit_article(NewArticle(id=ARTICLE, url="https://www.news.example/a", title="A flood"))
    store.submit_article(NewArticle(id=steps.article_id(2), text="It rained. So what?"))
    claims = steps.extract(store, ARTICLE, claims=2)
    judge(store, claims[0], label=REFUTED)
    for chosen in (
        ArticleFilter(words="flood"),
        ArticleFilter(site="news.example"),
        ArticleFilter(labels=(REFUTED,)),
        ArticleFilter(statuses=("extracted",), words="a flood"),
    ):
        assert collect(store, chosen) == [ARTICLE]
    assert collect(store, ArticleFilter(words="rained")) == [steps.article_id(2)]
    assert collect(store, ArticleFilter(labels=(SUPPORTED,))) == []
    store.recheck_claim(claims[0])
    judge(store, claims[0], 2, label=SUPPORTED)
    judge(store, claims[1], label=SUPPORTED)
    assert collect(store, ArticleFilter(labels=(REFUTED,))) == []
    assert collect(store, ArticleFilter(labels=(SUPPORTED,), statuses=("done",))) == [ARTICLE]


def test_an_article_submitted_by_address_is_found_by_the_title_of_its_page(
    store: RedisStore,
) -> None:
    store.submit_article(NewArticle(id=ARTICLE, url="https://news.example/flood"))
    assert collect(store, ArticleFilter(words="flood")) == [ARTICLE]
    lease = steps.acquire(store, steps.extract_item(ARTICLE))
    assert store.commit_extraction(
        lease,
        ArticleReading(text="It rained.", extraction=steps.extraction(), title="High water"),
    )
    assert collect(store, ArticleFilter(words="water")) == [ARTICLE]
    assert collect(store, ArticleFilter(words="flood")) == []


def test_claims_of_an_article_are_found_by_it(store: RedisStore) -> None:
    submit(store, 1)
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=3)
    assert find(store, article=ARTICLE) == claims
    assert find(store, article=ArticleId("a_none")) == []


def test_the_least_confidence_is_that_of_the_last_verdict(store: RedisStore) -> None:
    for number, confidence in ((1, 0.7), (2, 0.8), (3, 0.9)):
        judge(store, submit(store, number), confidence=confidence)
    submit(store, 4)
    assert numbers(find(store, least_confidence=0.8)) == [3, 2]
    assert numbers(find(store, least_confidence=0.0)) == [3, 2, 1]
    assert numbers(find(store, least_confidence=0.8, order=Order.CONFIDENCE)) == [3, 2]


def test_since_and_until_limit_when_it_was_created(store: RedisStore) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for number in range(1, 8):
        claim = submit(store, number)
        at = 1000 * int((noon + timedelta(hours=number)).timestamp())
        store.connection.command("HSET", keys.CLAIM + claim, "created_ms", at)
    since, until = noon + timedelta(hours=3), noon + timedelta(hours=6)
    for limit in (1, 2, 50):
        assert numbers(find(store, limit, since=since)) == [7, 6, 5, 4, 3]
        assert numbers(find(store, limit, until=until)) == [5, 4, 3, 2, 1]
        assert numbers(find(store, limit, since=since, until=until)) == [5, 4, 3]
        oldest = find(store, limit, since=since, until=until, order=Order.OLDEST, words="died")
        assert numbers(oldest) == [3, 4, 5]
    just_after = since + timedelta(microseconds=1)
    assert numbers(find(store, since=just_after, until=just_after + timedelta(hours=1))) == [4]
    assert numbers(find(store, since=noon + timedelta(days=1))) == []
    assert numbers(find(store, until=noon)) == []


# --- tags --------------------------------------------------------------------------------------


def test_tags_are_shown_and_found_as_they_are_now(store: RedisStore) -> None:
    submit(store, 1, tags=("Budget 2026", "City"))
    submit(store, 2)
    assert store.get_claim(CLAIM).record.tags == ("Budget 2026", "City")
    assert numbers(find(store, tags=("budget 2026",))) == [1]
    version = store.get_claim_version(CLAIM)
    store.set_claim_tags(CLAIM, ["Sport"])
    assert store.get_claim_version(CLAIM) > version
    assert store.get_claim(CLAIM).record.tags == ("Sport",)
    assert numbers(find(store, tags=("city",))) == []
    assert numbers(find(store, tags=("city", "SPORT"))) == [1]
    version = store.get_claim_version(CLAIM)
    store.set_claim_tags(CLAIM, ["Sport"])
    assert store.get_claim_version(CLAIM) == version
    store.set_claim_tags(CLAIM, [])
    assert numbers(find(store, tags=("sport",))) == []


def test_claims_are_found_by_the_tags_of_their_article(store: RedisStore) -> None:
    store.submit_article(replace(steps.new_article(), tags=("City",)))
    claims = steps.extract(store, ARTICLE, claims=2)
    assert find(store, tags=("city",)) == claims
    assert collect(store, ArticleFilter(tags=("CITY",))) == [ARTICLE]
    store.set_claim_tags(claims[0], ["city", "Own"])
    store.set_article_tags(ARTICLE, ["City", "Late"])
    assert find(store, tags=("city",)) == claims
    assert find(store, tags=("late", "own")) == claims
    assert store.get_claim(claims[0]).record.tags == ("city", "Own")
    rows = store.list_claims(limit=9).items
    assert [row.tags for row in rows] == [("city", "Own", "Late"), ("City", "Late")]
    store.set_article_tags(ARTICLE, [])
    assert find(store, tags=("city",)) == claims[:1]
    assert store.get_article(ARTICLE).record.tags == ()


def test_tags_of_nothing_are_not_found(store: RedisStore) -> None:
    with pytest.raises(NotFound):
        store.set_claim_tags(CLAIM, ["a"])
    with pytest.raises(NotFound):
        store.set_article_tags(ARTICLE, ["a"])


# --- order and pieces --------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("words", [None, "died"])
def test_orders_hold_across_pieces_also_for_equal_verdicts(
    store: RedisStore, limit: int, words: str | None
) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    given = {1: (0.5, 3), 2: (0.9, 1), 3: (0.5, 2), 4: (0.5, 2), 5: (0.7, 4)}
    for number, (confidence, day) in given.items():
        at = noon + timedelta(days=day)
        judge(store, submit(store, number), confidence=confidence, checked_at=at)
    submit(store, 6)
    chosen = {"words": words}
    assert numbers(find(store, limit, **chosen)) == [6, 5, 4, 3, 2, 1]
    assert numbers(find(store, limit, order=Order.OLDEST, **chosen)) == [1, 2, 3, 4, 5, 6]
    assert numbers(find(store, limit, order=Order.CHECKED, **chosen)) == [5, 1, 4, 3, 2]
    assert numbers(find(store, limit, order=Order.CONFIDENCE, **chosen)) == [2, 5, 4, 3, 1]


@pytest.mark.parametrize("order", Order)
def test_a_cursor_goes_on_where_it_was_whatever_came_in(store: RedisStore, order: Order) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for number in range(1, 7):
        judge(store, submit(store, number), confidence=number / 10, checked_at=noon)
    chosen = ClaimFilter(words="eleven", order=order)
    before = collect(store, chosen)
    first = store.list_claims(chosen, limit=2)
    for number in range(7, 10):
        submit(store, number)
    store.recheck_claim(ClaimId(first.items[0].id))
    rest = store.list_claims(chosen, limit=50, cursor=first.next_cursor)
    seen = [entry.id for entry in (*first.items, *rest.items)]
    assert seen[: len(before)] == before
    assert len(set(seen)) == len(seen)


def test_the_work_of_a_call_is_limited_and_nothing_is_left_out(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        submit(store, number, "Eleven died there." if number % 10 == 0 else "Twelve died here.")
    chosen = ClaimFilter(words="died", statuses=("queued",), claimant=None)
    wanted = ClaimFilter(words="died", since=datetime(2020, 1, 1, tzinfo=UTC))
    everything = collect(store, chosen)
    for lookups in (1, 7, 40):
        monkeypatch.setattr(search, "LOOKUPS", lookups)
        page = store.list_claims(chosen, limit=50)
        assert 1 <= len(page.items) < 30
        assert page.next_cursor is not None
        assert collect(store, chosen) == collect(store, wanted) == everything
        rare = ClaimFilter(words="there", least_confidence=0.1)
        empty = store.list_claims(rare, limit=1)
        assert empty.items == ()
        assert (empty.next_cursor is None) == (lookups > 1)


def test_a_rare_word_is_found_at_once_in_the_order_of_verdicts(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 20):
        text = "A flood came." if number == 1 else "Eleven died."
        judge(store, submit(store, number, text), confidence=number / 20)
    monkeypatch.setattr(search, "LOOKUPS", 5)
    page = store.list_claims(ClaimFilter(words="flood", order=Order.CONFIDENCE), limit=5)
    assert [entry.id for entry in page.items] == [CLAIM]
    assert page.next_cursor is None


# --- cursors -----------------------------------------------------------------------------------


def test_a_cursor_is_good_only_for_its_list_and_filter(store: RedisStore) -> None:
    for number in range(3):
        submit(store, number)
        store.submit_article(steps.new_article(number))
    cursor = store.list_claims(limit=1).next_cursor
    assert cursor is not None
    assert store.list_claims(ClaimFilter(), limit=1, cursor=cursor).items
    for chosen in (ClaimFilter(words="died"), ClaimFilter(order=Order.OLDEST)):
        with pytest.raises(InvalidInput):
            store.list_claims(chosen, limit=1, cursor=cursor)
    with pytest.raises(InvalidInput):
        store.list_articles(limit=1, cursor=cursor)
    for place in range(len(cursor)):
        other = "A" if cursor[place] != "A" else "B"
        with pytest.raises(InvalidInput):
            store.list_claims(limit=1, cursor=cursor[:place] + other + cursor[place + 1 :])
    for odd in (cursor + "=", cursor + "!", f" {cursor}"):
        with pytest.raises(InvalidInput):
            store.list_claims(limit=1, cursor=odd)


def test_a_cursor_is_good_in_every_process_of_a_store(store: RedisStore, store_url: str) -> None:
    for number in range(3):
        submit(store, number)
    cursor = store.list_claims(limit=1).next_cursor
    other = RedisStore(type(store.connection)(store_url), queue_max=9)
    assert len(other.list_claims(limit=5, cursor=cursor).items) == 2
    store.connection.command("DEL", keys.CURSOR_KEY)
    third = RedisStore(type(store.connection)(store_url), queue_max=9)
    with pytest.raises(InvalidInput):
        third.list_claims(limit=5, cursor=cursor)
    other.close()
    third.close()


# --- data of earlier releases ------------------------------------------------------------------


def put_back_to_schema_2(store: RedisStore) -> None:
    """Remove all that schema 3 added."""
    for key in store.connection.command("KEYS", f"{keys.INDEX}*"):
        store.connection.command("DEL", key)
    added = ("claimant", "site", "word", "tag", "tags", "article_tag")
    for prefix in (keys.CLAIM, keys.ARTICLE):
        for key in store.connection.command("KEYS", f"{prefix}*"):
            store.connection.command("HDEL", key, *added)
    for key in store.connection.command("KEYS", f"{keys.ARTICLE}*"):
        store.connection.command("HDEL", key, "label")
    store.connection.command("SET", keys.SCHEMA, 2)


def fill(store: RedisStore) -> None:
    cited = steps.read_page(store, "Eleven died.", url="https://news.example.org/one")
    judge(store, submit(store, 1, claimant="Anna"), label=SUPPORTED, confidence=0.7, cites=cited)
    submit(store, 2, "A flood came.")
    store.submit_article(NewArticle(id=ARTICLE, url="https://www.a.example/", title="High water"))
    for claim in steps.extract(store, ARTICLE, claims=3):
        judge(store, claim, label=REFUTED)


CHOICES = (
    ClaimFilter(),
    ClaimFilter(words="eleven"),
    ClaimFilter(labels=(REFUTED,), article=ARTICLE),
    ClaimFilter(claimant="anna", site="example.org"),
    ClaimFilter(order=Order.CONFIDENCE),
    ClaimFilter(order=Order.CHECKED, statuses=("judged",)),
    ArticleFilter(words="water", labels=(REFUTED,), site="a.example", statuses=("done",)),
)


def test_data_of_schema_2_is_found_after_the_upgrade(store: RedisStore) -> None:
    fill(store)
    before = [collect(store, chosen) for chosen in CHOICES]
    assert all(before)
    put_back_to_schema_2(store)
    store.check_server()
    assert store.connection.command("GET", keys.SCHEMA) == str(SCHEMA)
    assert [collect(store, chosen) for chosen in CHOICES] == before


def test_an_upgrade_that_was_cut_off_begins_again(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    before = [collect(store, chosen) for chosen in CHOICES]
    put_back_to_schema_2(store)
    monkeypatch.setattr("claims.store.schema._BATCH", 2)
    run, calls = store.connection.run, 0

    def run_some(script: str, /, **arguments: Any) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return run(script, **arguments)

    with monkeypatch.context() as patched:
        patched.setattr(store.connection, "run", run_some)
        with pytest.raises(KeyboardInterrupt):
            store.check_server()
    assert store.connection.command("GET", keys.SCHEMA) == "2"
    store.check_server()
    assert [collect(store, chosen) for chosen in CHOICES] == before


def test_records_after_some_that_cannot_be_read_are_upgraded_too(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call for unreadable records alone has none, and is not the last one."""
    damaged = [submit(store, number, "A flood came.") for number in (1, 2)]
    whole = submit(store, 3, "Eleven died.")
    put_back_to_schema_2(store)
    monkeypatch.setattr("claims.store.schema._BATCH", 2)
    for claim in damaged:
        store.connection.command("HSET", keys.CLAIM + claim, "claim", "{")
    store.check_server()
    assert find(store, words="eleven") == [whole]
    store.connection.command("FLUSHALL")


def test_a_second_process_that_upgrades_late_changes_nothing(store: RedisStore) -> None:
    store.check_server()
    fill(store)
    before = [collect(store, chosen) for chosen in CHOICES]
    late = ("gather", CLAIM, "someone else", "late.example", "late", "1 0.1")
    assert store.connection.run("upgrade_3", is_last=0, records=late) == "already"
    assert [collect(store, chosen) for chosen in CHOICES] == before
    assert find(store, words="late") == []
