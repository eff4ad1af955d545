"""Stances of pairs, with findings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.pairs import judge_pairs, whole_passage
from claims.evidence.passages import VERBATIM_REFUTES, score_passages
from claims.types import JudgeName

CLAIM = "Ada Holm said in Kelm: “We will build the bridge by spring.”"
WHOLE = "Mayor Ada Holm said: “We will build the bridge by spring.” It rained in Kelm."
ALTERED = "Mayor Ada Holm said: “We will not build the bridge by spring.” It rained in Kelm."


class Refuting:
    """Refutes every pair with probability 0.8."""

    name = JudgeName("refuting", "1")

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        return np.tile(np.array([0.1, 0.8, 0.1], np.float32), (len(pairs), 1))


def test_passage_with_the_verbatim_quotation_hardly_refutes() -> None:
    judge = CalibratedJudge(Refuting())
    passages = [whole_passage(WHOLE), whole_passage(ALTERED)]
    ((same, other),) = score_passages([(CLAIM, passages)], judge)
    assert same.scores == pytest.approx([0.1, 0.8 * VERBATIM_REFUTES, 0.9 - 0.8 * VERBATIM_REFUTES])
    assert other.scores == pytest.approx([0.1, 0.8, 0.1])
    assert [finding.result for finding in same.findings] == ["verbatim"]
    assert "verbatim" not in [finding.result for finding in other.findings]


def test_no_pairs_give_no_rows_and_empty_evidence_gives_neutral() -> None:
    judge = CalibratedJudge(Refuting())
    assert judge_pairs([], judge).shape == (0, 3)
    assert judge_pairs([("", CLAIM)], judge).tolist() == [[0, 0, 1]]
    assert score_passages([(CLAIM, [])], judge) == [[]]
