"""Which passages become evidence, and which sentence each is quoted by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claims.entailment.calibration import Calibration
from claims.entailment.stances import CalibratedJudge, ScoredPassage, quote_evidence
from claims.types import Evidence, JudgeName, Passage, Stance
from tests.claims.samples import passage

CLAIM = "Eleven people died."


class WordJudge:
    """Supports where a text says "eleven", refutes where it says "nobody"; else neutral."""

    name = JudgeName("words", "1")

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        rows = np.full((len(pairs), 3), (0.1, 0.1, 0.8), dtype=np.float32)
        for number, (text, _) in enumerate(pairs):
            if "eleven" in text:
                rows[number] = (0.94, 0.02, 0.04) if "certainly" in text else (0.8, 0.05, 0.15)
            elif "nobody" in text:
                rows[number] = (0.05, 0.85, 0.1)
        return rows / rows.sum(axis=1, keepdims=True)


def find_evidence(
    claim: str, passages: Sequence[Passage], judge: CalibratedJudge, *, limit: int
) -> tuple[Evidence, ...]:
    scores = judge.score([(item.text, claim) for item in passages])
    return quote_evidence(claim, list(map(ScoredPassage, passages, scores)), judge, limit=limit)


JUDGE = CalibratedJudge(WordJudge(), Calibration())


def test_deciding_sentence_is_quoted_with_its_place_on_the_page() -> None:
    text = "It was Monday. The navy counted eleven dead. Rain fell."
    (item,) = find_evidence(CLAIM, [passage(text)], JUDGE, limit=3)
    assert item.quote == "The navy counted eleven dead."
    assert text[item.span.start : item.span.end] == item.quote
    assert item.stance is Stance.SUPPORTS


def test_clearest_comes_first_and_neutral_passages_are_no_evidence() -> None:
    found = find_evidence(
        CLAIM,
        [passage("Rain."), passage("Say eleven.", url="https://a.example"),
         passage("Say certainly eleven.", url="https://b.example"),
         passage("Say nobody.", url="https://c.example")],
        JUDGE, limit=3,
    )  # fmt: skip
    assert [item.quote for item in found] == ["Say certainly eleven.", "Say nobody.", "Say eleven."]


def test_at_most_so_many_of_each_stance() -> None:
    passages = [passage(f"In town {n} eleven died.", url=f"https://{n}.example") for n in range(6)]
    assert len(find_evidence(CLAIM, passages, JUDGE, limit=2)) == 2


def test_one_sentence_in_two_overlapping_passages_is_quoted_once() -> None:
    passages = [passage("They counted eleven. Rain fell."), passage("They counted eleven. Snow.")]
    assert len(find_evidence(CLAIM, passages, JUDGE, limit=3)) == 1


def test_whole_passage_is_quoted_when_no_sentence_decides_alone() -> None:
    class Together(WordJudge):
        def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
            both = [("eleven", claim) if "Six" in text and "Five" in text else ("", claim)
                    for text, claim in pairs]  # fmt: skip
            return super().score(both)

    text = "Six died at once. Five died later."
    (item,) = find_evidence(
        CLAIM, [passage(text)], CalibratedJudge(Together(), Calibration()), limit=3
    )
    assert item.quote == text


def test_no_passages_no_evidence() -> None:
    assert find_evidence(CLAIM, [], JUDGE, limit=3) == ()
