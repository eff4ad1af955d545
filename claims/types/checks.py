"""Checks that ended in a verdict, as they are kept: all of what was read but the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One check in a claim's history. `scored` is False when no page had changed."""

    check: int
    checked_at: datetime
    label: VerdictLabel
    support: float | None
    changed: bool
    scored: bool
    diff: PageDifference | None = None
