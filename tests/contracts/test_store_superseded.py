"""Corrected claims: lists, counts and exports leave them out unless they are asked for."""

from __future__ import annotations

import pytest

from claims.ports import ArticleFilter, ClaimFilter, Order, Superseded
from claims.store import RedisStore, keys
from claims.store.invariant import check_invariant
from claims.store.schema import SCHEMA
from claims.types import ClaimId, VerdictLabel
from tests.contracts import steps

ARTICLE = steps.article_id(1)
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def find(store: RedisStore, superseded: Superseded, **chosen: object) -> set[str]:
    only = ClaimFilter(superseded=superseded, **chosen)  # type: ignore[arg-type]
    listed = {entry.id for entry in store.list_claims(only, limit=50).items}
    assert {claim.id for claim in store.export_claims(only, limit=50).items} == listed
    return listed


def correct(store: RedisStore, claim: ClaimId, number: int = 9) -> ClaimId:
    return store.correct_claim(claim, steps.new_claim(number, text="Twelve people died."))


def judge_article(store: RedisStore) -> list[ClaimId]:
    """An article with one supported and two refuted claims."""
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=3)
    for claim, label in zip(claims, (SUPPORTED, REFUTED, REFUTED), strict=True):
        steps.finish_check(store, claim, label=label)
    return claims


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"labels": (REFUTED,)},
        {"words": "eleven"},
        {"order": Order.OLDEST},
        {"order": Order.CHECKED},
        {"order": Order.CONFIDENCE},
        {"article": ARTICLE, "labels": (REFUTED, SUPPORTED)},
    ],
)
def test_a_corrected_claim_is_listed_only_when_it_is_asked_for(
    store: RedisStore, chosen: dict[str, object]
) -> None:
    _, old, other = judge_article(store)
    before = find(store, Superseded.EXCLUDE, **chosen)
    assert {old, other} <= before
    new = correct(store, old)
    assert find(store, Superseded.EXCLUDE, **chosen) - {new} == before - {old}
    assert find(store, Superseded.INCLUDE, **chosen) - {new} == before
    assert find(store, Superseded.ONLY, **chosen) == {old}
    assert check_invariant(store) == []


def test_a_corrected_claim_is_marked_in_lists(store: RedisStore) -> None:
    _, old, _ = judge_article(store)
    new = correct(store, old)
    (entry,) = store.list_claims(ClaimFilter(superseded=Superseded.ONLY), limit=5).items
    assert (entry.id, entry.label, entry.corrected_by) == (old, REFUTED, new)
    (exported,) = store.export_claims(ClaimFilter(superseded=Superseded.ONLY), limit=5).items
    assert exported.corrected_by == new


def test_an_article_does_not_count_its_corrected_claims(store: RedisStore) -> None:
    supported, *refuted = judge_article(store)
    (entry,) = store.list_articles(limit=5).items
    assert entry.summary == {SUPPORTED: 1, REFUTED: 2}
    correct(store, refuted[0])
    correct(store, supported, 10)
    (entry,) = store.list_articles(limit=5).items
    assert entry.summary == store.get_article(ARTICLE).record.summary == {REFUTED: 1}
    assert store.list_articles(ArticleFilter(labels=(SUPPORTED,)), limit=5).items == ()
    assert check_invariant(store) == []


def test_deleting_a_corrected_claim_takes_it_from_the_counts_once(store: RedisStore) -> None:
    _, old, other = judge_article(store)
    correct(store, old)
    store.delete_claim(old)
    assert store.list_articles(limit=5).items[0].summary == {SUPPORTED: 1, REFUTED: 1}
    store.delete_claim(other)
    assert store.list_articles(limit=5).items[0].summary == {SUPPORTED: 1}
    assert check_invariant(store) == []


def test_a_claim_counts_again_when_its_correction_is_deleted(store: RedisStore) -> None:
    _, old, _ = judge_article(store)
    new = correct(store, old)
    store.delete_claim(new)
    assert old in find(store, Superseded.EXCLUDE)
    assert store.list_articles(limit=5).items[0].summary == {SUPPORTED: 1, REFUTED: 2}
    store.recheck_claim(old)
    steps.finish_check(store, old, check=2, label=SUPPORTED)
    assert store.list_articles(limit=5).items[0].summary == {SUPPORTED: 2, REFUTED: 1}
    assert check_invariant(store) == []


def test_a_claim_corrected_before_its_verdict_is_counted_never(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    (claim,) = steps.extract(store, ARTICLE, claims=1)
    correct(store, claim)
    assert store.list_articles(limit=5).items[0].summary == {}
    assert check_invariant(store) == []


def test_a_correction_of_a_correction_supersedes_it(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim())
    second = correct(store, claim, 2)
    third = correct(store, second, 3)
    assert find(store, Superseded.EXCLUDE) == {third}
    assert find(store, Superseded.ONLY) == {claim, second}


def put_back_to_schema_3(store: RedisStore) -> None:
    """Undo what schema 4 added: the facets, and that articles do not count superseded claims."""
    for pattern in ("claims:superseded:*", "claims:content:*", "articles:content:*"):
        for key in store.connection.command("KEYS", keys.INDEX + pattern):
            store.connection.command("DEL", key)
    for prefix in (keys.CLAIM, keys.ARTICLE):
        for key in store.connection.command("KEYS", f"{prefix}*"):
            store.connection.command("HDEL", key, "superseded", "content")
    store.connection.command("HINCRBY", keys.ARTICLE + ARTICLE, REFUTED, 1)
    store.connection.command("SET", keys.SCHEMA, 3)


def test_data_of_schema_3_is_superseded_and_recognised_after_the_upgrade(
    store: RedisStore,
) -> None:
    store.check_server()
    _, old, _ = judge_article(store)
    correct(store, old)
    ids = [store.submit_claim(steps.new_claim(number)) for number in (20, 21)]
    again = store.submit_article(steps.new_article(2))
    put_back_to_schema_3(store)
    assert old in find(store, Superseded.EXCLUDE)
    store.check_server()
    assert store.connection.command("GET", keys.SCHEMA) == str(SCHEMA)
    assert find(store, Superseded.ONLY) == {old}
    assert store.list_articles(limit=5).items[1].summary == {SUPPORTED: 1, REFUTED: 1}
    assert store.find_repeated_claims(ids) == (None, ids[0])
    assert store.find_repeated_articles([again]) == (ARTICLE,)
    assert check_invariant(store) == []
    store.check_server()
    assert check_invariant(store) == []


def test_data_of_schema_3_is_read_as_it_is_before_the_upgrade(store: RedisStore) -> None:
    store.check_server()
    _, old, _ = judge_article(store)
    new = correct(store, old)
    put_back_to_schema_3(store)
    store.connection.command("SET", keys.SCHEMA, SCHEMA)
    assert store.get_claim(old).record.corrected_by == new
    store.delete_claim(new)
    assert store.list_articles(limit=5).items[0].summary == {SUPPORTED: 1, REFUTED: 2}
