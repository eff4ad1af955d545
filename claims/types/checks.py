"""Checks that ended in a verdict, as they are kept: all of what was read but the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from claims.types.articles import Span
from claims.types.gathering import Coverage
from claims.types.pages import PageReference, ServerAnswer
from claims.types.searches import PriorCheck
from claims.types.verdicts import Verdict, VerdictLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(PageReference):
    """A page as one check read it. Its text is kept once for all checks, by `sha256`."""

    answer: ServerAnswer | None = None


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage without its text, which is span of the text of the snapshot at `page`, from 0."""

    page: int
    span: Span
    rank_score: float
    page_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGathering:
    """What a check gathered, as it is kept: all of it but the text."""

    pages: tuple[Snapshot, ...]
    passages: tuple[KeptPassage, ...]
    coverage: Coverage
    prior_checks: tuple[PriorCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check that ended in a verdict, with all that the verdict rests on."""

    check: int
    gathered: KeptGathering
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PageDifference:
    """URLs of pages that came, went or changed between two checks of one claim."""

    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Cause(StrEnum):
    """Why a check weighed its claim anew."""

    FIRST_CHECK = "first-check"
    NOTHING_KEPT = "nothing-kept"  # of the check before, to compare with
    JUDGE = "judge"  # another one, or another release of it
    PASSAGES = "passages"  # other passages bear on the claim
    ORIGINS = "origins"  # other ones, or only numbered anew as pages came or went
    SOURCES = "sources"  # another name or rating of the source that a page belongs to
    PAGE_DETAILS = "page-details"  # another title or day of a page
    STALE = "stale"  # other evidence is too old for the claim now
    RULE = "rule"  # from evidence to label: another one, or another least confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One check in a claim's history. `scored` is False, and there are no `causes`, when nothing
    that the last verdict rests on had changed. Entries of earlier releases have neither causes nor
    confidence."""

    check: int
    checked_at: datetime
    label: VerdictLabel
    support: float | None
    confidence: float | None = None
    changed: bool
    scored: bool
    causes: tuple[Cause, ...] = ()
    diff: PageDifference | None = None
