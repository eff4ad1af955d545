"""Steps of a worker, and simulated time, for tests of the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from claims.ports import Lease, NewArticle, NewClaim, WorkItem
from claims.store import RedisStore, keys
from claims.types import (
    ArticleId,
    ArticleReading,
    CheckOptions,
    Claim,
    ClaimId,
    ErrorRecord,
    Extraction,
    HistoryEntry,
    NotChecked,
    NotRead,
    Page,
    PageDifference,
    Reading,
    Span,
    Stage,
    Unread,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.origins import refer_to
from tests.claims.samples import NOON, evidence, gathered, page, verdict
from tests.contracts.turns import take_item

NEE = VerdictLabel.NOT_ENOUGH_EVIDENCE
ERROR = ErrorRecord("broken", "it broke")
TTL_S = 60.0

# A server's clock cannot be moved, so this script moves the stored times into the past.
_MOVE_BACK = """
local ms = tonumber(ARGV[1])
for _, key in ipairs({'DUE', 'LATER', 'LEASE', 'WORKERS', 'IDLE', 'SUPERSEDED', 'API_KEYS',
    'DELIVER_AT', 'DELIVERING'}) do
  for _, member in ipairs(redis.call('ZRANGE', KEYS[key], 0, -1)) do
    redis.call('ZINCRBY', KEYS[key], -ms, member)
  end
end
for _, queue in ipairs({'fetch', 'score', 'read'}) do
  for class = 0, 2 do
    local line = KEYS.WAITING .. queue .. ':' .. class
    for _, member in ipairs(redis.call('ZRANGE', line, 0, -1)) do
      redis.call('ZINCRBY', line, -ms, member)
    end
  end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS.ARTICLES, 0, -1)) do
  local key = KEYS.ARTICLE .. id
  if redis.call('HEXISTS', key, 'postponed_ms') == 1 then
    redis.call('HINCRBY', key, 'postponed_ms', -ms)
  end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS.API_KEYS, 0, -1)) do
  local key = KEYS.API_KEY .. id
  local fields = {'created_ms', 'expires_ms', 'revoked_ms', 'last_used_ms', 'previous_ms'}
  for _, field in ipairs(fields) do
    if redis.call('HEXISTS', key, field) == 1 then redis.call('HINCRBY', key, field, -ms) end
  end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS.WEBHOOKS, 0, -1)) do
  local key, pending = KEYS.WEBHOOK .. id, KEYS.PENDING .. id
  for _, field in ipairs({'created_ms', 'previous_ms', 'failing_ms', 'disabled_ms', 'window_ms'}) do
    if redis.call('HEXISTS', key, field) == 1 then redis.call('HINCRBY', key, field, -ms) end
  end
  for _, event in ipairs(redis.call('ZRANGE', pending, 0, -1)) do
    redis.call('ZINCRBY', pending, -ms, event)
  end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS.CLAIMS, 0, -1)) do
  for _, field in ipairs({'requested_ms', 'next_ms', 'regular_ms', 'until_ms',
    'postponed_ms', 'waits_ms', 'held_ms', 'flapped_ms', 'fresh_ms'}) do
    local key = KEYS.CLAIM .. id
    if redis.call('HEXISTS', key, field) == 1 then redis.call('HINCRBY', key, field, -ms) end
  end
end
if redis.call('HEXISTS', KEYS.LOOKS, 'day') == 1 then
  redis.call('HINCRBY', KEYS.LOOKS, 'day', -math.floor(ms / 86400000))
end
for _, key in ipairs(redis.call('KEYS', KEYS.URL .. '*')) do
  for _, field in ipairs({'fetched_us', 'failed_us'}) do
    if redis.call('HEXISTS', key, field) == 1 then redis.call('HINCRBY', key, field, -ms * 1000) end
  end
end
"""


def postpone(store: RedisStore, lease: Lease, *, delay_s: float) -> bool:
    """Postpone the item, as for a busy host."""
    return store.postpone(lease, delay_s=delay_s, url="https://busy.example/p", code="host-busy")


def pass_time(store: RedisStore, seconds: float) -> None:
    """Simulate that `seconds` pass: move all times in the store into the past."""
    names = (
        *("DUE", "LATER", "LEASE", "WAITING", "WORKERS", "IDLE", "SUPERSEDED"),
        *("ARTICLES", "ARTICLE", "CLAIMS", "CLAIM", "API_KEYS", "API_KEY"),
        *("WEBHOOKS", "WEBHOOK", "PENDING", "DELIVER_AT", "DELIVERING", "URL", "LOOKS"),
    )
    table = ", ".join(f"{name} = '{getattr(keys, name)}'" for name in names)
    script = f"local KEYS = {{{table}}}{_MOVE_BACK}"
    store.connection.command("EVAL", script, 0, round(seconds * 1000))


def claim_id(number: int) -> ClaimId:
    return ClaimId(f"c_{number:032x}")


def article_id(number: int) -> ArticleId:
    return ArticleId(f"a_{number:032x}")


def new_claim(number: int = 1, *, text: str = "Eleven died.", every: str | None = None) -> NewClaim:
    options = CheckOptions(sources=("https://a.example/",), every=every)
    claim = Claim(text=text, sentence=text)
    return NewClaim(id=claim_id(number), claim=claim, options=options)


def new_article(number: int = 1, *, every: str | None = None) -> NewArticle:
    return NewArticle(
        id=article_id(number),
        text="Eleven people died. Was it the storm?",
        options=CheckOptions(sources=("https://a.example/",), every=every),
    )


New = TypeVar("New", NewArticle, NewClaim)


def with_options(new: New, **options: Any) -> New:
    """A copy of the submission with these option values."""
    return replace(new, options=replace(new.options, **options))


def extraction(claims: int = 1) -> Extraction:
    """An extraction with this number of different claims and one sentence that is not checked."""
    found = tuple(
        Claim(text=f"Eleven people died {n}.", sentence="Eleven people died.", span=Span(0, 19))
        for n in range(claims)
    )
    return Extraction(found, (NotChecked("Was it the storm?", Span(20, 37), "question"),))


def gather_item(claim: ClaimId, check: int = 1) -> WorkItem:
    return WorkItem(Stage.GATHER, claim, check)


def judge_item(claim: ClaimId, check: int = 1) -> WorkItem:
    return WorkItem(Stage.JUDGE, claim, check)


def read_item(claim: ClaimId, check: int = 1) -> WorkItem:
    return WorkItem(Stage.READ, claim, check)


def extract_item(article: ArticleId) -> WorkItem:
    return WorkItem(Stage.EXTRACT, article, 1)


def acquire(store: RedisStore, item: WorkItem) -> Lease:
    """Take the item; fails the test without a lease."""
    lease = take_item(store, item, ttl_s=TTL_S)
    assert lease is not None
    return lease


def extract(store: RedisStore, article: ArticleId, claims: int = 1) -> list[ClaimId]:
    """Commit an extraction with this number of claims; returns their ids."""
    lease = acquire(store, extract_item(article))
    assert commit_extraction(store, lease, claims)
    return [claim.id for claim in store.get_article(article).record.claims]


def commit_extraction(store: RedisStore, lease: Lease, claims: int = 1) -> bool:
    text = "Eleven people died. Was it the storm?"
    return store.commit_extraction(lease, ArticleReading(text=text, extraction=extraction(claims)))


@dataclass(frozen=True, slots=True)
class OnePage:
    """A fetcher that returns the same page for every address."""

    page: Page

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        return replace(self.page, url=url, fetched_at=datetime.now(UTC))

    def read_html(self, html: str, *, url: str) -> Page:
        raise NotImplementedError


def read_page(store: RedisStore, text: str, *, url: str = "https://a.example/one") -> Page:
    """A page with this text, fetched through the store now."""
    return store.get_or_fetch(
        url, fresh_after=datetime.now(UTC) + timedelta(days=1), fetcher=OnePage(page(url, text))
    )


def text_of_check(check: int) -> str:
    """The text of the only page of a check, different for each check."""
    return f"Eleven people died, says check {check}."


def commit_gathering(store: RedisStore, lease: Lease, text: str | None = None) -> bool:
    """Fetch one page, by default a page of this check alone, and commit it."""
    found = read_page(store, text or text_of_check(lease.item.check))
    return store.commit_gathering(lease, gathered(refer_to(found, origin="o1")))


def gather(store: RedisStore, claim: ClaimId, check: int = 1) -> None:
    assert commit_gathering(store, acquire(store, gather_item(claim, check)))


def judge(store: RedisStore, claim: ClaimId, check: int = 1, label: VerdictLabel = NEE) -> None:
    assert commit_verdict(store, acquire(store, judge_item(claim, check)), label)


def write_verdict(
    check: int,
    label: VerdictLabel = NEE,
    *,
    cites: Page | None = None,
    difference: PageDifference | None = None,
) -> tuple[Verdict, HistoryEntry]:
    """A verdict with this label and, with `cites`, evidence from that page; and its entry."""
    entry = HistoryEntry(
        check=check,
        checked_at=NOON + timedelta(days=check),
        label=label,
        support=0.5,
        confidence=0.8,
        changed=False,
        scored=True,
        diff=difference,
    )
    concluded = verdict(label, check=check)
    if cites is not None:
        piece = replace(evidence(0.9, 0.05), page=refer_to(cites, origin="o1"))
        concluded = replace(concluded, evidence=(piece,))
    return concluded, entry


def commit_verdict(
    store: RedisStore,
    lease: Lease,
    label: VerdictLabel = NEE,
    *,
    cites: Page | None = None,
    judge_s: float = 0.0,
    reader: Reading | NotRead | None = None,
    difference: PageDifference | None = None,
) -> bool:
    """Commit a verdict with this label and, with `cites`, evidence from that page."""
    concluded, entry = write_verdict(lease.item.check, label, cites=cites, difference=difference)
    return store.commit_verdict(lease, replace(concluded, reader=reader), entry, judge_s=judge_s)


UNANSWERED = NotRead(skipped=Unread.NO_ANSWER, detail="The reader has not answered.")


def commit_provisional(
    store: RedisStore, lease: Lease, label: VerdictLabel = NEE, *, cites: Page | None = None
) -> bool:
    """Commit a provisional verdict; otherwise like commit_verdict."""
    concluded, entry = write_verdict(lease.item.check, label, cites=cites)
    return store.commit_provisional(lease, replace(concluded, reader=UNANSWERED), entry)


def begin_reading(
    store: RedisStore, claim: ClaimId, check: int = 1, label: VerdictLabel = NEE
) -> None:
    """Gather and judge a check that is then to be read."""
    gather(store, claim, check)
    assert commit_provisional(store, acquire(store, judge_item(claim, check)), label)


def write_reading(label: VerdictLabel = NEE, *, agrees: bool = True) -> Reading:
    """The answer of a reader, without quotations; the judge says the same or the contrary."""
    contrary = (
        VerdictLabel.SUPPORTED if label is not VerdictLabel.SUPPORTED else VerdictLabel.REFUTED
    )
    return Reading(
        model="test-model",
        instruction="1",
        label=label,
        quotes=(),
        reason="Because.",
        missing="",
        tokens=1500,
        judged=label if agrees else contrary,
        agrees=agrees,
    )


def finish_check(
    store: RedisStore, claim: ClaimId, check: int = 1, label: VerdictLabel = NEE
) -> None:
    """Gather and judge a check."""
    gather(store, claim, check)
    judge(store, claim, check, label)


def exhaust(store: RedisStore, item: WorkItem) -> None:
    """Let the leases of three workers on an item expire, and a fourth worker ask for it."""
    exhaust_left(store, item, attempts=3)


def exhaust_left(store: RedisStore, item: WorkItem, *, attempts: int) -> None:
    """`exhaust` of an item that has so many attempts left."""
    for _ in range(attempts):
        acquire(store, item)
        pass_time(store, 2 * TTL_S)
        assert store.reap() == 1
    assert take_item(store, item, worker="w4", ttl_s=TTL_S) is None


def empty_page_cache(store: RedisStore) -> None:
    """Let all entries of the page cache expire, without time passing for anything else."""
    script = f"""
    for _, sha256 in ipairs(redis.call('ZRANGE', '{keys.IDLE}', 0, -1)) do
      redis.call('ZADD', '{keys.IDLE}', 1, sha256)
    end
    for _, key in ipairs(redis.call('KEYS', '{keys.URL}*')) do redis.call('DEL', key) end
    """
    store.connection.command("EVAL", script, 0)
