"""The judge named in the settings is checked before the first claim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.entailment.onnx import SHIPPED_FOLDER
from claims.errors import JudgeUnavailable
from claims.settings import Settings
from claims.wiring import check_judge


def test_judge_that_ships_is_not_loaded_for_that() -> None:
    check_judge(Settings(judge=""))


def test_folder_with_a_judge_is_loaded_once() -> None:
    check_judge(Settings(judge=str(SHIPPED_FOLDER)))


def test_folder_that_is_not_there_is_refused_with_the_setting() -> None:
    with pytest.raises(
        JudgeUnavailable, match=r"^ASSAY_JUDGE: '/nowhere' cannot be used: .*No such"
    ):
        check_judge(Settings(judge="/nowhere"))


def test_folder_whose_model_is_broken_is_refused(tmp_path: Path) -> None:
    about = {"name": "x", "version": "1", "max_tokens": 9, "outputs": ["SUPPORTS", "REFUTES"]}
    (tmp_path / "judge.json").write_text(json.dumps(about))
    (tmp_path / "model.onnx").write_text("no model")
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED_FOLDER / "tokenizer.json").read_bytes())
    with pytest.raises(JudgeUnavailable, match=r"^ASSAY_JUDGE: .* cannot be used: cannot load"):
        check_judge(Settings(judge=str(tmp_path)))
