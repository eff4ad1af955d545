"""The result of reading an article: claims, sentences that are not claims, and their spans."""

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
    """One sentence; text == source[span.start:span.end], without surrounding white space."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """A span of a text that links to another address."""

    url: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable statement. `text` stands alone; `span` is its place in the article.

    For a claim read from an article, article[span.start:span.end] is a part of `sentence`, and
    `links` are addresses that the article links to, those nearest to the claim first.
    """

    text: str
    sentence: str
    span: Span | None = None
    claimant: str | None = None
    claimed_at: date | None = None
    check_worthiness: float = 1.0
    kinds: tuple[str, ...] = ()
    needs_context: bool = False
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedClaim:
    """A claim that a person lists with an article.

    `sentence` is a verbatim piece of the article that states it. Without `claimant`, who said it is
    read from the text.
    """

    text: str
    sentence: str | None = None
    claimant: str | None = None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A sentence without a claim to check, and the reason (opinion, question, prediction, ...)."""

    sentence: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The claims and other sentences of one article, both lists in the order of the text."""

    claims: tuple[Claim, ...]
    not_checked: tuple[NotChecked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReading:
    """An article as it was read: the text that all spans refer to, and its claims.

    Title, address and day are None where the article has none.
    """

    text: str
    extraction: Extraction
    title: str | None = None
    url: str | None = None
    published_at: str | None = None
