"""The shipped judge with its real weights."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
from claims.errors import JudgeUnavailable

PASSAGE = "The boat was hit on 2 September and eleven people on board died, the navy said."


@pytest.fixture(scope="module")
def judge() -> OnnxJudge:
    return OnnxJudge(threads=2)


def test_rows_are_probabilities_in_input_order(judge: OnnxJudge) -> None:
    pairs = [
        (PASSAGE, "Eleven people died when the boat was hit."),
        (PASSAGE, "Nobody on the boat was hurt."),
        (PASSAGE + " " + PASSAGE, "The mayor of Kelm opened a new swimming pool."),
    ]
    scores = judge.score(pairs)
    assert scores.shape == (3, 3)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
    backwards = judge.score(pairs[::-1])
    np.testing.assert_allclose(backwards[::-1], scores, atol=1e-4)


def test_no_pairs_give_no_rows(judge: OnnxJudge) -> None:
    assert judge.score([]).shape == (0, 3)


def test_pair_beyond_the_token_limit_is_scored(judge: OnnxJudge) -> None:
    scores = judge.score([("word " * 5_000, "claim " * 2_000), ("", "")])
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_longest_window_and_claim_fit_into_the_token_limit(judge: OnnxJudge) -> None:
    """With 900 characters of window and 1,000 of claim, the ends of both change the scores."""
    window = ("The committee considered approximately 1,234 applications on Thursday. " * 13)[:900]
    claim = ("Officials in Ecuador announced comprehensive measures against smuggling. " * 14)[:990]
    pairs = [(window, claim), (window[:-30] + " Nobody was hurt in it, it says.", claim)]
    scores = judge.score([*pairs, (window, claim + " No."), (window, claim)])
    assert np.abs(scores[0] - scores[1]).max() > 1e-4
    assert np.abs(scores[0] - scores[2]).max() > 1e-4


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(JudgeUnavailable, match="cannot load the judge"):
        OnnxJudge(tmp_path)
    for name in ("judge.json", "tokenizer.json", "model.onnx"):
        shutil.copy(SHIPPED_FOLDER / name, tmp_path)
    with pytest.raises(JudgeUnavailable, match="cannot load the judge"):
        OnnxJudge(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped judge, for tests that damage it."""
    shutil.copytree(SHIPPED_FOLDER, tmp_path / "judge")
    return tmp_path / "judge"


def write_outputs(folder: Path, *outputs: str) -> None:
    about = json.loads((folder / "judge.json").read_text())
    (folder / "judge.json").write_text(json.dumps(about | {"outputs": outputs}))


def test_outputs_in_another_order_are_reordered(judge: OnnxJudge, folder: Path) -> None:
    pairs = [(PASSAGE, "Eleven people died when the boat was hit.")]
    write_outputs(folder, "NEUTRAL", "SUPPORTS", "REFUTES")
    np.testing.assert_allclose(
        OnnxJudge(folder).score(pairs), judge.score(pairs)[:, [1, 2, 0]], atol=1e-3
    )


def test_outputs_other_than_stances_are_refused(folder: Path) -> None:
    write_outputs(folder, "entailment", "contradiction", "neutral")
    with pytest.raises(JudgeUnavailable, match="its outputs are entailment"):
        OnnxJudge(folder)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("judge.json", b"{"),
        ("judge.json", b"[]"),
        ("tokenizer.json", b""),
        ("model.onnx", b"no model"),
    ],
)
def test_a_broken_file_is_a_clear_error(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    with pytest.raises(JudgeUnavailable, match="cannot load the judge"):
        OnnxJudge(folder)


def spoil_weights(folder: Path, name: str, value: float) -> None:
    """Fill one array of the first weights file with `value`."""
    path = folder / "weights-1.npz"
    with np.load(path) as arrays:
        weights = dict(arrays)
    weights[name] = np.full_like(weights[name], value)
    np.savez(path, **weights)


def test_weights_with_nan_are_a_clear_error(folder: Path) -> None:
    spoil_weights(folder, "words.steps", float("nan"))
    with pytest.raises(JudgeUnavailable, match="its weights are damaged"):
        OnnxJudge(folder)


def test_truncated_weights_are_a_clear_error(folder: Path) -> None:
    path = folder / "weights-2.npz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(JudgeUnavailable, match="cannot load the judge"):
        OnnxJudge(folder)


def test_missing_weights_file_is_a_clear_error(folder: Path) -> None:
    (folder / "weights-2.npz").unlink()
    with pytest.raises(JudgeUnavailable, match="cannot load the judge"):
        OnnxJudge(folder)


STRANGE = [
    ("", ""),
    ("word " * 100_000, "A claim."),
    (PASSAGE, "claim " * 100_000),
    ("\x00\x07\x1b[31m\u202e\ufeff", "\x00"),
    ("🚢🚢🚢 ⚓️", "👩‍👩‍👧‍👦 🏳️‍🌈"),
    ("قُتل أحد عشر شخصا", "十一人死亡"),
    ("\ud800 half a pair", "a claim \udfff"),
]


def test_odd_pairs_are_scored_and_do_not_change_the_others(judge: OnnxJudge) -> None:
    plain = [
        (PASSAGE, "Eleven people died when the boat was hit."),
        (PASSAGE, "Nobody on the boat was hurt."),
    ]
    mixed = [plain[0], *STRANGE, plain[1]]
    scores = judge.score(mixed)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert (scores >= 0).all()
    np.testing.assert_allclose(scores[[0, -1]], judge.score(plain), atol=1e-4)


def test_shipped_weights_stay_below_the_size_limit() -> None:
    sizes = [path.stat().st_size for path in SHIPPED_FOLDER.iterdir()]
    assert max(sizes) <= 45_000_000
    assert sum(sizes) <= 100_000_000


def test_loading_writes_no_files_and_sends_no_telemetry(tmp_path: Path) -> None:
    """ONNX Runtime's telemetry would write a device id and reports into the user's folders."""
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(tmp_path))
    script = "from claims.entailment.onnx import OnnxJudge; OnnxJudge().score([('a', 'b')])"
    subprocess.run([sys.executable, "-c", script], env=os.environ | places, check=True)
    assert list(tmp_path.rglob("*")) == []
