"""An interrupted training resumes and gives the same result. Skipped without torch."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from training import judge  # noqa: E402
from training.batches import Example  # noqa: E402
from training.loop import COOLING, RISING, Pace, Rounding, check_weights, train  # noqa: E402
from training.model import JudgeNet, Shape  # noqa: E402
from training.public import FOLDER  # noqa: E402

SMALL = Shape(vocabulary=200, width=48, heads=12, inner=(96, 96))
STEPS = 40


def run_small(out: Path, *, minutes: float | None = None, keep: bool = False) -> None:
    """Train a small network, with a checkpoint after each step."""
    torch.set_num_threads(1)
    torch.manual_seed(3)
    net = JudgeNet(SMALL)
    ids = torch.randint(5, 200, (STEPS, 4, 12)).tolist()
    lots = [[Example(tuple(row), place % 3) for place, row in enumerate(some)] for some in ids]
    pace = Pace(1e-3, len(lots), minutes)
    train(net, lots, out, pace, rounded=Rounding.NEVER, keep=keep, every_minutes=0.0)


def load(path: Path) -> dict[str, object]:
    return dict(torch.load(path, weights_only=True))


def run_and_kill(out: Path, at_write: int) -> None:
    """Train in a process of its own that kills itself with SIGKILL after a checkpoint was written
    to its temporary file, before the rename."""
    code = f"""
import os, signal
from pathlib import Path
from tests.training.test_loop import run_small

written = []

def strike(number):
    written.append(number)
    if len(written) == {at_write}:
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync = strike
run_small(Path({str(out)!r}))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL


def test_repeatedly_killed_run_ends_with_the_weights_of_an_unbroken_run(
    tmp_path: Path,
) -> None:
    run_small(tmp_path / "whole")
    killed = tmp_path / "killed"
    for number in (1, 2):
        run_and_kill(killed, at_write=10)
        assert load(killed / "partial.pt")["done"] == 9 * number
    run_small(killed)
    one, other = (load(tmp_path / name / "judge.pt")["weights"] for name in ("whole", "killed"))
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert all(torch.equal(weight, other[name]) for name, weight in one.items())
    assert not (killed / "partial.pt").exists()


def test_time_limit_ends_a_run_after_cooling_and_keeps_the_plateau(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(1000))
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    run_small(tmp_path, minutes=1, keep=True)
    done = load(tmp_path / "judge.pt")["done"]
    plateau = load(tmp_path / "plateau.pt")
    assert isinstance(done, int)
    assert isinstance(plateau["done"], int)
    assert 0 < plateau["done"] < done < STEPS
    assert "optimizer" in plateau
    assert len(list(tmp_path.glob("weights-*.pt"))) == done


def test_run_stopped_beyond_its_end_keeps_the_plateau(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0, *range(1, 8), *range(1000, 2000)])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    run_small(tmp_path, minutes=1)
    assert load(tmp_path / "plateau.pt")["done"] == load(tmp_path / "judge.pt")["done"]


def test_rounding_starts_with_cooling_and_continues_after_an_interruption(
    tmp_path: Path,
) -> None:
    def run(folder: str, *, interrupted: bool = False) -> dict[str, object]:
        torch.set_num_threads(1)
        torch.manual_seed(3)
        net = JudgeNet(SMALL)
        ids = torch.randint(5, 200, (STEPS, 4, 12)).tolist()
        lots = [[Example(tuple(row), place % 3) for place, row in enumerate(some)] for some in ids]
        if interrupted:
            lots[34] = []
        train(
            net,
            lots,
            tmp_path / folder,
            Pace(1e-3, STEPS),
            rounded=Rounding.COOLING,
            every_minutes=0.0,
        )
        return load(tmp_path / folder / "judge.pt")

    whole = run("whole")
    plateau = load(tmp_path / "whole" / "plateau.pt")
    assert (plateau["done"], plateau["rounding"]) == (STEPS * (1 - COOLING), {})
    assert whole["rounding"]
    with pytest.raises(IndexError):
        run("again", interrupted=True)
    assert load(tmp_path / "again" / "partial.pt")["done"] == 34
    again = run("again")
    one, other = whole["weights"], again["weights"]
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert all(torch.equal(weight, other[name]) for name, weight in one.items())
    assert str(again["rounding"]) == str(whole["rounding"])


def test_minutes_are_summed_over_all_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(1000))
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    run_small(tmp_path, minutes=1)
    whole = load(tmp_path / "judge.pt")["done"]
    plateau = tmp_path / "plateau.pt"
    before = load(plateau)["done"]
    plateau.rename(tmp_path / "partial.pt")
    run_small(tmp_path, minutes=1)
    again = load(tmp_path / "judge.pt")["done"]
    assert isinstance(before, int)
    assert isinstance(again, int)
    assert before < again <= whole + 2 < STEPS


def test_learning_rate_rises_stays_and_falls_to_zero() -> None:
    pace = Pace(1.0, 1000, minutes=10)
    assert pace.at(RISING // 2, 30.0) == pytest.approx(0.5)
    assert pace.at(500, 600 * (1 - COOLING)) == 1.0
    assert pace.at(500, 600 * (1 - COOLING / 2)) == pytest.approx(0.5)
    assert pace.at(500, 700.0) == 0.0
    by_steps = Pace(1.0, 1000)
    assert (by_steps.at(500, 1e9), by_steps.at(1000, 0.0)) == (1.0, 0.0)


def test_weights_of_another_network_are_refused_by_name() -> None:
    net = JudgeNet(SMALL)
    weights = dict(net.named_parameters())
    assert check_weights(net, weights).keys() == weights.keys()
    wider = dict(
        JudgeNet(Shape(vocabulary=201, width=48, heads=12, inner=(96, 96))).named_parameters()
    )
    with pytest.raises(
        ValueError, match=r"word_embeddings\.weight is \(201, 48\), not \(200, 48\)"
    ):
        check_weights(net, wider)
    del weights["classifier.out_proj.bias"]
    with pytest.raises(ValueError, match=r"in one network only, among them classifier\.out_proj"):
        check_weights(net, weights)


def test_run_of_another_network_is_not_resumed(tmp_path: Path) -> None:
    run_and_kill(tmp_path, at_write=3)
    other = JudgeNet(Shape(vocabulary=201, width=48, heads=12, inner=(96, 96)))
    with pytest.raises(ValueError, match=r"partial\.pt: .*remove it or give another --out"):
        train(other, [], tmp_path, Pace(1e-3, 0), rounded=Rounding.NEVER)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared folder is not there")
@pytest.mark.parametrize("what", ["other shape", "no checkpoint", "nothing there"])
def test_incompatible_start_exits_with_2_and_a_message(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = tmp_path / "start.pt"
    if what == "other shape":
        torch.save({"weights": JudgeNet(SMALL).state_dict()}, start)
    elif what == "no checkpoint":
        start.write_text("not a checkpoint")
    with pytest.raises(SystemExit) as stopped:
        judge.main(["pairs", "--start", str(start), "--out", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert f"--start {start}: " in capsys.readouterr().err
