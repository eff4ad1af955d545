"""Forked modules behave as programs that `python -m` starts."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.stack.forks import ROOT, fork_module
from tests.stack.workers import wait_until


def test_output_status_and_environment_are_those_of_the_module(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "200"}
    with (tmp_path / "log").open("wb") as log:
        right = fork_module("json.tool", ["--help"], env=environment, output=log)
        assert right.wait(60) == 0
        wrong = fork_module("json.tool", ["--no-such"], env=environment, output=log)
        assert wrong.wait(60) == 2
    printed = (tmp_path / "log").read_text()
    assert "usage: python" in printed
    assert "json.tool: error: unrecognized arguments: --no-such" in printed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it_and_is_its_status(number: int, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        web = fork_module("http.server", ["0"], env=os.environ, output=log, own_session=True)
    wait_until(lambda: os.getsid(web.pid) == web.pid)
    assert Path(f"/proc/{web.pid}/cwd").readlink() == ROOT
    with pytest.raises(subprocess.TimeoutExpired):
        web.wait(0.1)
    assert web.poll() is None
    web.send_signal(number)
    assert web.wait(60) == web.poll() == -number
    assert not Path(f"/proc/{web.pid}").exists()
