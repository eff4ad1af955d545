"""Assigns the links of an article to its claims. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from claims.types import Claim, Link, Span

# Maximum addresses per claim: fetching them takes a worker's time, and a server's.
MOST_PER_CLAIM = 5


def give_links(claims: Sequence[Claim], *, text: str, links: Sequence[Link]) -> tuple[Claim, ...]:
    """The claims with their links: first of the claim's own sentence, then of its paragraph, then
    the nearest, at most MOST_PER_CLAIM. A claim without a span gets the article's first links."""
    if not links:
        return tuple(claims)
    return tuple(replace(claim, links=_choose(claim, text, links)) for claim in claims)


def _choose(claim: Claim, text: str, links: Sequence[Link]) -> tuple[str, ...]:
    if claim.span is not None:
        sentence = _find_sentence(claim, claim.span, text)
        paragraph = _find_line(claim.span, text)
        links = sorted(
            links,
            key=lambda link: (
                not _meet(link.span, sentence),
                not _meet(link.span, paragraph),
                _distance(link.span, sentence),
            ),
        )
    return tuple(dict.fromkeys(link.url for link in links))[:MOST_PER_CLAIM]


def _find_sentence(claim: Claim, span: Span, text: str) -> Span:
    """The sentence around the claim's span, or the span where the sentence cannot be found."""
    size = len(claim.sentence)
    start = text.find(claim.sentence, max(0, span.end - size), span.start + size)
    return span if start < 0 else Span(start, start + size)


def _find_line(span: Span, text: str) -> Span:
    end = text.find("\n", span.end)
    return Span(text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end)


def _meet(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _distance(a: Span, b: Span) -> int:
    return max(0, a.start - b.end, b.start - a.end)
