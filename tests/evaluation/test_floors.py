"""Floors hold, may rise, and refuse to go down."""

from __future__ import annotations

import json
from pathlib import Path

from evaluation.floors import TOLERANCE, hold


def pin(file: Path, floor: float) -> None:
    file.write_text(json.dumps({"corpus": "c", "floors": {"x": floor}}))


def test_a_figure_below_its_floor_fails_and_is_named(tmp_path: Path, capsys: object) -> None:
    pin(tmp_path / "f", 0.8)
    assert hold({"x": 0.8 - TOLERANCE - 0.01}, corpus="c", update=False, file=tmp_path / "f") == 1
    assert "below its floor: x" in capsys.readouterr().err  # type: ignore[attr-defined]
    assert hold({"x": 0.81}, corpus="c", update=False, file=tmp_path / "f") == 0


def test_another_corpus_is_not_compared(tmp_path: Path) -> None:
    pin(tmp_path / "f", 0.8)
    assert hold({"x": 0.1}, corpus="other", update=False, file=tmp_path / "f") == 0


def test_update_raises_and_never_lowers(tmp_path: Path) -> None:
    file = tmp_path / "f"
    pin(file, 0.8)
    assert hold({"x": 0.79}, corpus="c", update=True, file=file) == 0
    assert json.loads(file.read_text())["floors"]["x"] == 0.8
    assert hold({"x": 0.9}, corpus="c", update=True, file=file) == 0
    assert json.loads(file.read_text())["floors"]["x"] == 0.9
    assert hold({"x": 0.5}, corpus="c", update=True, file=file) == 1
    assert json.loads(file.read_text())["floors"]["x"] == 0.9
