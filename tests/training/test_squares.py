"""Squares: each claim is supported by its own evidence and by no other."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from training.pairs import Pair, measure_claim_alone, read_pairs, split_groups
from training.squares import make_square, make_squares


def supported(claim: str, evidence: str) -> Pair:
    return Pair(claim, evidence, "SUPPORTED", "a:1", "figure")


@pytest.mark.parametrize(
    ("claim", "evidence", "word"),
    [
        ("The bridge cost 47 million.", "They paid 47 million for it, in 2019.", "47"),
        ("It opened in March.", "On 4 March trains crossed it.", "March"),
        ("The mayor came on Tuesday.", "Tuesday saw the mayor.", "Tuesday"),
        ("It has seven arches.", "Its seven arches are of brick.", "seven"),
    ],
)
def test_word_is_replaced_in_claim_and_evidence(claim: str, evidence: str, word: str) -> None:
    square = make_square(supported(claim, evidence), random.Random(1))
    assert square is not None
    assert [pair.label for pair in square] == ["SUPPORTED", "REFUTED", "REFUTED", "SUPPORTED"]
    assert [word in pair.claim for pair in square] == [True, True, False, False]
    assert [word in pair.evidence for pair in square] == [True, False, True, False]


def test_exchanged_people_give_no_refutation() -> None:
    pair = supported("Ada Holm cut the ribbon.", "Ada Holm cut it; Per Lind had built the bridge.")
    square = make_square(pair, random.Random(1))
    assert square is not None
    assert [one.label for one in square] == [
        "SUPPORTED",
        "NOT_SUPPORTED",
        "NOT_SUPPORTED",
        "SUPPORTED",
    ]
    assert square[3].claim == "Per Lind cut the ribbon."
    assert square[3].evidence == "Per Lind cut it; Ada Holm had built the bridge."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It cost more than 40 million.", "It cost 47 million."),
        ("It cost more than 47 million.", "It cost 47 million and a bit."),
        ("Ada Holm came.", "Ada Holm Berg came with Per Lind."),
        ("Ada Holm came.", "Ada Holm came, Holm said, with Per Lind."),
        ("It rained.", "It rained."),
    ],
)
def test_word_is_not_replaced_if_the_label_might_stay(claim: str, evidence: str) -> None:
    assert make_square(supported(claim, evidence), random.Random(1)) is None


def test_claim_or_evidence_alone_does_not_reveal_the_label() -> None:
    own, _ = split_groups(read_pairs())
    squares = list(make_squares(own, 300, seed=1))
    assert len(squares) == 300
    for square in squares:
        for side in ("claim", "evidence"):
            labels = Counter((getattr(pair, side), pair.label == "SUPPORTED") for pair in square)
            assert set(labels.values()) == {1}
    measured = measure_claim_alone([pair for square in squares for pair in square])
    assert measured.claim_alone < measured.majority + 0.03
