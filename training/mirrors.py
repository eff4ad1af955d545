"""Mirrors: the claims of an event, word for word, with pages in which the facts are different.

    python -m training.mirrors     counts events, mirrors and how the labels turn

A judge that is trained on events alone learns the wording of their claims. With events and their
mirrors the wording reveals almost nothing: most claims that are SUPPORTED in one are REFUTED in the
other. A mirror is stored as edits of the event's pages and as labels of its claims
(training/data/events/README.md).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training.events import (
    Event,
    EventClaim,
    EventPage,
    Quote,
    read_events,
    split_events,
)
from training.pairs import DATA

# Events used only for training, and the mirrors of all events for training and fitting.
MORE = DATA / "events" / "more.jsonl"
MIRRORS = DATA / "events" / "mirrors.jsonl"
DECIDED = frozenset({"SUPPORTED", "REFUTED"})
OPEN = "NOT_ENOUGH_EVIDENCE"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """An event and its mirror: an event of the same name with the same claims."""

    event: Event
    mirror: Event


def read_mirrored(events: Iterable[Event], path: Path = MIRRORS) -> list[Mirrored]:
    """The given events that have a mirror in the JSON Lines file, in the order of the file.

    Mirrors of other events are left out. Raises ValueError with the number of a malformed line, and
    when an edit does not fit its event.
    """
    by_name = {event.name: event for event in events}
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            if (event := by_name.get(row["event"])) is not None:
                found.append(Mirrored(event, make_mirror(event, row["edits"], row["labels"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}:{number}: not a mirror: {error!r}") from error
    return found


def read_mirrored_for_training(count: int | None = None) -> list[Mirrored]:
    """The events for training that have a mirror; `count` of them (None: all), in a fixed order.

    Events for fitting the verdict model are left out. The order follows a hash, but not the hash of
    the name alone, by which the events for measuring were chosen.
    """
    found = read_mirrored([*split_events(read_events())[0], *read_events(MORE)])
    found.sort(key=lambda one: hashlib.sha256(f"mirror {one.event.name}".encode()).hexdigest())
    return found[:count]


def make_mirror(
    event: Event,
    edits: Iterable[Mapping[str, str]],
    labels: Sequence[Mapping[str, object]],
) -> Event:
    """The event after the edits of its pages, with the labels and quotes of the mirror.

    Each edit has `page`, `old` and `new`; `old` stands once in that page. Each label has the number
    of its `claim`, a `label` and `quotes`; there is one for every claim, in order. Raises
    ValueError otherwise.
    """
    pages = {page.name: page for page in event.pages}
    for edit in edits:
        pages[edit["page"]] = _edit(pages[edit["page"]], edit["old"], edit["new"])
    if [one["claim"] for one in labels] != list(range(len(event.claims))):
        raise ValueError(f"{event.name}: not one label for each of {len(event.claims)} claims")
    claims = tuple(
        replace(
            claim,
            label=str(one["label"]),
            quotes=tuple(Quote(**quote) for quote in one["quotes"]),  # type: ignore[attr-defined]
        )
        for claim, one in zip(event.claims, labels, strict=True)
    )
    return Event(event.name, tuple(pages.values()), claims)


def _edit(page: EventPage, old: str, new: str) -> EventPage:
    """The page with `new` instead of `old`; an empty paragraph is removed."""
    texts = [page.title, *page.paragraphs]
    if sum(text.count(old) for text in texts) != 1:
        raise ValueError(f"{page.name} does not have the words {old!r} once")
    title, *paragraphs = [text.replace(old, new) for text in texts]
    return replace(page, title=title, paragraphs=tuple(filter(str.strip, paragraphs)))


def turned(mirrored: Mirrored) -> Iterator[tuple[EventClaim, EventClaim]]:
    """The turned claims, each as in the event and as in the mirror: SUPPORTED in one and REFUTED in
    the other."""
    for claim, other in zip(mirrored.event.claims, mirrored.mirror.claims, strict=True):
        if {claim.label, other.label} == DECIDED:
            yield claim, other


def main() -> int:
    """Command line; see the module's docstring."""
    fitting, more = read_events(), read_events(MORE)
    mirrored = read_mirrored([*fitting, *more])
    turns = Counter(
        f"{claim.label} to {other.label}"
        for one in mirrored
        for claim, other in zip(one.event.claims, one.mirror.claims, strict=True)
    )
    print(f"{len(fitting)} events for training and fitting, {len(more)} for training alone")
    for_training = len(read_mirrored_for_training())
    print(f"{len(mirrored)} of them with a mirror, {for_training} of these for training")
    for turn, count in turns.most_common():
        print(f"{count:>6} claims: {turn}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
