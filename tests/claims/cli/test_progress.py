"""Progress on stderr: the start and the end of each step, or a bar on a terminal."""

from __future__ import annotations

import pytest

from claims.cli.progress import TimedProgress, show_progress


def test_step_shows_its_beginning_and_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress() as progress:
        for done in range(1001):
            progress("judging", done, 1000)
        progress("writing", 1, 1)
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert [lines[0], *lines[-2:]] == [
        "judging: 0 of 1000", "judging: 1000 of 1000", "writing: 1 of 1",
    ]  # fmt: skip
    assert len(lines) < 20


def test_step_of_nothing_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress() as progress:
        progress("judging", 0, 0)
    assert capsys.readouterr().err == ""


def test_bar_on_a_terminal_goes_away_when_all_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TTY_INTERACTIVE", "1")
    monkeypatch.setenv("TERM", "xterm")
    with show_progress() as progress:
        progress("judging", 0, 2)
        progress("judging", 2, 2)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "judging" in printed.err
    assert "2/2" in printed.err
    assert printed.err.endswith("\x1b[2K")


def test_steps_are_measured_from_their_first_part_to_their_last() -> None:
    seen: list[tuple[str, int, int]] = []
    times = iter([1.0, 5.0, 8.0, 11.5])
    progress = TimedProgress(lambda *step: seen.append(step), clock=lambda: next(times))
    steps = [("judging", 0, 1), ("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)]
    for step in steps:
        progress(*step)
    assert (progress.seconds("reading"), progress.seconds("judging")) == (6.5, 0.0)
    assert progress.seconds("writing") == 0.0
    assert seen == steps
