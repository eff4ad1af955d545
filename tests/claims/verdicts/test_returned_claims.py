"""Whether two claims mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from claims.store.facets import list_words
from claims.verdicts.returned_claims import (
    JUDGED_MOST,
    Statement,
    find_difference,
    find_same,
    list_index_words,
)
from evaluation.returns import read_pairs

PAIRS = read_pairs()


class SupportingJudge:
    """Supports with one probability, and counts the pairs that it was asked."""

    def __init__(self, *supports: float) -> None:
        self.supports = supports
        self.asked: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        self.asked += pairs
        rows = [[self.supports[n % len(self.supports)], 0.0, 0.0] for n in range(len(pairs))]
        return np.asarray(rows, dtype=np.float32).reshape(-1, 3)


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("It cost 4 million euros.", "It cost 5 million euros.", "figures"),
        ("It ended on 4 May 2019.", "It ended on 5 May 2019.", "dates"),
        ("It was sold.", "It was not sold.", "marks"),
        ("The line will open soon.", "The line may open soon.", "marks"),
        ("Rents rose in Lisbon.", "Rents fell in Lisbon.", "opposites"),
        ("The mayor of Oslo resigned.", "The mayor of Bergen resigned.", "names"),
        ("Then George Bush signed it.", "Then George W. Bush signed it.", "initials"),
        ("The dog bit the policeman here.", "The policeman bit the dog here.", "roles"),
        ("It flew from Oslo to Bergen.", "It flew from Bergen to Oslo.", "roles"),
        ("Women live longer than men.", "Men live longer than women.", "roles"),
        ("The airport was closed because of ash.", "The airport was closed.", "part"),
    ],
)
def test_rule_finds_the_difference(one: str, other: str, rule: str) -> None:
    assert find_difference(Statement(one), Statement(other)) == rule
    assert find_difference(Statement(other), Statement(one)) == rule


def test_same_words_on_another_day_are_another_claim() -> None:
    said = "Exports fell last month."
    early, late = Statement(said, date(2025, 3, 4)), Statement(said, date(2025, 9, 4))
    assert find_difference(early, late) == "dates"
    assert find_difference(early, Statement(said, date(2025, 3, 20))) is None


def test_same_words_in_another_order_need_no_judge() -> None:
    judge = SupportingJudge(0.0)
    earlier = [Statement("X was blocked by a court in 2024.")]
    assert find_same(Statement("A court blocked X in 2024."), earlier, judge) == 0
    assert judge.asked == []


@pytest.mark.parametrize(("supports", "found"), [((0.9, 0.9), 0), ((0.9, 0.4), None)])
def test_other_words_have_to_be_supported_both_ways(
    supports: tuple[float, float], found: int | None
) -> None:
    judge = SupportingJudge(*supports)
    earlier = [Statement("The mayor of Oslo stepped down in June.")]
    assert find_same(Statement("The mayor of Oslo resigned in June."), earlier, judge) == found
    assert len(judge.asked) == 2


def test_the_judge_compares_a_limited_number_of_claims() -> None:
    judge = SupportingJudge(0.1)
    earlier = [Statement(f"The mayor {verb}.") for verb in "left fled moved slept sang ran".split()]
    assert find_same(Statement("The mayor resigned."), earlier, judge) is None
    assert len(judge.asked) == 2 * JUDGED_MOST


def test_no_earlier_claim_is_found_among_none() -> None:
    assert find_same(Statement("The mayor resigned."), [], SupportingJudge(1.0)) is None


def test_half_of_the_pairs_mean_the_same() -> None:
    assert len(PAIRS) >= 200
    assert 0.4 < sum(pair.same for pair in PAIRS) / len(PAIRS) < 0.6


def test_rules_do_not_depend_on_the_order_of_the_pair() -> None:
    for pair in PAIRS:
        one, other = Statement(pair.one), Statement(pair.other)
        assert (find_difference(one, other) is None) == (find_difference(other, one) is None), pair


def test_rules_refuse_few_pairs_that_mean_the_same() -> None:
    same = [pair for pair in PAIRS if pair.same]
    kept = [find_difference(Statement(p.one), Statement(p.other)) is None for p in same]
    assert sum(kept) / len(kept) >= 0.9


def test_every_claim_means_the_same_as_itself() -> None:
    for pair in PAIRS:
        assert find_difference(Statement(pair.one), Statement(pair.one)) is None


def test_the_words_of_the_index_find_most_claims_that_mean_the_same() -> None:
    same = [pair for pair in PAIRS if pair.same]
    shared = [
        len(set(list_index_words(pair.one)) & set(list_words(pair.other))) >= 2 for pair in same
    ]
    assert sum(shared) / len(shared) >= 0.85


def test_without_a_judge_only_the_same_words_are_found() -> None:
    earlier = [Statement("The mayor of Oslo stepped down."), Statement("Oslo's mayor resigned.")]
    assert find_same(Statement("The mayor of Oslo resigned."), earlier, None) == 1
