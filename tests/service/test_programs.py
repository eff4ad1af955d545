"""Child programs: restart after an exit, logs, and termination."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.processes import programs
from service.processes.programs import Backoff, Child, Program
from tests.stack.workers import find_session, wait_until

MODULES = {
    "ends": "import sys; sys.exit(3)",
    "stays": "import time; print('up', flush=True); time.sleep(600)",
    "leaves": "import os, time; os.fork() or time.sleep(600)\nprint('up', flush=True)",
    "stubborn": "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True); time.sleep(600)",
}


@pytest.fixture
def child(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Child]:
    """The entry of MODULES that the test names, as a child, not started; ended after the test."""
    module = request.param
    (tmp_path / f"{module}.py").write_text(MODULES[module], encoding="utf-8")
    child = Child(
        Program(name="part", module=module, arguments=()),
        environment=os.environ | {"PYTHONPATH": str(tmp_path)},
        log_path=tmp_path / "part.log",
    )
    yield child
    child.end(seconds_left=lambda: 0.0)


def wait_until_up(child: Child) -> int:
    wait_until(lambda: child.log_path.exists() and "up" in child.log_path.read_text())
    assert child.pid is not None
    return child.pid


@pytest.mark.parametrize("child", ["ends"], indirect=True)
def test_program_that_ends_is_reported_and_started_again_after_a_pause(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "BACKOFF_BASE_S", 0.2)
    said: list[str] = []
    child.start()
    wait_until(lambda: not child.look_after(say=said.append))
    assert child.pid is None
    assert "part ended (status 3), starting again" in said[0]
    assert child.look_after(say=said.append)  # the pause before the restart is not over
    assert child.pid is None
    wait_until(lambda: child.look_after(say=said.append) and child.pid is not None)


@pytest.mark.parametrize("child", ["stays"], indirect=True)
def test_program_whose_log_cannot_be_opened_is_started_later(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "BACKOFF_BASE_S", 0.1)
    said: list[str] = []
    child.start()
    os.kill(wait_until_up(child), signal.SIGKILL)
    wait_until(lambda: not child.look_after(say=said.append))
    child.log_path.unlink()
    child.log_path.mkdir()  # the log cannot be opened, as on a full disk
    wait_until(lambda: child.look_after(say=said.append) and len(said) > 1)
    assert "part cannot be started, trying again" in said[1]
    child.log_path.rmdir()
    wait_until(lambda: child.look_after(say=said.append) and child.pid is not None)


@pytest.mark.parametrize("child", ["stays"], indirect=True)
def test_program_that_was_killed_is_reported_with_the_signal(child: Child) -> None:
    said: list[str] = []
    child.start()
    os.kill(wait_until_up(child), signal.SIGKILL)
    wait_until(lambda: not child.look_after(say=said.append))
    assert "(signal 9)" in said[0]


@pytest.mark.parametrize("child", ["leaves"], indirect=True)
def test_children_that_a_program_leaves_behind_are_killed_when_it_has_ended(child: Child) -> None:
    child.start()
    pid = wait_until_up(child)
    assert find_session(pid)
    wait_until(lambda: not child.look_after(say=lambda line: None))
    wait_until(lambda: find_session(pid) == [], patience_s=10)


def test_the_end_of_a_program_is_reported_with_its_process_id(tmp_path: Path) -> None:
    (tmp_path / "ends.py").write_text(MODULES["ends"], encoding="utf-8")
    program = Program(name="part", module="ends", arguments=(), has_leases=True)
    told: list[tuple[Program, int]] = []
    child = Child(
        program,
        environment=os.environ | {"PYTHONPATH": str(tmp_path)},
        log_path=tmp_path / "part.log",
        on_end=lambda program, pid: told.append((program, pid)),
    )
    child.start()
    pid = child.pid
    wait_until(lambda: not child.look_after(say=lambda line: None))
    child.end(seconds_left=lambda: 0.0)  # no child runs, so no end is reported
    assert told == [(program, pid)]


@pytest.mark.parametrize("child", ["stays"], indirect=True)
def test_program_ends_when_asked(child: Child) -> None:
    child.start()
    pid = wait_until_up(child)
    child.ask_to_stop()
    child.end(seconds_left=lambda: 30.0)
    assert child.pid is None
    assert find_session(pid) == []


@pytest.mark.parametrize("child", ["stubborn"], indirect=True)
def test_program_that_does_not_listen_is_killed_when_time_is_up(child: Child) -> None:
    child.start()
    pid = wait_until_up(child)
    child.ask_to_stop()
    child.end(seconds_left=lambda: 0.0)
    assert find_session(pid) == []


def test_pause_doubles_with_each_early_end_and_there_is_none_after_a_steady_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(programs.time, "monotonic", lambda: now)
    backoff = Backoff()
    pauses = []
    for ran_s in (1.0, 1.0, 1.0, programs.STEADY_S + 1):
        backoff.note_start()
        now += ran_s
        backoff.note_end()
        ended_at = now
        while not backoff.is_over:
            now += 0.5
        pauses.append(now - ended_at)
    assert pauses == [0.5, 1.0, 2.0, 0.0]


def test_program_is_tied_to_this_process() -> None:
    command = Program(name="part", module="ends", arguments=("a",)).command()
    assert str(os.getpid()) in command
    assert command[-5:] == [sys.executable, "-P", "-m", "ends", "a"]


# A parent that starts a program tied to its own life, prints a line and waits.
PARENT = """
import subprocess, time
from service.processes.programs import Program
program = Program(name="part", module="http.server", arguments=("0", "--bind", "127.0.0.1"))
subprocess.Popen(program.command())
print("started", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the parent-death signal")
def test_program_is_ended_by_kill_9_of_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    wait_until(lambda: len(find_session(parent.pid)) == 2)
    parent.kill()
    parent.communicate()
    wait_until(lambda: find_session(parent.pid) == [], patience_s=10)
