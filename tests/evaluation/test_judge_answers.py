"""Recorded answers of the judge: which are read, and which are computed again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.entailment.onnx import SHIPPED_FOLDER
from evaluation.judge_answers import RECORD, RecordedAnswers, Row, name_weights

READ, COMPUTED_AGAIN = (
    [f"{7 + 16 * n:08x}" for n in range(300)],
    [f"{16 * n:08x}" for n in range(300)],
)
SUPPORTS: Row = (0.8, 0.1, 0.1)
REFUTES: Row = (0.1, 0.8, 0.1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A record of the answers SUPPORTS to all pairs."""
    file = tmp_path / "answers.jsonl"
    answers = RecordedAnswers("w1", file=file, is_new=True)
    answers.keep_scores(dict.fromkeys([*READ, *COMPUTED_AGAIN], SUPPORTS))
    answers.write()
    return file


def test_most_answers_are_read_and_a_part_is_computed_again(file: Path) -> None:
    answers = RecordedAnswers("w1", file=file)
    assert answers.get_scores(READ) == [SUPPORTS] * len(READ)
    assert answers.get_scores(COMPUTED_AGAIN) == [None] * len(COMPUTED_AGAIN)
    answers.keep_scores(dict.fromkeys(COMPUTED_AGAIN, SUPPORTS) | {"ffffffff": REFUTES})
    assert answers.computed == len(COMPUTED_AGAIN) + 1
    assert answers.get_scores([COMPUTED_AGAIN[0], "ffffffff"]) == [SUPPORTS, REFUTES]
    assert answers.find_change() is None


@pytest.mark.parametrize(("changed", "is_found"), [(3, False), (4, True)])
def test_more_than_one_other_label_in_a_hundred_is_a_change(
    file: Path, changed: int, is_found: bool
) -> None:
    answers = RecordedAnswers("w1", file=file)
    answers.keep_scores(dict.fromkeys(COMPUTED_AGAIN, (0.7, 0.2, 0.1)))
    answers.keep_scores(dict.fromkeys(COMPUTED_AGAIN[:changed], REFUTES))
    found = answers.find_change()
    assert (found is not None) == is_found
    assert found is None or found.startswith("4 of 300 recorded answers have another label")


def test_answers_of_other_weights_are_not_read(file: Path) -> None:
    answers = RecordedAnswers("w2", file=file)
    assert answers.get_scores(READ[:1]) == [None]
    answers.keep_scores({COMPUTED_AGAIN[0]: REFUTES})
    assert answers.find_change() is None


def test_without_a_file_everything_is_computed(tmp_path: Path) -> None:
    answers = RecordedAnswers("w1", file=tmp_path / "none.jsonl")
    assert answers.get_scores(READ[:2]) == [None, None]


def test_record_of_the_repository_is_that_of_the_shipped_weights() -> None:
    with RECORD.open(encoding="utf-8") as lines:
        assert json.loads(next(lines)) == {"weights": name_weights(SHIPPED_FOLDER)}
        rows = [json.loads(line) for line in lines]
    assert all(len(key) == 32 and abs(s + r + n - 1) < 1e-3 for key, s, r, n in rows)
    assert [key for key, *_ in rows] == sorted(key for key, *_ in rows)
