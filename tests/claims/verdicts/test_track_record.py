"""How often verdicts of a strength were right, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.types import NotRead, Reading, Strength, Unread, Verdict, VerdictLabel
from claims.verdicts.track_record import describe_track_record, load_track_record
from tests.claims import samples

KNOWN = load_track_record()


def judged(confidence: float, support: float = 0.9, label: str = "SUPPORTED") -> Verdict:
    return replace(
        samples.verdict(),
        label=VerdictLabel(label),
        support=support,
        confidence=confidence,
        judge=KNOWN.judge,
        reader=None,
    )


def test_every_strength_has_a_record_of_the_judge_that_ships() -> None:
    assert set(KNOWN.strengths) == set(Strength)
    assert all(0 <= one.right <= one.verdicts for one in KNOWN.strengths.values())


@pytest.mark.parametrize(
    ("verdict", "strength", "words"),
    [
        (judged(0.9), Strength.FIRM, "firm verdicts on labelled claims, {} were right"),
        (judged(0.7), Strength.PROBABLE, "“probably” verdicts on labelled claims, {} were right"),
        (
            judged(0.3, 0.75, "NOT_ENOUGH_EVIDENCE"),
            Strength.LEANING,
            "“leans to” verdicts on labelled claims, {} leaned to the right side",
        ),
    ],
)
def test_the_sentence_has_the_figures_of_the_strength(
    verdict: Verdict, strength: Strength, words: str
) -> None:
    record = KNOWN.strengths[strength]
    share = f"{100 * record.right / record.verdicts:.0f}%"
    assert describe_track_record(verdict) == f"Of {record.verdicts} {words.format(share)}"


def test_nothing_is_said_of_verdicts_that_were_not_measured() -> None:
    assert describe_track_record(judged(0.3, 0.5, "NOT_ENOUGH_EVIDENCE")) == ""
    other = replace(KNOWN.judge, version="0")
    assert describe_track_record(replace(judged(0.9), judge=other)) == ""


def test_a_verdict_read_by_two_has_another_record() -> None:
    reading = Reading(
        model="m",
        instruction="1",
        label=VerdictLabel.SUPPORTED,
        quotes=(),
        reason="A reason.",
        missing="",
        tokens=0,
    )
    assert describe_track_record(replace(judged(0.9), reader=reading)) == ""
    alone = NotRead(skipped=Unread.NO_ANSWER, detail="The answer came too late.")
    assert describe_track_record(replace(judged(0.9), reader=alone)) != ""
