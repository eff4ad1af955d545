"""Stored checks that ended in a verdict: everything that was read, except the texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from claims.types.articles import Span
from claims.types.gathering import Coverage
from claims.types.labels import VerdictLabel
from claims.types.pages import PageReference, ServerAnswer
from claims.types.searches import PriorCheck, SourceFailure
from claims.types.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(PageReference):
    """A page as one check read it. Its text is stored once for all checks, by `sha256`."""

    answer: ServerAnswer | None = None


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage without its text: `span` of the text of the snapshot number `page`, from 0."""

    page: int
    span: Span
    rank_score: float
    page_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGathering:
    """What a check gathered in its stored form: everything except the text."""

    pages: tuple[Snapshot, ...]
    passages: tuple[KeptPassage, ...]
    coverage: Coverage
    prior_checks: tuple[PriorCheck, ...] = ()
    further: tuple[KeptPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check that ended in a verdict, with everything on which the verdict is based."""

    check: int
    gathered: KeptGathering
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PageChange:
    """A sentence of the page at `url` that changed between two checks of one claim.

    `before` is None for an added sentence, `after` for a removed one; both are None if the text of
    a check is no longer stored. `deciding`: the sentence, or one next to it, is evidence of either
    check.
    """

    url: str
    before: str | None = None
    after: str | None = None
    deciding: bool = False


def _read_changes(value: object) -> object:
    """The changes as an earlier release stored them: the addresses of the pages alone."""
    if not isinstance(value, Iterable):
        return value
    return tuple({"url": one} if isinstance(one, str) else one for one in value)


@dataclass(frozen=True, slots=True)
class PageDifference:
    """Pages that were added or removed between two checks of one claim, and sentences that changed.

    A page of which only furniture changed (boilerplate, dates, counters) is in none of them.
    `further` is the number of changed sentences that `changed` leaves out. `gone` says how those of
    the `vanished` pages failed that the last verdict cited and that failed on three days.
    """

    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    changed: Annotated[tuple[PageChange, ...], BeforeValidator(_read_changes)] = ()
    further: int = 0
    gone: tuple[SourceFailure, ...] = ()


class Cause(StrEnum):
    """Why a check judged its claim again instead of keeping the last verdict."""

    FIRST_CHECK = "first-check"
    NOTHING_KEPT = "nothing-kept"  # the previous check is not kept, so nothing can be compared
    JUDGE = "judge"  # another judge, or another release of it
    PASSAGES = "passages"  # other passages bear on the claim
    ORIGINS = "origins"  # other origins, or other origin numbers, since pages came or went
    SOURCES = "sources"  # another name or rating of the source of a page
    PAGE_DETAILS = "page-details"  # another title or day of a page
    STALE = "stale"  # other evidence is too old for the claim now
    READER = "reader"  # another second reader, address, instruction or test; or one was added
    RULE = "rule"  # another rule from evidence to label, or another minimum confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One check in a claim's history.

    `scored` is False and `causes` is empty when nothing on which the last verdict is based had
    changed. `turned_by` are the pages that turned the verdict into another label, found by judging
    without the difference of each. `failing` are the pages that could not be read, and whose last
    text was evidence again; `archived` those of which an archived copy was. Entries of earlier
    releases have neither causes nor confidence.
    """

    check: int
    checked_at: datetime
    label: VerdictLabel
    support: float | None
    confidence: float | None = None
    changed: bool
    scored: bool
    causes: tuple[Cause, ...] = ()
    diff: PageDifference | None = None
    turned_by: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
