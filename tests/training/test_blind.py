"""Blind labels: questions have no labels, and agreement is counted by pair."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training import blind
from training.pairs import Pair

PAIRS = [
    Pair("It rained.", "It rained all day.", "SUPPORTED", "x:1", "k"),
    Pair("It snowed.", "It rained all day.", "NEI", "x:1", "k"),
    Pair("It was dry.", "It rained all day.", "REFUTED", "x:1", "k"),
]


def test_questions_have_no_label(capsys: pytest.CaptureFixture[str]) -> None:
    assert blind.main(["draw", "5", "--seed", "3"]) == 0
    questions = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(question) for question in questions] == [{"id", "evidence", "claim"}] * 5


def test_agreement_is_counted_by_label_and_stale_answers_separately() -> None:
    names = [blind.pair_id(pair) for pair in PAIRS]
    answers = {names[0]: "SUPPORTED", names[1]: "REFUTED", "gone": "NEI"}
    counts, gone = blind.agree(answers, PAIRS)
    assert counts == {("SUPPORTED", "SUPPORTED"): 1, ("NEI", "REFUTED"): 1}
    assert gone == 1


def test_answer_with_an_unknown_label_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "x", "label": "MAYBE"}))
    with pytest.raises(ValueError, match=r"a\.jsonl: 'MAYBE' is not one of SUPPORTED"):
        blind.read_answers([tmp_path / "a.jsonl"])
