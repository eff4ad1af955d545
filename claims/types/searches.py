"""Queries to providers, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Purpose(StrEnum):
    """The kind of pages that a query to a provider should find."""

    CLAIM = "claim"  # pages that make the same statement
    TERMS = "terms"  # pages about its names and figures
    NAME = "name"  # the page about one of its names
    CLAIMANT = "claimant"  # other statements of the claimant about it
    OPPOSITE = "opposite"  # pages that say the contrary
    LINKED = "linked"  # pages that the article links to next to the claim
    PRIOR = "prior-checks"  # reviews that fact-checkers have already published about it


@dataclass(frozen=True, slots=True)
class Query:
    """Search words and their purpose; pages published after `as_of` are not used."""

    text: str
    purpose: Purpose
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page that a provider found; it is worth fetching, and not yet evidence."""

    url: str
    title: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorCheck:
    """A published review by a fact-checker of a claim like this one, in the fact-checker's words.

    `claim` is the claim as the review states it. The review is shown with a verdict and has no
    effect on it.
    """

    claim: str
    publisher: str
    rating: str
    url: str
    title: str | None = None
    reviewed_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One query to one provider, as shown in coverage; `code` and `detail` if it failed."""

    provider: str
    query: str
    purpose: Purpose
    found: int
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A source that could not be read. It is listed in coverage and has no effect on a verdict."""

    url: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """Addresses worth fetching, prior checks, the searches made, and pages after `as_of`."""

    urls: tuple[str, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()
    searches: tuple[Search, ...] = ()
    left_out: tuple[SourceFailure, ...] = ()
