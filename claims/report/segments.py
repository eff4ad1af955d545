"""Cut a text where claims begin and end, so that each piece can be marked. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from claims.types import Span

_LINE_BREAKS = re.compile(r"[^\S\r\n]*[\r\n]\s*")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text that lies wholly inside or wholly outside each claim.

    `claims` holds the keys of the claims it belongs to, in the order they were given; `starts`
    and `ends` hold those keys whose first or last visible piece this is. A run of line breaks
    with the white space around it is a segment of its own, `is_break`.
    """

    text: str
    span: Span
    claims: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    is_break: bool = False


def segment_text(text: str, spans_by_claim: Mapping[str, Span | None]) -> tuple[Segment, ...]:
    """The segments of `text` in order; joined they give `text` again. An empty text has none.

    Spans may overlap, be nested or equal. Spans are cut at the end of the text, and a claim
    without a span, or with an empty one, marks nothing.
    """
    spans = {key: _clamp(span, len(text)) for key, span in spans_by_claim.items() if span}
    breaks = [Span(*match.span()) for match in _LINE_BREAKS.finditer(text)]
    edges = sorted({0, len(text)}.union(*spans.values(), *breaks))
    place = {edge: number for number, edge in enumerate(edges)}
    claims: list[list[str]] = [[] for _ in edges[1:]]
    for key, span in spans.items():
        for number in range(place[span.start], place[span.end]):
            claims[number].append(key)
    in_break = {n for span in breaks for n in range(place[span.start], place[span.end])}
    return _mark_ends(
        [
            Segment(
                text=text[start:end],
                span=Span(start, end),
                claims=tuple(claims[number]),
                is_break=number in in_break,
            )
            for number, (start, end) in enumerate(pairwise(edges))
        ]
    )


def group_paragraphs(segments: Iterable[Segment]) -> tuple[tuple[Segment, ...], ...]:
    """The segments between line breaks, one group a paragraph, without breaks and empty groups."""
    groups: list[list[Segment]] = [[]]
    for segment in segments:
        if segment.is_break:
            groups.append([])
        else:
            groups[-1].append(segment)
    return tuple(tuple(group) for group in groups if group)


def _clamp(span: Span, length: int) -> Span:
    start = min(max(0, span[0]), length)
    return Span(start, max(start, min(span[1], length)))


def _mark_ends(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, segment in enumerate(segments):
        if not segment.is_break:
            for key in segment.claims:
                first.setdefault(key, number)
                last[key] = number
    return tuple(
        replace(
            segment,
            starts=tuple(key for key in segment.claims if first.get(key) == number),
            ends=tuple(key for key in segment.claims if last.get(key) == number),
        )
        for number, segment in enumerate(segments)
    )
