"""How often verdicts of each strength were right on labelled claims. Pure but for reading the file.

evaluation/verdicts.py writes track_record.json, cross-validated on events and their mirrors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from claims.types import JudgeName, Reading, Strength, Verdict

RECORD_FILE = Path(__file__).with_name("track_record.json")
_WORDS = {
    Strength.FIRM: "firm verdicts on labelled claims, {} were right",
    Strength.PROBABLE: "“probably” verdicts on labelled claims, {} were right",
    Strength.LEANING: "“leans to” verdicts on labelled claims, {} leaned to the right side",
}


@dataclass(frozen=True, slots=True)
class Record:
    """The number of verdicts of a strength, and the number of these that were right."""

    verdicts: int
    right: int


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The record of each strength, strongest first, of the verdicts of a judge alone."""

    judge: JudgeName
    strengths: dict[Strength, Record]


@cache
def load_track_record() -> TrackRecord:
    """The record that ships."""
    about = json.loads(RECORD_FILE.read_text(encoding="utf-8"))
    found = {Strength(name): Record(**one) for name, one in about["strengths"].items()}
    return TrackRecord(JudgeName(**about["judge"]), found)


def describe_track_record(verdict: Verdict) -> str:
    """How often verdicts of this strength were right, as a sentence without its full stop.

    "" for a verdict without a strength, of another judge than the measured one, or read by two.
    """
    known, strength = load_track_record(), verdict.strength
    if strength is None or verdict.judge != known.judge:
        return ""
    record = known.strengths[strength]
    if isinstance(verdict.reader, Reading) or not record.verdicts:
        return ""
    return (
        f"Of {record.verdicts} {_WORDS[strength].format(f'{record.right / record.verdicts:.0%}')}"
    )
