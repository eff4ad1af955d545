"""What one check found, and what it could not look at: coverage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from claims.types.pages import PageReference, Passage, ServerAnswer
from claims.types.searches import PriorCheck, Search, SourceFailure


class OriginTie(StrEnum):
    """Why two pages are one origin."""

    SAME_ADDRESS = "same-address"  # both name one address as their canonical one
    SAME_TEXT = "same-text"  # most of the shorter text stands in the longer one
    REWRITTEN = "rewritten"  # the same report in other sentences
    SAME_FAMILY = "same-family"  # their registered sources are one publisher
    SAME_WIRE = "same-wire"  # both carry one wire's mark, or name one original, and are alike


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOrigin:
    """An origin with more than one page: which they are, and why they are one.

    Of the pages of one family, those that carry one report stand in an entry of their own as well.
    """

    origin: str
    why: OriginTie
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was asked of whom and what came back.

    `asked` counts pages: the sources as handed over, and what `searches` found; those that could
    not be looked at stand in `failed`. `maybe_later` counts the fetched ones that may say what was
    not known by the claim's `as_of`: they give no date, or were changed since.
    """

    asked: int
    fetched: int
    origins: int
    failed: tuple[SourceFailure, ...] = ()
    searches: tuple[Search, ...] = ()
    shared_origins: tuple[SharedOrigin, ...] = ()
    maybe_later: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that one check found: the passages to judge (best first) and the pages behind them.

    `answers` are those of the servers, one for each of `pages`, or none at all.
    """

    passages: tuple[Passage, ...]
    pages: tuple[PageReference, ...]
    coverage: Coverage
    prior_checks: tuple[PriorCheck, ...] = ()
    answers: tuple[ServerAnswer | None, ...] = ()
