"""Mirrors fit their events, and none is of an event that must not be learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.real import MEASURING, MIRRORS_FOR_MEASURING
from training.events import (
    FITTING,
    Event,
    EventClaim,
    EventPage,
    Quote,
    find_quote,
    read_events,
    split_events,
)
from training.mirrors import (
    DECIDED,
    MIRRORS,
    MORE,
    OPEN,
    make_mirror,
    read_mirrored,
    read_mirrored_for_training,
    turned,
)

PAGE = EventPage(
    "first",
    "Kelm opens its bridge",
    "Gazette",
    "2025-03-04",
    "main",
    ("The bridge cost 47 million crowns.", "Mayor Ada Holm cut the ribbon."),
)
EVENT = Event(
    "kelm",
    (PAGE,),
    (
        EventClaim(
            "The bridge cost 47 million.", "SUPPORTED", "figure", (Quote("first", "47 million"),)
        ),
        EventClaim("Ada Holm was there.", "SUPPORTED", "person", (Quote("first", "Ada Holm"),)),
    ),
)
LABELS = (
    {"claim": 0, "label": "REFUTED", "quotes": [{"page": "first", "text": "52 million"}]},
    {"claim": 1, "label": OPEN, "quotes": []},
)


def test_a_mirror_has_the_claims_of_its_event_and_other_pages() -> None:
    edits = [
        {"page": "first", "old": "47 million", "new": "52 million"},
        {"page": "first", "old": "Mayor Ada Holm cut the ribbon.", "new": ""},
    ]
    mirror = make_mirror(EVENT, edits, LABELS)
    assert [claim.claim for claim in mirror.claims] == [claim.claim for claim in EVENT.claims]
    assert [claim.label for claim in mirror.claims] == ["REFUTED", OPEN]
    assert mirror.pages[0].paragraphs == ("The bridge cost 52 million crowns.",)
    assert EVENT.pages[0] is PAGE


@pytest.mark.parametrize("old", ["48 million", "a"])
def test_edit_of_words_that_do_not_occur_exactly_once_is_refused(old: str) -> None:
    with pytest.raises(ValueError, match="does not have the words"):
        make_mirror(EVENT, [{"page": "first", "old": old, "new": ""}], LABELS)


def test_a_mirror_without_a_label_for_each_claim_is_refused() -> None:
    with pytest.raises(ValueError, match="not one label for each of 2 claims"):
        make_mirror(EVENT, [], LABELS[:1])


def test_malformed_mirror_line_is_named_and_other_events_are_left_out(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mirrors.jsonl"
    file.write_text('{"event": "elsewhere"}\n{"event": "kelm"}\n')
    with pytest.raises(ValueError, match=r"mirrors\.jsonl:2: not a mirror"):
        read_mirrored([EVENT], file)
    file.write_text('{"event": "elsewhere"}\n')
    assert read_mirrored([EVENT], file) == []


def test_events_for_measuring_are_not_used_for_training() -> None:
    measured = {event.name for event in read_events(MEASURING)}
    more = {event.name for event in read_events(MORE)}
    assert not more & (measured | {event.name for event in read_events(FITTING)})
    assert len(more) == 259
    all_of_them = [one.event.name for one in read_mirrored_for_training()]
    assert [one.event.name for one in read_mirrored_for_training(40)] == all_of_them[:40]
    assert len({name[0] for name in all_of_them[:40]}) > 10
    for_training = set(all_of_them)
    for_measuring = {
        one.event.name for one in read_mirrored(read_events(MEASURING), MIRRORS_FOR_MEASURING)
    }
    learnt, fitted = split_events(read_events())
    assert for_training <= more | {event.name for event in learnt}
    for_fitting = {one.event.name for one in read_mirrored(fitted)}
    assert not for_training & for_fitting
    assert (len(for_training), len(for_fitting), len(for_measuring)) == (406, 51, 101)
    # No line is of an event that is not there.
    kept = ((MIRRORS, for_training | for_fitting), (MIRRORS_FOR_MEASURING, for_measuring))
    for file, names in kept:
        assert len(file.read_text(encoding="utf-8").splitlines()) == len(names)


def test_quotes_of_mirrors_are_verbatim_and_four_of_five_claims_turn() -> None:
    mirrored = [
        *read_mirrored_for_training(),
        *read_mirrored(read_events(MEASURING), MIRRORS_FOR_MEASURING),
    ]
    changed = claims = 0
    for one in mirrored:
        pages = {page.name: page for page in one.mirror.pages}
        for claim, before in zip(one.mirror.claims, one.event.claims, strict=True):
            assert bool(claim.quotes) == (claim.label != OPEN)
            for quote in claim.quotes:
                find_quote(pages[quote.page], quote)
            claims += 1
            changed += claim.label != before.label
    assert changed / claims > 0.8
    supported = [first.label for one in mirrored for first, _ in turned(one)]
    assert set(supported) == DECIDED
    assert 0.45 < supported.count("SUPPORTED") / len(supported) < 0.55
