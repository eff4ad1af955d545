"""Events: claims labelled against several full pages.

An event has five to seven pages by different outlets and claims as a fact-checker has them,
labelled against all pages (training/data/events/README.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from claims.types import Span
from training.pairs import DATA

FITTING = DATA / "events" / "events.jsonl"
# One event in RULE_EVERY is reserved for fitting the calibration and the verdict model. The judge
# is not trained on these, because its confidence on training events is higher than on users' pages.
RULE_EVERY = 4
# Prefix of the group of an event's pairs: GROUP:name.
GROUP = "event"


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of an outlet; `role` is its relation to the event (see training/data/events)."""

    name: str
    title: str
    publisher: str
    published_at: str | None
    role: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The main text in the form of an extracted web page: one line for the title and for each
        paragraph."""
        return "\n".join((self.title, *self.paragraphs))


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that decide a claim, verbatim in the page with the name `page`."""

    page: str
    text: str


@dataclass(frozen=True, slots=True)
class EventClaim:
    """A claim with its label against all pages; `quotes` is empty when the pages leave it open."""

    claim: str
    label: str
    kind: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """The pages of one event and the claims about it."""

    name: str
    pages: tuple[EventPage, ...]
    claims: tuple[EventClaim, ...]


def read_events(path: Path = FITTING) -> list[Event]:
    """The events of a JSON Lines file. Raises ValueError with the number of a malformed line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(_event(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}:{number}: not an event: {error!r}") from error
    return found


def split_events(events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """(events to train the judge, events to fit calibration and verdict model), by hash of name."""
    parts: tuple[list[Event], list[Event]] = ([], [])
    for event in events:
        digest = int(hashlib.sha256(event.name.encode()).hexdigest(), 16)
        parts[digest % RULE_EVERY == 0].append(event)
    return parts


def _event(row: dict[str, list[dict[str, object]]]) -> Event:
    pages = tuple(
        EventPage(**{**page, "paragraphs": tuple(page["paragraphs"])})  # type: ignore[arg-type]
        for page in row["pages"]
    )
    claims = tuple(
        EventClaim(**{**one, "quotes": tuple(Quote(**quote) for quote in one["quotes"])})  # type: ignore[arg-type, attr-defined]
        for one in row["claims"]
    )
    return Event(str(row["event"]), pages, claims)


def deciding_text(event: Event, quotes: Sequence[Quote]) -> str:
    """The paragraphs that contain the quotes, in the order of the pages, as one text.

    The title and the first paragraph of a page are always taken together. Raises ValueError when a
    quote is not in its page.
    """
    parts = []
    for page in event.pages:
        spans = [find_quote(page, quote) for quote in quotes if quote.page == page.name]
        if spans:
            parts.append("\n".join(list_paragraphs(page, spans)))
    return "\n".join(parts)


def find_quote(page: EventPage, quote: Quote) -> Span:
    """Character span of the quote in the page's text. Raises ValueError when it is not there."""
    words = map(re.escape, quote.text.split())
    found = re.search(r"\s+".join(words), page.text)
    if found is None:
        raise ValueError(f"{page.name} does not have the words {quote.text!r}")
    return Span(*found.span())


def list_paragraphs(page: EventPage, spans: Sequence[Span]) -> list[str]:
    """The paragraphs of the page that these spans of its text touch, and title and first paragraph
    together if one of them does."""
    lines = [page.title, *page.paragraphs]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    held = {
        number
        for number, (start, end) in enumerate(pairwise(starts))
        if any(span.start < end - 1 and start < span.end for span in spans)
    }
    if held & {0, 1}:
        held |= {0, 1}
    return [lines[number] for number in sorted(held)]
