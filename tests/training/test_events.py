"""Pairs cut from events have the right labels, and none is from an event for measuring."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.real import MEASURING
from training.event_pairs import cut_pairs
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

FIRST = EventPage(
    "first",
    "Kelm opens its bridge",
    "Gazette",
    "2025-03-04",
    "main",
    (
        "The bridge in Kelm cost 47 million crowns. Mayor Ada Holm cut the ribbon.",
        "Trains will use the northern track from May. Cyclists have to wait until autumn.",
    ),
)
SECOND = EventPage(
    "second",
    "What bridges cost",
    "Post",
    "2025-03-05",
    "second",
    (
        "For the bridge the city paid 52 million crowns, its auditors found.",
        "Rain fell on the ribbon, and the brass band of the fire brigade went home early.",
    ),
)


def cut(claim: EventClaim) -> list[tuple[str, str, str]]:
    event = Event("kelm", (FIRST, SECOND), (claim,))
    return [(one.form, one.pair.label, one.pair.evidence) for one in cut_pairs(event)]


def test_decided_claim_is_paired_with_paragraph_window_and_undeciding_window() -> None:
    quote = Quote("first", "Mayor Ada Holm cut the ribbon.")
    found = cut(EventClaim("Ada Holm opened the crossing.", "SUPPORTED", "person", (quote,)))
    by_form = {form: (label, evidence) for form, label, evidence in found}
    assert by_form["paragraphs"] == ("SUPPORTED", f"{FIRST.title}\n{FIRST.paragraphs[0]}")
    label, window = by_form["window"]
    assert (label, quote.text in window) == ("SUPPORTED", True)
    # No other window shares a word with the claim.
    assert "beside" not in by_form


def test_undeciding_window_is_outside_the_quoted_paragraphs_and_figures() -> None:
    quote = Quote("first", "Trains will use the northern track from May.")
    claim = "Trains run on the northern side, as the auditors of the fire brigade asked."
    found = cut(EventClaim(claim, "REFUTED", "place", (quote,)))
    (beside,) = [(label, evidence) for form, label, evidence in found if form == "beside"]
    assert beside[0] == "NEI"
    assert quote.text not in beside[1]


def test_pages_of_a_conflict_are_labelled_by_the_figure() -> None:
    quotes = (
        Quote("first", "The bridge in Kelm cost 47 million crowns."),
        Quote("second", "For the bridge the city paid 52 million crowns"),
    )
    claim = "The bridge in Kelm cost 47 million crowns."
    found = cut(EventClaim(claim, "CONFLICTING_EVIDENCE", "figure", quotes))
    assert [(form, label) for form, label, _ in found] == [
        ("paragraphs", "SUPPORTED"),
        ("paragraphs", "REFUTED"),
    ]
    told_by_words = EventClaim("The bridge was dear.", "CONFLICTING_EVIDENCE", "scope", quotes)
    assert cut(told_by_words) == []


def test_quotes_of_two_pages_are_cut_together() -> None:
    quotes = (
        Quote("first", "Mayor Ada Holm cut the ribbon."),
        Quote("second", "Rain fell on the ribbon"),
    )
    found = cut(EventClaim("Ada Holm stood in the rain.", "SUPPORTED", "two-pages", quotes))
    (joint,) = [evidence for form, _, evidence in found if form == "paragraphs"]
    assert joint == f"{FIRST.title}\n{FIRST.paragraphs[0]}\n{SECOND.paragraphs[1]}"
    assert not [form for form, _, _ in found if form == "window"]


def test_one_of_two_needed_statements_gives_nei() -> None:
    quotes = (
        Quote("first", "Mayor Ada Holm cut the ribbon."),
        Quote("second", "the brass band of the fire brigade went home early"),
    )
    claim = EventClaim("The band left after the mayor.", "SUPPORTED", "two-pages", quotes)
    halves = [(label, text) for form, label, text in cut(claim) if form == "half"]
    assert halves == [
        ("NEI", f"{FIRST.title}\n{FIRST.paragraphs[0]}"),
        ("NEI", SECOND.paragraphs[1]),
    ]
    assert not [form for form, *_ in cut(replace(claim, kind="paraphrase")) if form == "half"]


def test_joined_claim_is_decided_by_the_paragraphs_of_both_parts() -> None:
    ribbon = EventClaim(
        "Ada Holm cut the ribbon.",
        "SUPPORTED",
        "person",
        (Quote("first", "Mayor Ada Holm cut the ribbon."),),
    )
    trains = EventClaim(
        "Trains will use the northern track.",
        "SUPPORTED",
        "place",
        (Quote("first", "Trains will use the northern track from May."),),
    )
    cuts = []
    for name in map(str, range(30)):
        event = Event(name, (FIRST, SECOND), (ribbon, trains))
        cuts += [one.pair for one in cut_pairs(event) if one.form == "joined"]
    assert {pair.label for pair in cuts} == {"SUPPORTED", "NEI"}
    for pair in cuts:
        assert "ribbon" in pair.claim and "northern track" in pair.claim
        both = all(text in pair.evidence for text in FIRST.paragraphs)
        assert both == (pair.label == "SUPPORTED")


def test_open_claim_is_nei_against_its_nearest_windows() -> None:
    found = cut(EventClaim("The bridge has a toll.", "NOT_ENOUGH_EVIDENCE", "missing", ()))
    assert found
    assert {(form, label) for form, label, _ in found} == {("open", "NEI")}


def test_missing_quote_is_named() -> None:
    with pytest.raises(ValueError, match=r"second does not have the words 'It snowed\.'"):
        find_quote(SECOND, Quote("second", "It snowed."))


def test_malformed_event_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"event": "a", "pages": []}\n')
    with pytest.raises(ValueError, match=r"x\.jsonl:1: not an event"):
        read_events(tmp_path / "x.jsonl")


def test_a_third_of_each_writers_events_is_for_measuring_alone() -> None:
    fitting, measuring = (
        {event.name for event in read_events(path)} for path in (FITTING, MEASURING)
    )
    assert not fitting & measuring
    by_writer = defaultdict(list)
    for name in fitting | measuring:
        by_writer[name[0]].append(name)
    for names in by_writer.values():
        names.sort(key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        assert measuring.issuperset(names[: round(len(names) / 3)])
    assert len(by_writer) == 15
    assert len(measuring) == sum(round(len(names) / 3) for names in by_writer.values())


def test_events_for_the_verdict_model_are_not_used_to_train_the_judge() -> None:
    events = read_events()
    learning, fitting = split_events(events)
    assert sorted(event.name for event in (*learning, *fitting)) == sorted(e.name for e in events)
    assert 0.2 < len(fitting) / len(events) < 0.3
    assert len({event.name[0] for event in fitting}) == 15
    assert split_events(events[::-1])[1] == fitting[::-1]


def test_every_quote_is_verbatim_in_its_page() -> None:
    for path in (FITTING, MEASURING):
        for event in read_events(path):
            pages = {page.name: page for page in event.pages}
            for claim in event.claims:
                assert bool(claim.quotes) == (claim.label != "NOT_ENOUGH_EVIDENCE")
                for quote in claim.quotes:
                    find_quote(pages[quote.page], quote)
