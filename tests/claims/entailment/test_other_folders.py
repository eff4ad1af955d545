"""Judges in folders of other formats, such as those that transformers exports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
from claims.entailment.probes import PROBES, check_probes
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


def test_output_names_decide_the_order(folder: Path) -> None:
    relabel(folder, "Supported", "unsupported")
    assert OnnxJudge(folder).score(PAIRS)[1, 0] > 0.9


def test_graph_may_be_in_a_subfolder(folder: Path) -> None:
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
def test_error_says_what_is_wrong_with_the_folder(
    spoil: Callable[[Path], object], why: str, folder: Path
) -> None:
    spoil(folder)
    with pytest.raises(JudgeUnavailable, match=why):
        OnnxJudge(folder)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy of the judge that ships; `describe` changes what it says of itself."""
    return Path(shutil.copytree(SHIPPED_FOLDER, tmp_path / "shipped"))


def describe(folder: Path, **values: object) -> None:
    about = json.loads((folder / "judge.json").read_text())
    (folder / "judge.json").write_text(json.dumps(about | values))


def test_judge_json_overrides_config_json(folder: Path) -> None:
    relabel(folder, "positive", "negative")
    about = {
        "name": "renamed",
        "outputs": ["SUPPORTS", "NEUTRAL"],
        "input": ["{claim}", "{passage}"],
    }
    (folder / "judge.json").write_text(json.dumps(about))
    judge = OnnxJudge(folder)
    assert judge.name == JudgeName("renamed", "4.0")
    plain = OnnxJudge(TINY).score([(claim, passage) for passage, claim in PAIRS])
    assert judge.score(PAIRS).tolist() == plain[:, [2, 1, 0]].tolist()


def test_single_text_form_has_passage_and_claim(shipped: Path) -> None:
    pairs = [(passage, claim) for passage, claim, _ in PROBES] + [("{claim} {x}", "{passage}.")]
    wanted = OnnxJudge(SHIPPED_FOLDER).score(pairs)
    describe(shipped, input=["{passage}</s></s>{claim}"])
    np.testing.assert_allclose(OnnxJudge(shipped).score(pairs), wanted, atol=1e-3)


def test_single_text_is_cut_in_the_passage_only(shipped: Path) -> None:
    describe(shipped, input=["{passage}</s></s>{claim}"])
    judge = OnnxJudge(shipped)
    passage, claim, _ = PROBES[0]
    (row,) = judge.score([(f"{passage} " + "More was said of it. " * 400, claim)])
    assert row[0] > 0.5
    (row,) = judge.score([(passage, "It was so. " * 400)])  # a claim beyond the limit is cut too
    assert row.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "texts", [[], ["{passage}"], ["{passage}", "{passage} {claim}"], ["{passage}", "{claim}", "!"]]
)
def test_input_form_without_both_placeholders_is_refused(shipped: Path, texts: list[str]) -> None:
    describe(shipped, input=texts)
    with pytest.raises(JudgeUnavailable, match=r"needed: one text or two, with \{passage\} and"):
        OnnxJudge(shipped)


def test_shipped_judge_passes_all_probes() -> None:
    rows = OnnxJudge(SHIPPED_FOLDER).score([(passage, claim) for passage, claim, _ in PROBES])
    stances = ("SUPPORTS", "REFUTES", "NEUTRAL")
    assert [stances[row.argmax()] for row in rows] == [stance for _, _, stance in PROBES]


@pytest.mark.parametrize(
    "wrong",
    [
        {"input": ["{claim}", "{passage}"]},
        {"outputs": ["REFUTES", "SUPPORTS", "NEUTRAL"]},
        {"outputs": ["NEUTRAL", "REFUTES", "SUPPORTS"]},
        {"outputs": ["SUPPORTS", "NEUTRAL", "REFUTES"]},
    ],
)
def test_judge_with_exchanged_inputs_or_outputs_is_refused(
    shipped: Path, wrong: dict[str, list[str]]
) -> None:
    describe(shipped, **wrong)
    with pytest.raises(JudgeUnavailable, match=r"of 8 plain pairs .* say so in judge\.json"):
        build_judge(Settings(judge=str(shipped)))


class TwoOutputs:
    """A judge that never refutes, and supports what it is told to."""

    name = JudgeName("two", "1")

    def __init__(self, *supported: int) -> None:
        self._supported = supported

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        rows = np.zeros((len(pairs), 3), dtype=np.float32)
        for row in range(len(pairs)):
            rows[row, 0 if row in self._supported else 2] = 1
        return rows


def test_judge_with_two_outputs_is_probed_for_support_only() -> None:
    check_probes(TwoOutputs(0, 1, 2))
    check_probes(TwoOutputs(0, 1, 2, 3))
    with pytest.raises(JudgeUnavailable, match="answers 3 of 8"):
        check_probes(TwoOutputs(3, 4, 5, 6, 2, 7, 0, 1))


def test_setting_chooses_the_judge(shipped: Path) -> None:
    describe(shipped, name="another")
    assert build_judge(Settings(judge=str(shipped))).judge.name.name == "another"
    with pytest.raises(JudgeUnavailable, match="plain pairs"):
        build_judge(Settings(judge=str(TINY)))


def test_unknown_hub_name_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(JudgeUnavailable, match="nobody/nothing"):
        build_judge(Settings(judge="hub:nobody/nothing"))
