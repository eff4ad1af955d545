"""What the invariant is checked on: values of the records, read from the answer of one script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from claims.shapes import from_text
from claims.store.connection import FORM_ERRORS, describe_form
from claims.store.records import read_provisional_entry
from claims.types import ArticleStatus, ClaimStatus, Verdict, VerdictLabel

T = TypeVar("T")

Line = tuple[str, int, list[str], list[str], list[tuple[str, list[str]]], list[str]]
"""A line of the queue: its name, the number of ready items, its submissions with scores, their
rotation, the items of each submission, and since when each item waits."""
WebhookFields = tuple[str, str | None, str | None, str | None, str | None]
"""Position in the stream, secret, token and event of a lease, when it was switched off."""
WebhookRow = tuple[str, WebhookFields, list[str], list[str], list[str]]
"""The id of a webhook, its fields, the events that wait, those that ended, the states of both."""


@dataclass(frozen=True, slots=True)
class Work:
    """The items that are due, with their times, and those that are leased."""

    due: dict[str, float]
    leased: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a record's items when they are ready."""

    rank: str
    submission: str
    serial: float
    owner: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is listed: its serial number, the values of its facets, its last verdict."""

    id: str
    serial: str
    facets: dict[str, tuple[str, ...]]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Article:
    """What an article's record says about its claims."""

    id: str
    status: ArticleStatus
    open: int | None
    claims: int | None
    deleted: int
    summary: dict[str, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim's record says about its checks."""

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
    held_from: str | None
    history: tuple[tuple[int, str], ...]

    @property
    def is_finished(self) -> bool:
        """Whether no check of it is under way."""
        return self.status in (ClaimStatus.JUDGED, ClaimStatus.FAILED)


def read_each(
    read: Callable[..., T], rows: Iterable[Sequence[object]], unreadable: list[str]
) -> list[T]:
    """`read(*row)` of each row, which begins with an id; adds to `unreadable` rows that fail."""
    values = []
    for row in rows:
        try:
            values.append(read(*row))
        except FORM_ERRORS as error:
            unreadable.append(f"{row[0]} cannot be read: {describe_form(error)}")
    return values


def read_scores(pairs: Sequence[str]) -> dict[str, float]:
    """The members of a sorted set with their scores."""
    return dict(zip(pairs[::2], map(float, pairs[1::2]), strict=True))


def read_place(record_id: str, values: Sequence[str | None]) -> tuple[str, Place]:
    """The id of a record, and its place."""
    rank, submission, article, serial, owner = values
    place = submission or article or record_id
    return record_id, Place(rank or "0", place, float(serial or 0), owner or "")


def read_row(row: tuple[str, str, Sequence[str], str], *, names: Sequence[str]) -> Row:
    """`row`: id, serial number, values of the facets `names`, the last verdict or ""."""
    record_id, serial, values, verdict = row
    return Row(
        id=record_id,
        serial=serial,
        facets={
            name: tuple(value.split("\n")) if value else ()
            for name, value in zip(names, values, strict=True)
        },
        verdict=from_text(Verdict, verdict) if verdict else None,
    )


def read_history(claim_id: str, entries: Sequence[str]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The id of a claim, and the check and label of each verdict."""
    checks = map(json.loads, entries)
    return claim_id, tuple((entry["check"], entry["label"]) for entry in checks)


def read_article(article_id: str, values: Sequence[str | None]) -> Article:
    """The article with these fields."""
    status, still_open, claims, deleted, *counts = values
    return Article(
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


def read_claim(
    claim_id: str, values: Sequence[str | None], history: tuple[tuple[int, str], ...]
) -> Claim:
    """The claim with these fields and verdicts."""
    status, check, article, verdict_check, label, finished, every_ms, next_ms, *others = values
    paused, cancelled, corrects, corrected_by, superseded, provisional, rest, held_from = others
    return Claim(
        id=claim_id,
        status=ClaimStatus(str(status)),
        check=int(check or 0),
        article=article,
        verdict_check=_read_int(verdict_check),
        label=label,
        finished=finished is not None,
        scheduled=every_ms is not None and paused is None,
        next_ms=float(next_ms or 0),
        cancelled=_read_int(cancelled),
        corrects=corrects,
        corrected_by=corrected_by,
        superseded=superseded == "yes",
        provisional=_read_provisional(provisional, rest),
        held_from=held_from,
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
