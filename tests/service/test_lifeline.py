"""A process that is tied to its parent ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from service import lifeline
from tests.stack.workers import find_session, wait_until

SLEEP = "import time; time.sleep(600)"
# A parent that starts a tied child, says so and waits.
PARENT = f"""
import os, subprocess, sys
tie = [sys.executable, "-I", "-S", {lifeline.__file__!r}, str(os.getpid())]
subprocess.Popen([*tie, sys.executable, "-c", "print('tied', flush=True); {SLEEP}"])
{SLEEP}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the parent-death signal")
def test_child_is_ended_by_kill_9_of_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"tied\n"
    assert len(find_session(parent.pid)) == 2
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: find_session(parent.pid) == [], patience_s=10)


def test_program_does_not_begin_when_the_parent_is_gone_already() -> None:
    command = [sys.executable, lifeline.__file__, "1", sys.executable, "-c", "print('begun')"]
    run = subprocess.run(command, capture_output=True, check=False)
    assert (run.returncode, run.stdout) == (1, b"")
