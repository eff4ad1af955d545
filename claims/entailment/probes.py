"""Eight pairs with obvious answers, which detect a judge whose inputs or outputs are mixed up.

A model that takes the claim for the evidence, or one output for another, still gives plausible
probabilities, so that no other check would detect it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from claims.errors import JudgeUnavailable
from claims.ports import Judge
from claims.types import Stance

_LIBRARY = (
    "The mayor of Tarvik, Ana Holm, opened a library with 40,000 books near the harbour on Tuesday."
)
_MILL = "Three firefighters were hurt in the blaze at the paper mill, which burned for two days."
_FERRY = "Eleven people died when the ferry sank, the coastguard said on Friday."
# (passage, claim, stance). The fourth and fifth pairs are the first two with passage and claim
# exchanged: a passage that says less than the claim does not support it.
PROBES: tuple[tuple[str, str, Stance], ...] = (
    (_LIBRARY, "Ana Holm opened a library.", Stance.SUPPORTS),
    (_MILL, "The paper mill burned.", Stance.SUPPORTS),
    (_FERRY, "Eleven people were killed in the sinking of the ferry.", Stance.SUPPORTS),
    ("Ana Holm opened a library.", _LIBRARY, Stance.NEUTRAL),
    ("The paper mill burned.", _MILL, Stance.NEUTRAL),
    (_FERRY, "Nobody died when the ferry sank.", Stance.REFUTES),
    (
        "The council voted against the new bridge by nine votes to four.",
        "The council approved the new bridge.",
        Stance.REFUTES,
    ),
    (
        "The museum is closed on Mondays and admission costs six euros.",
        "The river rose by two metres in April.",
        Stance.NEUTRAL,
    ),
)
# A correctly connected model may miss one pair; exchanged inputs or outputs miss four or more.
_LEAST_RIGHT = 7
_STANCES = (Stance.SUPPORTS, Stance.REFUTES, Stance.NEUTRAL)


def check_probes(judge: Judge) -> None:
    """Score the eight pairs. Raises JudgeUnavailable with the answers if two or more are wrong.

    A judge that never refutes, since it has two outputs, is asked only whether the claim is
    supported.
    """
    rows = judge.score([(passage, claim) for passage, claim, _ in PROBES])
    right = [_is_right(row, stance, rows) for row, (_, _, stance) in zip(rows, PROBES, strict=True)]
    if sum(right) >= _LEAST_RIGHT:
        return
    raise JudgeUnavailable(
        f"it answers {sum(right)} of {len(PROBES)} plain pairs of passage and claim correctly,"
        f" minimum {_LEAST_RIGHT}: {_describe(rows)}. If passage and claim, or the outputs, are in"
        " another order, say so in judge.json (docs/guides/other-judges.md)"
    )


def _is_right(row: npt.NDArray[np.float32], stance: Stance, rows: npt.NDArray[np.float32]) -> bool:
    most = _STANCES[int(row.argmax())]
    if rows[:, 1].any():
        return most is stance
    return (most is Stance.SUPPORTS) == (stance is Stance.SUPPORTS)


def _describe(rows: npt.NDArray[np.float32]) -> str:
    """For each pair the expected stance and the probabilities, as text."""
    return "; ".join(
        f"{number}. {stance} expected, " + " ".join(f"{value:.2f}" for value in row)
        for number, (row, (_, _, stance)) in enumerate(zip(rows, PROBES, strict=True), start=1)
    )
