"""The labelled claims that ship: balanced, with their passages, and not from measuring data."""

from __future__ import annotations

from collections import Counter

from claims.reader.labelled_claims import (
    ASKED,
    EVENT,
    FILE,
    LABELLED,
    MIRROR,
    read_labelled_claims,
    write_labelled_claim,
)
from claims.types import VerdictLabel
from evaluation.real import MEASURING
from training.events import read_events, split_events

CLAIMS = read_labelled_claims()


def test_there_are_as_many_as_a_test_may_ask_and_the_file_is_small() -> None:
    assert len(CLAIMS) == LABELLED
    assert FILE.stat().st_size < 1_000_000


def test_each_claim_is_there_twice_with_different_labels() -> None:
    for one, other in zip(CLAIMS[::2], CLAIMS[1::2], strict=True):
        assert (one.side, other.side) == (EVENT, MIRROR)
        assert (one.event, one.question.claim) == (other.event, other.question.claim)
        assert one.label is not other.label
    assert len({one.key for one in CLAIMS}) == len(CLAIMS)


def test_the_labels_of_a_test_are_even_and_all_kinds_are_among_its_claims() -> None:
    asked = CLAIMS[:ASKED]
    labels = Counter(one.label for one in asked)
    assert set(labels) == set(VerdictLabel)
    assert max(labels.values()) - min(labels.values()) <= 2
    kinds = {claim.kind for event in read_events() for claim in event.claims}
    assert {one.kind for one in asked} == kinds
    assert {one.label for one in CLAIMS[:4]} == set(VerdictLabel)


def test_none_is_from_the_events_for_measuring_or_from_those_the_judge_was_trained_on() -> None:
    fitting = {event.name for event in split_events(read_events())[1]}
    assert {one.event for one in CLAIMS} <= fitting
    assert not {one.event for one in CLAIMS} & {event.name for event in read_events(MEASURING)}


def test_passages_are_the_best_of_several_pages_with_the_details_of_the_pages() -> None:
    for one in CLAIMS:
        passages = one.question.passages
        assert 8 <= len(passages) <= 16
        assert len({passage.page.origin for passage in passages}) > 1
        assert all(passage.page.publisher and passage.page.title for passage in passages)
        assert any(passage.page.published_at for passage in passages)


def test_a_claim_is_read_as_it_was_written() -> None:
    text = "".join(map(write_labelled_claim, CLAIMS))
    assert text == FILE.read_text(encoding="utf-8")
