"""Answers of the judge to pairs of a passage and a claim, cached by the hash of the pair.

`Answers` has them in memory, `KeptAnswers` in a file of this machine, and `RecordedAnswers` in
RECORD, which is in the repository, so that `python -m evaluation` computes only a part of them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge
from claims.settings import Settings
from claims.wiring import build_judge

ANSWERS = Path("build", "answers")
RECORD = Path(__file__).with_name("judge_answers.jsonl")
Row = tuple[float, float, float]
"""Probabilities of support, refutation and neither."""

# One of so many recorded answers is computed again in each run.
_COMPUTED_AGAIN = 16
# Maximum share of these that may have another most probable label: other processors round in other
# places.
_MOST_CHANGED = 0.01
_DIGITS = 5


class Answers:
    """claims.ports.ScoreCache in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def get_scores(self, keys: Sequence[str]) -> list[Row | None]:
        """The stored row of each key, or None."""
        return [self.rows.get(key) for key in keys]

    def keep_scores(self, rows: Mapping[str, Row]) -> None:
        """Store all rows."""
        self.rows.update(rows)


class KeptAnswers(Answers):
    """The same cache in a file of JSON lines, so that a later run does not judge a pair again.

    Rows are appended. An incomplete last line, left by a killed run, is removed.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        whole, _, half = file.read_bytes().rpartition(b"\n")
        if half:
            os.truncate(file, len(whole) + 1 if whole else 0)
        for line in whole.decode().splitlines():
            key, *row = json.loads(line)
            self.rows[key] = (row[0], row[1], row[2])

    def keep_scores(self, rows: Mapping[str, Row]) -> None:
        """Store all rows and append them to the file."""
        super().keep_scores(rows)
        with self._file.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps([key, *row]) + "\n" for key, row in rows.items())


class RecordedAnswers(Answers):
    """The same cache with the answers of RECORD, if they are those of the judge with `weights`.

    Of the recorded answers one in _COMPUTED_AGAIN is not given out, so that the judge computes it
    anew: `find_change` compares it. With `is_new` nothing is read, and `write` records all answers.
    `computed` counts the answers that the judge was asked for.
    """

    def __init__(self, weights: str, *, file: Path = RECORD, is_new: bool = False) -> None:
        super().__init__()
        self._weights, self._file = weights, file
        self._recorded: dict[str, Row] = {}
        self.computed = 0
        if not is_new and file.exists():
            head, *lines = file.read_text(encoding="utf-8").splitlines()
            if json.loads(head)["weights"] == weights:
                self._recorded = {key: (s, r, n) for key, s, r, n in map(json.loads, lines)}
        self.rows = {key: row for key, row in self._recorded.items() if not _is_sample(key)}

    def keep_scores(self, rows: Mapping[str, Row]) -> None:
        """Store all rows, and count them as computed."""
        super().keep_scores(rows)
        self.computed += len(rows)

    def find_change(self) -> str | None:
        """That too many of the recorded answers have another label when they are computed again;
        None if they have not."""
        again = [key for key in self._recorded if _is_sample(key) and key in self.rows]
        changed = sum(_find_top(self.rows[key]) != _find_top(self._recorded[key]) for key in again)
        if changed <= _MOST_CHANGED * len(again):
            return None
        return (
            f"{changed} of {len(again)} recorded answers have another label when they are computed "
            "again: the judge is not the one that answered. Record its answers: "
            "python -m evaluation --record"
        )

    def write(self) -> None:
        """Record all answers in the order of their keys."""
        lines = [json.dumps({"weights": self._weights})]
        lines += [
            json.dumps([key, *(round(one, _DIGITS) for one in row)])
            for key, row in sorted(self.rows.items())
        ]
        self._file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _is_sample(key: str) -> bool:
    return int(key[:8], 16) % _COMPUTED_AGAIN == 0


def _find_top(row: Row) -> int:
    return row.index(max(row))


def build_keeping_judge(folder: Path, answers: Path = ANSWERS) -> CalibratedJudge:
    """The judge in `folder`, with its answers cached in a file under `answers`."""
    kept = KeptAnswers(answers / f"{name_weights(folder)}.jsonl")
    settings = Settings(judge_threads=os.cpu_count() or 1)
    return build_judge(settings, scores=kept, folder=folder)


def name_weights(folder: Path) -> str:
    """12 hex digits that identify the weights of a judge: two judges may have the same version."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.npz"), *folder.glob("**/*.onnx")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
