"""What of an evidence text is judged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from claims.entailment.stances import CalibratedJudge
from claims.ports import Judge
from claims.scoring import WHOLE_CHARS, WINDOWS_PER_PAIR, cut_evidence, judge_pairs
from claims.types import JudgeName

FILLER = [f"Stall number {n} of the market sells fruit and bread on most days." for n in range(90)]
CLAIM = "The lighthouse at Torre Vella was rebuilt in 1904 by Ana Brites."
HALVES = [
    "The lighthouse at Torre Vella was rebuilt in 1904.",
    "Ana Brites rebuilt the lighthouse.",
]
LONG = " ".join([*FILLER[:40], HALVES[0], *FILLER[40:], HALVES[1]])


class OverlapJudge(Judge):
    """Supports a claim as far as its words are in the passage."""

    name = JudgeName("overlap", "1")

    def score(self, pairs: list[tuple[str, str]]) -> npt.NDArray[np.float32]:  # type: ignore[override]
        rows = []
        for passage, claim in pairs:
            asked = {word.strip(".").lower() for word in claim.split()}
            there = {word.strip(".").lower() for word in passage.split()}
            share = 0.98 * len(asked & there) / len(asked) + 0.01
            rows.append((share, 0.0, 1 - share))
        return np.array(rows, dtype=np.float32).reshape(-1, 3)


def test_short_evidence_is_read_as_a_whole() -> None:
    evidence = "It rained. Then it stopped.  Nobody minded. All was well. They went home."
    assert [passage.text for passage in cut_evidence(evidence, CLAIM)] == [evidence]


@pytest.mark.parametrize("evidence", ["", " \n\t "])
def test_blank_evidence_has_nothing_to_read_and_is_neutral(evidence: str) -> None:
    assert cut_evidence(evidence, CLAIM) == []
    assert judge_pairs([(evidence, CLAIM)], CalibratedJudge(OverlapJudge())).argmax() == 2


def test_long_evidence_gives_its_nearest_windows_and_the_gathered_sentences() -> None:
    *windows, gathered = cut_evidence(LONG, CLAIM)
    assert len(windows) <= WINDOWS_PER_PAIR
    for passage in windows:
        assert LONG[passage.span.start : passage.span.end] == passage.text
    assert all(any(half in passage.text for passage in windows) for half in HALVES)
    assert not any(all(half in passage.text for half in HALVES) for passage in windows)
    assert all(gathered.text.count(half) == 1 for half in HALVES)
    assert gathered.text.index(HALVES[0]) < gathered.text.index(HALVES[1])


def test_no_passage_is_longer_than_the_judge_can_read() -> None:
    endless = "torre vella lighthouse 1904 " * 5000
    passages = cut_evidence(endless, CLAIM)
    assert passages
    assert max(len(passage.text) for passage in passages) <= WHOLE_CHARS + 10


def test_a_long_claim_leaves_evidence_less_room() -> None:
    claim = (CLAIM + " ") * 15
    evidence = LONG[: WHOLE_CHARS - 100]
    assert len(cut_evidence(evidence, CLAIM)) == 1
    for passage in cut_evidence(evidence, claim):
        assert len(passage.text) + len(claim) < WHOLE_CHARS + 410


def test_parts_found_in_different_places_support_together() -> None:
    judge = CalibratedJudge(OverlapJudge())
    (whole,), (half,) = (
        judge_pairs([(evidence, CLAIM)], judge)
        for evidence in (LONG, " ".join([*FILLER[:40], HALVES[0], *FILLER[40:]]))
    )
    assert whole[0] > half[0]
