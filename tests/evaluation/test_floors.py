"""Floors: they are compared, may rise, and are never lowered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.floors import MAY_FALL, TOLERANCE, Measured, hold

FLOORS = Path(__file__).parents[2] / "evaluation" / "floors.json"


def pin(file: Path, floor: float) -> None:
    file.write_text(json.dumps({"s": {"corpus": "c", "floors": {"x": floor}}}))


def measured(value: float, *, corpus: str = "c", name: str = "s") -> dict[str, Measured]:
    return {name: Measured(corpus, {"x": value})}


def read_floor(file: Path) -> float:
    return float(json.loads(file.read_text())["s"]["floors"]["x"])


def test_a_figure_below_its_floor_fails_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f"
    pin(file, 0.8)
    assert hold(measured(0.8 - TOLERANCE - 0.01), update=False, file=file) == 1
    assert "below its floor: s x" in capsys.readouterr().err
    assert hold(measured(0.81), update=False, file=file) == 0


def test_a_figure_that_is_no_longer_measured_fails(tmp_path: Path) -> None:
    pin(tmp_path / "f", 0.8)
    assert hold({"s": Measured("c", {"y": 0.9})}, update=False, file=tmp_path / "f") == 1


def test_other_rows_and_other_sets_are_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin(tmp_path / "f", 0.8)
    assert hold(measured(0.1, corpus="other"), update=False, file=tmp_path / "f") == 0
    assert "other rows, not compared" in capsys.readouterr().err
    assert hold(measured(0.1, name="new"), update=False, file=tmp_path / "f") == 0


def test_update_raises_and_never_lowers(tmp_path: Path) -> None:
    file = tmp_path / "f"
    pin(file, 0.8)
    assert hold(measured(0.79), update=True, file=file) == 0
    assert read_floor(file) == 0.8
    assert hold(measured(0.9), update=True, file=file) == 0
    assert read_floor(file) == 0.9
    assert hold(measured(0.5), update=True, file=file) == 1
    assert read_floor(file) == 0.9


def test_small_sets_tolerate_one_wrong_answer_but_not_two(tmp_path: Path) -> None:
    pin(tmp_path / "f", round(14 / 19, 4))
    for right, exit_code in ((13, 0), (12, 1)):
        new = {"s": Measured("c", {"x": round(right / 19, 4)}, {"x": 19})}
        assert hold(new, update=False, file=tmp_path / "f") == exit_code


def test_update_keeps_the_floors_of_sets_that_were_not_measured(tmp_path: Path) -> None:
    file = tmp_path / "f"
    pin(file, 0.8)
    assert hold(measured(0.7, name="new"), update=True, file=file) == 0
    assert read_floor(file) == 0.8


@pytest.mark.parametrize("name", sorted(MAY_FALL))
def test_a_fall_of_a_set_that_does_not_decide_is_printed_and_accepted(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f"
    file.write_text(json.dumps({name: {"corpus": "c", "floors": {"x": 0.8}}}))
    assert hold(measured(0.5, name=name), update=True, file=file) == 0
    assert f"lower than it was, which may be: {name} x 0.5 < 0.8" in capsys.readouterr().err
    assert json.loads(file.read_text())[name]["floors"]["x"] == 0.8


def test_sets_that_may_fall_have_floors() -> None:
    """So that a misspelt name does not take a floor away unseen."""
    assert set(json.loads(FLOORS.read_text())) > MAY_FALL
