"""A pair is scored once: within a call, and across calls with a cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from claims.entailment.remembering import RememberingJudge
from claims.errors import StoreUnavailable
from claims.types import JudgeName

Row = tuple[float, float, float]


class CountingJudge:
    """Scores by the length of the texts, and records the pairs."""

    def __init__(self, version: str = "1") -> None:
        self.name = JudgeName("counting", version)
        self.asked: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        self.asked += pairs
        sizes = [(len(passage) + 1, len(claim) + 1, 1) for passage, claim in pairs]
        rows = np.asarray(sizes, dtype=np.float32).reshape(-1, 3)
        return rows / rows.sum(axis=1, keepdims=True)


class DictCache(dict[str, Row]):
    """A score cache in a dictionary."""

    def get_scores(self, keys: Sequence[str]) -> list[Row | None]:
        return [self.get(key) for key in keys]

    def keep_scores(self, scores: Mapping[str, Row]) -> None:
        self.update(scores)


PAIRS = [("one page", "a claim"), ("another page", "a claim"), ("one page", "a claim")]


def test_repeated_pair_in_one_call_is_scored_once() -> None:
    judge = CountingJudge()
    scores = RememberingJudge(judge).score(PAIRS)
    assert judge.asked == PAIRS[:2]
    assert (scores == CountingJudge().score(PAIRS)).all()


def test_without_a_cache_answers_are_not_kept_between_calls() -> None:
    judge = CountingJudge()
    remembering = RememberingJudge(judge)
    remembering.score(PAIRS)
    remembering.score(PAIRS)
    assert judge.asked == PAIRS[:2] * 2


def test_pair_scored_by_another_process_is_not_scored_again() -> None:
    cache = DictCache()
    first = RememberingJudge(CountingJudge(), cache).score(PAIRS)
    judge = CountingJudge()
    again = RememberingJudge(judge, cache).score([*PAIRS, ("a new page", "a claim")])
    assert judge.asked == [("a new page", "a claim")]
    assert (again[:3] == first).all()


class FullCache(DictCache):
    """A cache that cannot store anything."""

    def keep_scores(self, scores: Mapping[str, Row]) -> None:
        raise StoreUnavailable("out of memory")


def test_scores_are_returned_when_the_cache_fails() -> None:
    scores = RememberingJudge(CountingJudge(), FullCache()).score(PAIRS)
    assert (scores == CountingJudge().score(PAIRS)).all()


def test_another_version_of_the_judge_scores_again() -> None:
    cache = DictCache()
    RememberingJudge(CountingJudge("1"), cache).score(PAIRS)
    judge = CountingJudge("2")
    RememberingJudge(judge, cache).score(PAIRS)
    assert judge.asked == PAIRS[:2]


def test_pairs_with_equal_concatenation_are_different() -> None:
    cache = DictCache()
    judge = CountingJudge()
    RememberingJudge(judge, cache).score([("ab", "c"), ("a", "bc"), ("abc", ""), ("1:ab", "c")])
    assert len(judge.asked) == len(cache) == 4


def test_no_pairs_and_broken_text_are_no_error() -> None:
    remembering = RememberingJudge(CountingJudge(), DictCache())
    assert remembering.score([]).shape == (0, 3)
    assert remembering.score([("\ud800", "\x00 🚢 عربى")]).shape == (1, 3)
