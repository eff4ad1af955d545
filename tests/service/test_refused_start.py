"""Every program refuses an invalid setting with one error line, before it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.claims.cli.running import run_assay
from tests.stack.forks import fork_module

UP = ("assay", "up", "--port", "0", "--data", "data")
WORKER = ("celery", "-A", "workers.main", "worker", "--uid", str(os.getuid()))
SERVER = ("service.server", "127.0.0.1:0")
HEALTH = ("workers.health",)
STORE = {"ASSAY_REDIS_URL": "redis://127.0.0.1:1"}  # no server listens there


def start(folder: Path, *command: str, **environment: str) -> tuple[int, list[str]]:
    """Run a command; return its exit status and the lines of stdout and stderr together.

    `assay up` and Celery are started as a user does, another command of `assay` runs in this
    process, and a module is a fork.
    """
    program, *arguments = command
    if program == "assay" and arguments[0] != "up":
        done = run_assay(*arguments, settings=environment)
        return done.status, (done.out + done.err).splitlines()
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASSAY_")}
    printed = folder / "printed"
    with printed.open("wb") as output:
        if program in ("assay", "celery"):
            status = subprocess.run(
                [Path(sys.executable).with_name(program), *arguments],
                cwd=folder,
                env=kept | environment | {"PYTHONWARNINGS": "ignore"},
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
            ).returncode
        else:
            forked = fork_module(program, arguments, env=kept | environment, output=output)
            status = forked.wait(60)
    return status, printed.read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    "command",
    [UP, WORKER, SERVER, ("assay", "sources", "list"), ("assay", "score")],
    ids=["up", "worker", "server", "sources", "score"],
)
def test_wrong_setting_is_refused_in_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    environment = STORE | {"ASSAY_QUEUE_MAX": "-1"}
    if command[-1] == "score":
        pairs = tmp_path / "pairs.jsonl"
        pairs.write_text('{"claim": "A.", "evidence": "B."}\n')
        command = (*command, "--pairs", str(pairs))
    status, lines = start(tmp_path, *command, **environment)
    assert status != 0
    assert len(lines) == 1
    assert "ASSAY_QUEUE_MAX: '-1': it must be a whole number from 1 to 10000000" in lines[0]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "command",
    [
        *(UP, WORKER, SERVER, HEALTH),
        *(("assay", *words) for words in (("list", "claims"), ("keys", "list"))),
        *(("assay", *words) for words in (("check", "--help"), ("worthiness", "A."))),
    ],
    ids=["up", "worker", "server", "health", "list", "keys", "check", "worthiness"],
)
def test_unknown_setting_is_refused_in_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    status, lines = start(tmp_path, *command, **STORE, ASSAY_REQUIRE_KEYS="1")
    assert status != 0
    assert len(lines) == 1
    assert (
        "ASSAY_REQUIRE_KEYS: there is no such setting, did you mean ASSAY_REQUIRE_KEY?" in lines[0]
    )
    assert not (tmp_path / "data").exists()


def test_help_is_shown_whatever_the_settings(tmp_path: Path) -> None:
    status, lines = start(tmp_path, "assay", "--help", ASSAY_REQUIRE_KEYS="1")
    assert status == 0
    assert lines[0].startswith("Usage: assay")


@pytest.mark.parametrize("command", [UP, (*WORKER, "--queues", "score")], ids=["up", "worker"])
def test_judge_that_cannot_be_loaded_is_refused_in_one_line(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    environment = {} if command is UP else STORE
    status, lines = start(tmp_path, *command, ASSAY_JUDGE="/nowhere", **environment)
    assert status == 2
    assert len(lines) == 1
    assert lines[0].startswith("assay: ASSAY_JUDGE: '/nowhere' cannot be used: ")
    assert not (tmp_path / "data").exists()


def test_folder_for_raw_pages_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    status, lines = start(tmp_path, *UP, ASSAY_KEEP_RAW="raw")
    assert (status, len(lines)) == (2, 1)
    assert lines[0] == "assay: ASSAY_KEEP_RAW: raw: give the whole path of a folder"
