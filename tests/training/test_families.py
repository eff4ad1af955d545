"""Families have one claim, evidence that decides it differently, and labels that the evidence
bears out."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from claims.types import Span
from training.events import Event, EventClaim, EventPage, Quote
from training.families import (
    MOST_CHARACTERS,
    SEPARATOR,
    FamilyMaker,
    Window,
    Windows,
    pair_contrasts,
    put_together,
    take_best,
)
from training.mirrors import OPEN, Mirrored, make_mirror, read_mirrored_for_training
from training.pairs import Pair, measure_claim_alone

COST = "The bridge in Kelm cost 47 million crowns."
FIRST = EventPage(
    "first",
    "Kelm opens its bridge",
    "Gazette",
    "2025-03-04",
    "main",
    (
        f"{COST} Nobody in Kelm had expected that. The old bridge fell in 2019.",
        "Trains will use the northern track from May. Cyclists have to wait until autumn.",
    ),
)
SECOND = EventPage(
    "second",
    "What bridges cost",
    "Post",
    "2025-03-05",
    "second",
    ("The city paid 52 million crowns for the bridge, auditors say. It rained in Kelm.",),
)
CLAIM = EventClaim(
    "The bridge in Kelm cost 47 million crowns in the end.",
    "SUPPORTED",
    "figure",
    (Quote("first", COST),),
)
EDIT = {"page": "first", "old": "cost 47 million", "new": "cost 61 million"}


def mirrored(pages: tuple[EventPage, ...], label: str, *quotes: Quote) -> Mirrored:
    event = Event("kelm", pages, (replace(CLAIM, label=label, quotes=quotes),))
    quoted = {"page": "first", "text": "The bridge in Kelm cost 61 million crowns."}
    labels = [{"claim": 0, "label": "REFUTED", "quotes": [quoted]}]
    return Mirrored(event, make_mirror(event, [EDIT], labels))


def rounds(one: Mirrored) -> list[tuple[Pair, ...]]:
    maker = FamilyMaker([one])
    return [family for seed in range(40) for family in maker.draw_round(seed=seed)]


def test_each_label_has_evidence_that_establishes_it() -> None:
    found = rounds(mirrored((FIRST,), "SUPPORTED", Quote("first", COST)))
    assert len(found) == 40
    for family in found:
        assert {pair.claim for pair in family} == {CLAIM.claim}
        for pair in family:
            told = ("47 million" in pair.evidence, "61 million" in pair.evidence)
            assert told == (pair.label == "SUPPORTED", pair.label == "REFUTED")
    shapes = Counter(tuple(pair.label for pair in family) for family in found)
    assert set(shapes) == {("SUPPORTED", "REFUTED", "NEI"), ("SUPPORTED", "REFUTED")}


def test_changed_page_of_a_conflict_is_the_contrary_evidence() -> None:
    quotes = (Quote("first", COST), Quote("second", "The city paid 52 million crowns"))
    found = rounds(mirrored((FIRST, SECOND), "CONFLICTING_EVIDENCE", *quotes))
    assert found
    for family in found:
        assert [pair.label for pair in family] == ["SUPPORTED", "REFUTED"]
        assert "47 million" in family[0].evidence
        assert "52 million" not in family[0].evidence


def test_claim_open_on_both_sides_is_paired_with_both() -> None:
    one = mirrored((FIRST,), OPEN)
    one = Mirrored(one.event, replace(one.mirror, claims=one.event.claims))
    found = rounds(one)
    assert 5 < len(found) < 35
    assert {tuple(pair.label for pair in family) for family in found} == {("NEI", "NEI")}


def test_overlapping_passages_of_a_page_are_merged() -> None:
    windows = Windows(Event("kelm", (FIRST, SECOND), ()))
    first, second = windows.all[:2]
    assert first.span.end > second.span.start
    text = put_together([second, windows.all[-1], first])
    assert text.split(SEPARATOR) == [
        FIRST.text[first.span.start : second.span.end],
        windows.all[-1].text,
    ]


def test_passages_beyond_the_limit_are_left_out_except_the_first() -> None:
    long = Window("kelm/long", Span(0, 2 * MOST_CHARACTERS), "x" * 2 * MOST_CHARACTERS)
    short = Window("kelm/short", Span(0, 5), "short")
    assert put_together([short, long]) == "short"
    assert put_together([long, short]) == long.text


def test_passages_keep_the_limits_of_the_service() -> None:
    many = [Window(f"kelm/{n // 10}", Span(n, n + 1), str(n)) for n in range(40)]
    taken = take_best(many)
    assert len(taken) == 12
    assert max(Counter(window.page for window in taken).values()) == 4


def test_own_pairs_with_different_labels_on_the_contrast_page_form_families() -> None:
    pairs = [
        Pair("one", "page", "SUPPORTED", "a:1", "figure"),
        Pair("one", "contrast", "REFUTED", "a:1", "figure"),
        Pair("two", "page", "NEI", "a:1", "figure"),
        Pair("two", "contrast", "NEI", "a:1", "figure"),
    ]
    assert pair_contrasts(pairs) == [(pairs[0], pairs[1])]


def test_wording_of_a_claim_does_not_reveal_its_label() -> None:
    some = random.Random(1).sample(read_mirrored_for_training(), 60)
    pairs = [pair for family in FamilyMaker(some).draw_round(seed=1) for pair in family]
    decided = [pair for pair in pairs if pair.label != "NEI"]
    for rows in (pairs, decided):
        measured = measure_claim_alone(rows)
        assert measured.claim_alone < measured.majority + 0.03
    assert max(Counter(pair.label for pair in pairs).values()) / len(pairs) < 0.42
