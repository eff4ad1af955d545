"""What an article says: claims, sentences that are none, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, NewType

ArticleId = NewType("ArticleId", str)
ClaimId = NewType("ClaimId", str)


class Span(NamedTuple):
    """Characters [start, end) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; text == source[span.start:span.end], without outer white space."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """Characters of a text that lead to another address."""

    url: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable statement. `text` stands alone; `span` says where the article says it.

    For a claim read from an article, article[span.start:span.end] is a piece of `sentence`, and
    `links` are addresses that the article links to, those nearest to the claim first. `as_of` is
    the last day that evidence for it may be published on, if there is one.
    """

    text: str
    sentence: str
    span: Span | None = None
    claimant: str | None = None
    claimed_at: date | None = None
    as_of: date | None = None
    check_worthiness: float = 1.0
    kinds: tuple[str, ...] = ()
    needs_context: bool = False
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A sentence that holds no claim to check, and why (opinion, question, prediction, ...)."""

    sentence: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in one article, both lists in the order of the text."""

    claims: tuple[Claim, ...]
    not_checked: tuple[NotChecked, ...]
