"""`assay check` as a process of its own: closed pipes, a full disk, and Ctrl-C during a fetch."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.claims.cli.running import CLAIM
from tests.stack.workers import wait_until

COMMAND = (sys.executable, "-c", "from service.cli import main; main()", "check")


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # the process has ended
        if int(fields[1]) == pid:
            found.append(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def interrupt(process: subprocess.Popen[str], *, when: Callable[[], object]) -> float:
    """Send SIGINT once `when` holds, and return the seconds until the process ended.

    Asserts exit status 130, no output, no traceback and no child left.
    """
    wait_until(when)
    children = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    sent_at = time.monotonic()
    output, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    assert "Traceback" not in complaint
    wait_until(lambda: not any(map(is_alive, children)), patience_s=10)
    return time.monotonic() - sent_at


def test_ctrl_c_ends_the_child_that_reads_pages(article: Path, pages: Path) -> None:
    process = start(article, "--source", pages)
    interrupt(process, when=lambda: children_of(process.pid))


def test_ctrl_c_does_not_wait_for_a_server_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        process = start("--claim", CLAIM, "--source", f"http://{address}/", "--allow", address)
        silent.settimeout(60)
        connection, _ = silent.accept()
        with connection:
            assert interrupt(process, when=lambda: True) < 8  # robots.txt alone may take 10 s


def test_reader_that_leaves_early_gets_no_complaint() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            [*COMMAND, "--claim", CLAIM, "--json"],
            stdout=output, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "judging: 1 of 1" in done.stderr
    assert "rror" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "--claim", CLAIM],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("assay: standard output: cannot be written")
    assert "Traceback" not in done.stderr
