"""Whether the queue has each item that is expected, in one place, and counts those of each key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from claims.store.invariant.stored_values import Claim, Line, Place, Work, read_scores
from claims.types import ClaimStatus, Queue, Stage

_STAGE_OF = {
    ClaimStatus.QUEUED: Stage.GATHER,
    ClaimStatus.GATHERING: Stage.GATHER,
    ClaimStatus.JUDGING: Stage.JUDGE,
    ClaimStatus.READING: Stage.READ,
}
# The end of the name of a line of checks on schedule, the start of that of a line of the reader.
_SCHEDULED, _READ = ":2", f"{Queue.READ}:"


def items_of_claim(claim: Claim) -> list[str]:
    """The work item of this claim that must be in due or lease, if any."""
    if not claim.is_finished:
        return [f"{_STAGE_OF[claim.status]}:{claim.id}:{claim.check}"]
    return [next_item(claim)] if claim.scheduled else []


def next_item(claim: Claim) -> str:
    """The work item of the next check."""
    return f"{Stage.GATHER}:{claim.id}:{claim.check + 1}"


def check_work(work: Work, expected: set[str]) -> Iterator[str]:
    """Check that exactly the expected items are due or leased, none of them both."""
    for item in sorted(work.leased & set(work.due)):
        yield f"{item} is both due and leased"
    present = work.leased | set(work.due)
    for item in sorted(expected - present):
        yield f"{item} is neither due nor leased: it would never be done"
    for item in sorted(present - expected):
        yield f"{item} is due or leased, but nothing waits for it"


def check_places(
    work: Work, later: dict[str, float], *, lines: Sequence[Line], places: dict[str, Place]
) -> Iterator[str]:
    """Check that each due item is in one place, and that its record has this place."""
    times = Counter(dict.fromkeys(later, 1))
    for item, at in later.items():
        if work.due.get(item) != at:
            yield f"{item} will be ready at {at}, but is due at {work.due.get(item)}"
    for line, ready, newest, rotation, submissions, waiting in lines:
        items = [(submission, item) for submission, own in submissions for item in own]
        times.update(item for _, item in items)
        if ready != len(items):
            yield f"{line}: {len(items)} items are ready, {ready} counted"
        since = {item: work.due.get(item) for _, item in items}
        if read_scores(waiting) != since:
            yield f"{line}: items wait since {since}, but are listed as {waiting}"
        serials = read_scores(newest)
        if not set(rotation) == set(serials) == {submission for submission, _ in items}:
            yield f"{line}: {rotation} and {list(serials)} are not the submissions of {items}"
        for submission, item in items:
            stage, item_id, _ = item.split(":")
            place = places[item_id]
            expected = (f"{Stage(stage).queue}:{place.rank}", place.submission, place.serial)
            if (line, submission, serials.get(submission)) != expected:
                yield f"{item} is ready in {line} for {submission}, not in {expected}"
    for item in sorted({*times, *work.due}):
        if times[item] != int(item in work.due):
            yield f"{item} will be taken from {times[item]} places, due: {item in work.due}"


def check_shares(
    lines: Sequence[Line], *, places: dict[str, Place], shares: dict[str, float]
) -> Iterator[str]:
    """Check that each key is counted with its number of ready items."""
    owners = [
        places[item.split(":")[1]].owner
        for line, _, _, _, submissions, _ in lines
        if not line.endswith(_SCHEDULED) and not line.startswith(_READ)
        for _, own in submissions
        for item in own
    ]
    counted = Counter(owner for owner in owners if owner)
    if counted != shares:
        yield f"items of keys are ready: {dict(counted)}, counted are {shares}"
