"""Judges in folders of other formats, such as those that transformers exports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from claims.entailment.onnx import OnnxJudge
from claims.errors import JudgeUnavailable
from claims.settings import Settings
from claims.types import JudgeName
from claims.wiring import build_judge

TINY = Path(__file__).parent / "tiny"
PAIRS = [("yes yes", "no"), ("no", "yes"), ("well", "yes")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "model"))


def relabel(folder: Path, *labels: str) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {str(number): label for number, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps(config))


def test_second_of_two_unnamed_outputs_is_support() -> None:
    scores = OnnxJudge(TINY).score(PAIRS)
    assert scores[0, 0] > 0.9
    assert scores[1, 2] > 0.9
    assert scores[2].tolist() == pytest.approx([0.5, 0.0, 0.5])
    assert scores[:, 1].tolist() == [0, 0, 0]


def test_names_of_outputs_count(folder: Path) -> None:
    relabel(folder, "Supported", "unsupported")
    assert OnnxJudge(folder).score(PAIRS)[1, 0] > 0.9


def test_graph_may_lie_in_a_folder_of_its_own(folder: Path) -> None:
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert OnnxJudge(folder).name == JudgeName("tiny", "4.0")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: relabel(folder, "positive", "negative"), "positive"),
        (lambda folder: relabel(folder, "a", "b", "c"), "needed"),
        (lambda folder: (folder / "model.onnx").unlink(), "ONNX"),
        (lambda folder: (folder / "config.json").unlink(), r"config\.json"),
        (lambda folder: (folder / "config.json").write_text("{}"), "not a sequence classifier"),
        (lambda folder: (folder / "config.json").write_text("[1]"), "not a sequence classifier"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "cannot load"),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[Path], object], why: str, folder: Path) -> None:
    spoil(folder)
    with pytest.raises(JudgeUnavailable, match=why):
        OnnxJudge(folder)


def test_setting_chooses_the_judge() -> None:
    judge = build_judge(Settings(judge=str(TINY)))
    assert judge.judge.name.name == "tiny"
    assert judge.score(PAIRS)[0, 0] > 0.9
    assert build_judge(Settings(judge="chat:small")).judge.name.name == "chat:small"


def test_unknown_name_of_the_hub_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(JudgeUnavailable, match="nobody/nothing"):
        build_judge(Settings(judge="hub:nobody/nothing"))
