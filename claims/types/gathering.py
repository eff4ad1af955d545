"""The result of gathering for one check, with coverage: sources that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from claims.types.pages import PageReference, Passage, ServerAnswer
from claims.types.searches import PriorCheck, Search, SourceFailure


class OriginTie(StrEnum):
    """The reason why two pages are one origin."""

    SAME_ADDRESS = "same-address"  # both name one address as their canonical one
    SAME_TEXT = "same-text"  # most of the shorter text is in the longer one
    REWRITTEN = "rewritten"  # the same report in different sentences
    SAME_FAMILY = "same-family"  # their registered sources are one publisher
    SAME_WIRE = "same-wire"  # similar texts with the mark of one wire, or naming one original


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOrigin:
    """An origin with more than one page: its pages, and the reason why they are one origin.

    Among the pages of one family, those that carry one report also have an entry of their own.
    """

    origin: str
    why: OriginTie
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which sources and providers were asked, and what they returned.

    `asked` counts pages: the given sources, and what `searches` found; sources that could not be
    read are in `failed`. `maybe_later` counts the fetched pages that may contain facts from after
    the claim's `as_of`: they give no date, or were changed since.
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
    """The result of gathering for one check: the passages to judge (best first) and their pages.

    `answers` are the answers of the servers, one for each of `pages`, or empty. `further` are the
    next best passages, which the judge does not read and a second reader does.
    """

    passages: tuple[Passage, ...]
    pages: tuple[PageReference, ...]
    coverage: Coverage
    prior_checks: tuple[PriorCheck, ...] = ()
    answers: tuple[ServerAnswer | None, ...] = ()
    further: tuple[Passage, ...] = ()
