"""What providers are asked, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Purpose(StrEnum):
    """What a query to a provider is meant to bring."""

    CLAIM = "claim"  # pages that say the same
    TERMS = "terms"  # pages about its names and figures
    NAME = "name"  # the page about one of its names
    CLAIMANT = "claimant"  # what else the claimant said of it
    OPPOSITE = "opposite"  # pages that say the contrary
    LINKED = "linked"  # pages that the article links to beside the claim
    PRIOR = "prior-checks"  # what fact-checkers have published of it already


@dataclass(frozen=True, slots=True)
class Query:
    """Words to search for, and to what end; pages published after `as_of` are of no use."""

    text: str
    purpose: Purpose
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page that a provider found: worth fetching, nothing more."""

    url: str
    title: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorCheck:
    """What a fact-checker has published about a claim like this one, in their own words.

    `claim` is the claim as they had it. It is shown with a verdict and never enters it.
    """

    claim: str
    publisher: str
    rating: str
    url: str
    title: str | None = None
    reviewed_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One question to one provider, as coverage has it; `code` and `detail` when it failed."""

    provider: str
    query: str
    purpose: Purpose
    found: int
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A source that could not be looked at. It is coverage, never a verdict."""

    url: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """Addresses worth fetching, prior checks, what was asked of whom, and what came too late."""

    urls: tuple[str, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()
    searches: tuple[Search, ...] = ()
    left_out: tuple[SourceFailure, ...] = ()
