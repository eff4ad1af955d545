"""The invariant of the store, checked on one consistent reading of all data.

    An article or claim is not finished  <=>  its current work item is in due or in lease, not both.
    A due item is in exactly one place: in later until its time comes, then with its submission
    in the line of its queue and class, from which it will be taken; the line knows since when.
    A finished claim with a schedule has its next check in due, at the time it shows.
    A check has at most one verdict; a claim's history, verdict and check number agree.
    A claim has a provisional verdict, with all that its commit needs, exactly while it is read.
    An article's counters match its claims.
    Every stored verdict has its evidence stored, and the latest verdict of a claim is stored.
    A page to which a check refers is stored, and its count is the number of such checks.
    The items of a key of the API that are ready, without checks on schedule, are counted.
    A verify request expires.
    A verdict that is the first of its claim, or has another label than the one before, has exactly
    one event, in the order of the history; an article that is done at most one. Events before the
    first one kept may be missing: they were deleted by age, or happened before there were events.
    The index of lists has every record under each value of its facets and its last verdict, and
    nothing else; an article has the labels of its claims, a claim the tags of its article and the
    sites that its last verdict cites and what its reader said.
    A key of the API has a secret and scopes, and is listed by the time when it ends or ended.
    Nothing is left of a deleted article or claim but its id, and checks that are to be deleted.
    A webhook that is switched on is ready at a time or delivering, and the others are neither. Each
    event that waits for one, or was delivered to it, has its state. One that is ready at no time
    has nothing that waits, and the stream was read for it to the last event.
    A review is that after its last step; a claim is listed as signed exactly when its review has a
    sign-off; a claim that is not stored has no steps.
    A claim is corrected by the claim that corrects it, is finished, and has no schedule. It is
    superseded: its article does not count its label.

Records that cannot be read are named, and nothing else is checked then.
Reading everything takes the server's time: use it in tests and to examine a damaged store.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from claims.shapes import from_text
from claims.store import facets, keys
from claims.store.connection import FORM_ERRORS, describe_form
from claims.store.records import read_provisional_entry, to_ms
from claims.store.redis_store import RedisStore
from claims.store.review_invariant import check_reviews
from claims.types import (
    ArticleStatus,
    ClaimStatus,
    EventType,
    Queue,
    Stage,
    Verdict,
    VerdictLabel,
)

_STAGE_OF = {
    ClaimStatus.QUEUED: Stage.GATHER,
    ClaimStatus.GATHERING: Stage.GATHER,
    ClaimStatus.JUDGING: Stage.JUDGE,
    ClaimStatus.READING: Stage.READ,
}


# The end of the name of a line of checks on schedule, the start of that of a line of the reader.
_SCHEDULED, _READ = ":2", f"{Queue.READ}:"
_Change = tuple[int, str | None, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Work:
    due: dict[str, float]
    leased: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a record's items when they are ready."""

    rank: str
    submission: str
    serial: float
    owner: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A record as it is listed: its serial number, the values of its facets, its last verdict."""

    id: str
    serial: str
    facets: dict[str, tuple[str, ...]]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class _Article:
    id: str
    status: ArticleStatus
    open: int | None
    claims: int | None
    deleted: int
    summary: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Claim:
    id: str
    status: ClaimStatus
    check: int
    article: str | None
    verdict_check: int | None
    label: str | None
    finished: bool
    scheduled: bool
    next_ms: float
    cancelled: int | None
    corrects: str | None
    corrected_by: str | None
    superseded: bool
    provisional: int | None
    history: tuple[tuple[int, str], ...]

    @property
    def is_finished(self) -> bool:
        return self.status in (ClaimStatus.JUDGED, ClaimStatus.FAILED)


def check_invariant(store: RedisStore) -> list[str]:
    """One sentence per violation; empty when there is none. Raises StoreUnavailable."""
    found = store.connection.run("read_all")
    try:
        return _check_all(found)
    except FORM_ERRORS as error:
        return [f"what is stored cannot be examined: {describe_form(error)}"]


def _check_all(found: Sequence[Any]) -> list[str]:
    due, later, lines, leased, articles, claims, histories, checks, citations, *rest = found
    gone, superseded, lasting, api_keys, deleted, erasing, *rest = rest
    placed, (events, names, index, *lists, shares, webhooks, delivering, reviews) = (
        rest[:2],
        rest[2:],
    )
    unreadable: list[str] = []
    listed = [_read_each(lambda *row: _read_row(names, *row), rows, unreadable) for rows in lists]
    work = _Work(_read_scores(due), frozenset(leased))
    places = dict(_read_each(_read_place, (row for rows in placed for row in rows), unreadable))
    history_of = dict(_read_each(_read_history, histories, unreadable))
    all_claims = _read_each(
        lambda claim_id, values: _read_claim(claim_id, values, history_of.get(claim_id, ())),
        claims,
        unreadable,
    )
    all_articles = _read_each(_read_article, articles, unreadable)
    if unreadable:
        return [*unreadable, "because of that nothing else was examined"]
    expected = {item for claim in all_claims for item in _items_of_claim(claim)}
    expected |= {
        f"{Stage.EXTRACT}:{article.id}:1"
        for article in all_articles
        if article.status is ArticleStatus.QUEUED
    }
    return [
        *_check_work(work, expected),
        *_check_places(work, _read_scores(later), lines, places),
        *_check_shares(lines, places, _read_scores(shares)),
        *(problem for claim in all_claims for problem in _check_claim(claim, work)),
        *(problem for article in all_articles for problem in _check_article(article, all_claims)),
        *_check_kept(all_claims, checks, superseded),
        *_check_citations([row[3] for row in checks] + erasing, citations, gone),
        *_check_deleted(deleted, [row[0] for row in (*articles, *claims)]),
        *_check_corrected(all_claims),
        *(f"verify request {request} would never expire" for request in lasting),
        *_check_events(all_claims, all_articles, events),
        *_check_index(index, listed),
        *_check_facets(*listed),
        *_check_keys(api_keys),
        *_check_webhooks(webhooks, *delivering),
        *check_reviews(*reviews),
    ]


def _read_each(
    read: Callable[..., T], rows: Iterable[Sequence[Any]], unreadable: list[str]
) -> list[T]:
    """`read(*row)` of each row, which begins with an id; adds to `unreadable` rows that fail."""
    values = []
    for row in rows:
        try:
            values.append(read(*row))
        except FORM_ERRORS as error:
            unreadable.append(f"{row[0]} cannot be read: {describe_form(error)}")
    return values


def _check_work(work: _Work, expected: set[str]) -> Iterator[str]:
    for item in sorted(work.leased & set(work.due)):
        yield f"{item} is both due and leased"
    present = work.leased | set(work.due)
    for item in sorted(expected - present):
        yield f"{item} is neither due nor leased: it would never be done"
    for item in sorted(present - expected):
        yield f"{item} is due or leased, but nothing waits for it"


def _check_places(
    work: _Work, later: dict[str, float], lines: Sequence[list[Any]], places: dict[str, _Place]
) -> Iterator[str]:
    """Check that each due item is in one place, and that its record has this place."""
    times = Counter(dict.fromkeys(later, 1))
    for item, at in later.items():
        if work.due.get(item) != at:
            yield f"{item} will be ready at {at}, but is due at {work.due.get(item)}"
    for line, ready, newest, rotation, submissions, waiting in lines:
        items = [(submission, item) for submission, own in submissions for item in own]
        times.update(item for _, item in items)
        if ready != len(items):
            yield f"{line}: {len(items)} items are ready, {ready} counted"
        since = {item: work.due.get(item) for _, item in items}
        if _read_scores(waiting) != since:
            yield f"{line}: items wait since {since}, but are listed as {waiting}"
        serials = _read_scores(newest)
        if not set(rotation) == set(serials) == {submission for submission, _ in items}:
            yield f"{line}: {rotation} and {list(serials)} are not the submissions of {items}"
        for submission, item in items:
            stage, item_id, _ = item.split(":")
            place = places[item_id]
            expected = (f"{Stage(stage).queue}:{place.rank}", place.submission, place.serial)
            if (line, submission, serials.get(submission)) != expected:
                yield f"{item} is ready in {line} for {submission}, not in {expected}"
    for item in sorted({*times, *work.due}):
        if times[item] != int(item in work.due):
            yield f"{item} will be taken from {times[item]} places, due: {item in work.due}"


def _check_shares(
    lines: Sequence[list[Any]], places: dict[str, _Place], shares: dict[str, float]
) -> Iterator[str]:
    """Check that each key is counted with its number of ready items."""
    owners = [
        places[item.split(":")[1]].owner
        for line, _, _, _, submissions, _ in lines
        if not line.endswith(_SCHEDULED) and not line.startswith(_READ)
        for _, own in submissions
        for item in own
    ]
    counted = Counter(owner for owner in owners if owner)
    if counted != shares:
        yield f"items of keys are ready: {dict(counted)}, counted are {shares}"


def _items_of_claim(claim: _Claim) -> list[str]:
    """The work item of this claim that must be in due or lease, if any."""
    if not claim.is_finished:
        return [f"{_STAGE_OF[claim.status]}:{claim.id}:{claim.check}"]
    return [_next_item(claim)] if claim.scheduled else []


def _next_item(claim: _Claim) -> str:
    return f"{Stage.GATHER}:{claim.id}:{claim.check + 1}"


def _check_claim(claim: _Claim, work: _Work) -> Iterator[str]:
    checks = [check for check, _ in claim.history]
    if any(later <= earlier for earlier, later in pairwise(checks)):
        yield f"{claim.id}: a check has two verdicts or the history is out of order: {checks}"
    last = claim.history[-1] if claim.history else (None, None)
    if last != (claim.verdict_check, claim.label):
        yield f"{claim.id}: the history ends with {last}, not with the verdict"
    if checks and checks[-1] > claim.check:
        yield f"{claim.id}: check {checks[-1]} has a verdict but was never asked for"
    is_judged = claim.status is ClaimStatus.JUDGED and claim.verdict_check is not None
    if is_judged and claim.check not in (claim.verdict_check, claim.cancelled):
        yield f"{claim.id}: judged, but check {claim.check} has no verdict"
    if claim.is_finished and claim.scheduled:
        at = work.due.get(_next_item(claim))
        if at != claim.next_ms:
            yield f"{claim.id}: its next check is due at {at}, not at {claim.next_ms}"
    expected = claim.check if claim.status is ClaimStatus.READING else None
    if claim.provisional != expected:
        yield f"{claim.id}: {claim.status}, its provisional verdict is of {claim.provisional}"
    if claim.is_finished and not claim.finished:
        yield f"{claim.id}: finished, but its article still counts it as open"


def _check_article(article: _Article, claims: Sequence[_Claim]) -> Iterator[str]:
    own = [claim for claim in claims if claim.article == article.id]
    if len(own) + article.deleted != (article.claims or 0):
        yield f"{article.id}: {len(own)} claims, {article.claims} counted"
    still_open = sum(not claim.finished for claim in own)
    if still_open != (article.open or 0):
        yield f"{article.id}: {still_open} claims open, {article.open} counted"
    is_extracted = article.claims is not None
    if is_extracted and (article.status is ArticleStatus.DONE) != (still_open == 0):
        yield f"{article.id}: {article.status} with {still_open} claims open"
    counted = [claim for claim in own if not claim.superseded]
    labels = dict(Counter(claim.label for claim in counted if claim.label))
    if labels != article.summary:
        yield f"{article.id}: labels {labels}, {article.summary} counted"


def _check_kept(
    claims: Sequence[_Claim],
    checks: Sequence[tuple[str, list[str], list[str], list[str]]],
    superseded: Sequence[str],
) -> Iterator[str]:
    """Checks stored verdicts, their evidence, and when they may be deleted."""
    listed = set(superseded)
    for claim, (_, gathered, verdicts, _cited) in zip(claims, checks, strict=True):
        is_current = claim.status in (ClaimStatus.JUDGING, ClaimStatus.READING)
        current = [str(claim.check)] if is_current else []
        if set(gathered) != {*verdicts, *current}:
            yield f"{claim.id}: verdicts of {verdicts}, but gathered of {gathered}"
        last = [] if claim.verdict_check is None else [str(claim.verdict_check)]
        if not set(last) <= set(verdicts):
            yield f"{claim.id}: its last verdict, of check {last[0]}, is not kept"
        older = {f"{claim.id}:{check}" for check in verdicts if check not in last}
        if older != {member for member in listed if member.rpartition(":")[0] == claim.id}:
            yield f"{claim.id}: its older checks {sorted(older)} are not those that will be deleted"


def _check_citations(
    cited: Sequence[list[str]], citations: Sequence[str], gone: Sequence[str]
) -> Iterator[str]:
    """`cited`: for each claim check numbers and pages in turn; `citations`: pages and counts."""
    for sha256 in gone:
        yield f"page {sha256} is cited, but not kept"
    times = Counter(sha256 for row in cited for pages in row[1::2] for sha256 in pages.split())
    counted = dict(zip(citations[::2], map(int, citations[1::2]), strict=True))
    if times != Counter({page: count for page, count in counted.items() if count}):
        yield f"pages are cited {dict(times)} times, {counted} counted"


def _check_events(
    claims: Sequence[_Claim], articles: Sequence[_Article], events: Sequence[tuple[str, list[str]]]
) -> Iterator[str]:
    """Check that each changed verdict is announced once."""
    announced = [dict(zip(words[::2], words[1::2], strict=True)) for _, words in events]
    verdicts: dict[str, list[_Change]] = {}
    for event in announced:
        if event["type"] in (EventType.VERDICT_CREATED, EventType.VERDICT_CHANGED):
            change = (int(event["check"]), event.get("before"), event["label"])
            verdicts.setdefault(event["claim"], []).append(change)
    for claim in claims:
        expected, found = list(_list_changes(claim.history)), verdicts.get(claim.id, [])
        if found != expected[len(expected) - len(found) :]:
            yield f"{claim.id}: its verdicts changed as in {expected}, announced are {found}"
    done = Counter(e["article"] for e in announced if e["type"] == EventType.ARTICLE_DONE)
    for article in articles:
        if done[article.id] > (article.status is ArticleStatus.DONE):
            yield f"{article.id}: {article.status}, but announced as done {done[article.id]} times"


def _list_changes(history: Sequence[tuple[int, str]]) -> Iterator[_Change]:
    """The check, label before and label of each verdict that is announced."""
    before = None
    for check, label in history:
        if label != before:
            yield check, before, label
        before = label


def _check_index(index: Sequence[list[Any]], listed: Sequence[Sequence[_Row]]) -> Iterator[str]:
    """`index`: names of sorted sets and their members with scores; `listed`: articles, claims."""
    expected = {
        (f"{kind}:{name}", row.serial, score)
        for kind, rows in zip(("articles", "claims"), listed, strict=True)
        for row in rows
        for name, score in _list_entries(row)
    }
    present = {
        (name.removeprefix(keys.INDEX), member, score)
        for name, pairs in index
        for member, score in _read_scores(pairs).items()
    }
    for name, serial, score in sorted(expected - present):
        yield f"{serial} is not in {name} of the index at {score}"
    for name, serial, score in sorted(present - expected):
        yield f"{serial} is in {name} of the index at {score}, but no record is found there"


def _list_entries(row: _Row) -> Iterator[tuple[str, float]]:
    """The sets of the index in which a record must be, and its score there."""
    for facet, values in row.facets.items():
        for value in values:
            yield f"{facet}:{value}", float(row.serial)
    if row.verdict:
        yield "checked", to_ms(row.verdict.checked_at)
        yield "confidence", row.verdict.confidence


def _check_facets(articles: Sequence[_Row], claims: Sequence[_Row]) -> Iterator[str]:
    """Check the facets that follow from other records or from the verdict."""
    tags = {row.id: row.facets["tag"] for row in articles}
    labels: dict[str, set[str]] = {row.id: set() for row in articles}
    for row in claims:
        for article in row.facets["article"]:
            if not row.facets["superseded"]:
                labels[article].update(row.facets["label"])
            if row.facets["article_tag"] != tags[article]:
                yield f"{row.id}: tags of its article {row.facets['article_tag']}"
        cited = (piece.page.url for piece in row.verdict.evidence) if row.verdict else ()
        if "\n".join(row.facets["site"]) != facets.write_sites(cited):
            yield f"{row.id}: sites {row.facets['site']} are not those that its verdict cites"
        said = facets.write_reader(row.verdict.reader) if row.verdict else ""
        if "\n".join(row.facets["reader"]) != said:
            yield f"{row.id}: {row.facets['reader']}, but its verdict was {said or 'not read'}"
    for row in articles:
        if set(row.facets["label"]) != labels[row.id]:
            yield f"{row.id}: labels {row.facets['label']}, but its claims have {labels[row.id]}"


def _read_row(
    names: Sequence[str], record_id: str, serial: str, values: Sequence[str], verdict: str
) -> _Row:
    return _Row(
        id=record_id,
        serial=serial,
        facets={
            name: tuple(value.split("\n")) if value else ()
            for name, value in zip(names, values, strict=True)
        },
        verdict=from_text(Verdict, verdict) if verdict else None,
    )


def _check_keys(rows: Sequence[tuple[str, str, Sequence[str | None]]]) -> Iterator[str]:
    for key_id, listed, (digest, scopes, expires, revoked) in rows:
        ends = min((float(at) for at in (expires, revoked) if at), default=float("inf"))
        if not digest or not scopes:
            yield f"key {key_id} has no secret or no scope"
        if float(listed) != ends:
            yield f"key {key_id} ends at {ends}, but is listed as ending at {listed}"


def _check_webhooks(
    rows: Sequence[list[Any]],
    ready: Sequence[str],
    leased: Sequence[str],
    last: str,
    woken_for: str,
) -> Iterator[str]:
    """`last` is the id of the last event, `woken_for` that of the last event for which webhooks
    were made ready."""
    ready_at = _read_scores(ready)
    for webhook, (position, secret, token, event, disabled), pending, ended, states in rows:
        waiting = _read_scores(pending)
        if (webhook in ready_at) + (webhook in leased) != (disabled is None):
            yield f"{webhook} is ready: {webhook in ready_at}, delivers: {webhook in leased}"
        if (webhook in leased) != (token is not None) or (token and event not in waiting):
            yield f"{webhook} delivers {event}, which is not leased or does not wait"
        if not secret or (disabled and waiting):
            yield f"{webhook} has no secret, or is switched off and {sorted(waiting)} wait"
        if set(waiting) & set(ended) or {*waiting, *ended} != set(states[::2]):
            yield f"{webhook}: {sorted(waiting)} wait, {ended} ended, states of {states[::2]}"
        is_behind = woken_for == last and _read_event_id(position) < _read_event_id(last)
        if ready_at.get(webhook) == float("inf") and (waiting or is_behind):
            yield f"{webhook} is up to date at {position}, but {sorted(waiting)} wait or {last}"
    for webhook in sorted({*ready_at, *leased} - {row[0] for row in rows}):
        yield f"{webhook} is ready or delivers, but there is no such webhook"


def _read_event_id(event_id: str) -> tuple[int, ...]:
    return tuple(map(int, event_id.split("-")))


def _check_deleted(deleted: Sequence[str], kept: Sequence[str]) -> Iterator[str]:
    for record_id in sorted(set(deleted) & set(kept)):
        yield f"{record_id} was deleted, but is stored"


def _check_corrected(claims: Sequence[_Claim]) -> Iterator[str]:
    by_id = {claim.id: claim for claim in claims}
    for claim in claims:
        for other_id, back in ((claim.corrects, "corrected_by"), (claim.corrected_by, "corrects")):
            if other_id and getattr(by_id.get(other_id), back, None) != claim.id:
                yield f"{claim.id}: {other_id} does not refer back to it"
        if claim.corrected_by and (claim.scheduled or not claim.is_finished):
            yield f"{claim.id}: corrected, but it would be checked again"
        elif claim.corrected_by and not claim.superseded:
            yield f"{claim.id}: corrected, but lists and counts have it"
        elif claim.superseded and not claim.corrected_by:
            yield f"{claim.id}: not corrected, but lists and counts leave it out"


def _read_scores(pairs: Sequence[str]) -> dict[str, float]:
    return dict(zip(pairs[::2], map(float, pairs[1::2]), strict=True))


def _read_place(record_id: str, values: Sequence[str | None]) -> tuple[str, _Place]:
    rank, submission, article, serial, owner = values
    place = submission or article or record_id
    return record_id, _Place(rank or "0", place, float(serial or 0), owner or "")


def _read_history(claim_id: str, entries: Sequence[str]) -> tuple[str, tuple[tuple[int, str], ...]]:
    checks = map(json.loads, entries)
    return claim_id, tuple((entry["check"], entry["label"]) for entry in checks)


def _read_article(article_id: str, values: Sequence[str | None]) -> _Article:
    status, still_open, claims, deleted, *counts = values
    return _Article(
        id=article_id,
        status=ArticleStatus(str(status)),
        open=_read_int(still_open),
        claims=_read_int(claims),
        deleted=int(deleted or 0),
        summary={
            label.value: int(count)
            for label, count in zip(VerdictLabel, counts, strict=True)
            if count and int(count)
        },
    )


def _read_claim(
    claim_id: str, values: Sequence[str | None], history: tuple[tuple[int, str], ...]
) -> _Claim:
    status, check, article, verdict_check, label, finished, every_ms, next_ms, *others = values
    cancelled, corrects, corrected_by, superseded, provisional, rest = others
    return _Claim(
        id=claim_id,
        status=ClaimStatus(str(status)),
        check=int(check or 0),
        article=article,
        verdict_check=_read_int(verdict_check),
        label=label,
        finished=finished is not None,
        scheduled=every_ms is not None,
        next_ms=float(next_ms or 0),
        cancelled=_read_int(cancelled),
        corrects=corrects,
        corrected_by=corrected_by,
        superseded=superseded == "yes",
        provisional=_read_provisional(provisional, rest),
        history=history,
    )


def _read_provisional(verdict: str | None, rest: str | None) -> int | None:
    """The check of a provisional verdict, None without one, -1 when its parts do not fit."""
    if verdict is None and rest is None:
        return None
    if verdict is None or rest is None:
        return -1
    of_entry, of_verdict = read_provisional_entry(rest).check, from_text(Verdict, verdict).check
    return of_entry if of_entry == of_verdict else -1


def _read_int(text: str | None) -> int | None:
    return None if text is None else int(text)
