"""The judge named in the settings is checked before the first claim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.entailment.onnx import SHIPPED_FOLDER
from claims.errors import JudgeUnavailable
from claims.settings import Settings
from claims.wiring import check_judge


def test_check_does_not_load_the_shipped_judge() -> None:
    check_judge(Settings(judge=""))


def test_check_loads_a_judge_folder_once() -> None:
    check_judge(Settings(judge=str(SHIPPED_FOLDER)))


def test_missing_judge_folder_is_refused_with_the_setting() -> None:
    with pytest.raises(
        JudgeUnavailable, match=r"^ASSAY_JUDGE: '/nowhere' cannot be used: .*No such"
    ):
        check_judge(Settings(judge="/nowhere"))


def test_judge_folder_with_a_broken_model_is_refused(tmp_path: Path) -> None:
    about = {"name": "x", "version": "1", "max_tokens": 9, "outputs": ["SUPPORTS", "REFUTES"]}
    (tmp_path / "judge.json").write_text(json.dumps(about))
    (tmp_path / "model.onnx").write_text("no model")
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED_FOLDER / "tokenizer.json").read_bytes())
    with pytest.raises(JudgeUnavailable, match=r"^ASSAY_JUDGE: .* cannot be used: cannot load"):
        check_judge(Settings(judge=str(tmp_path)))
