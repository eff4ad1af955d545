"""The log files of `assay up` end at a size and each day, while a process writes to them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.processes.log_files import PIECES, LogFiles
from tests.stack.workers import wait_until

MB = 1_000_000
WRITER = """
import sys, time
for number in range(int(sys.argv[1])):
    print(number, "x" * 90, flush=True)
    if number % 200 == 0:
        time.sleep(0.01)
"""


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "part.log"


@pytest.fixture
def writer(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that writes 4 MB of numbered lines to the end of the log."""
    with log.open("ab") as output:
        process = subprocess.Popen([sys.executable, "-c", WRITER, "40000"], stdout=output)
    yield process
    process.kill()
    process.wait()


def pieces(log: Path) -> list[Path]:
    """The pieces of a log, oldest first."""
    found = [log.with_name(f"{log.name}.{number}") for number in range(PIECES - 1, 0, -1)]
    return [path for path in (*found, log) if path.exists()]


def test_log_of_a_running_process_never_takes_more_than_its_limit(
    log: Path, writer: subprocess.Popen[bytes]
) -> None:
    files = LogFiles([log], most_mb=1, days=0)
    while writer.poll() is None:
        files.look()
        assert sum(path.stat().st_size for path in pieces(log)) < 1.1 * MB
        time.sleep(0.001)
    assert len(pieces(log)) in (PIECES, PIECES - 1)
    lines = b"".join(path.read_bytes() for path in pieces(log)).split(b"\n")
    assert lines[-2].startswith(b"39999 ")
    assert len(lines) > 5000


@pytest.mark.parametrize("burst_bytes", [100_000, 350_000, 700_000])
def test_log_keeps_to_its_limit_however_much_is_written_between_two_looks(
    log: Path, burst_bytes: int
) -> None:
    files = LogFiles([log], most_mb=1, days=0)
    for number in range(20):
        with log.open("ab") as output:
            output.write(b"%d\n" % number + b"x" * burst_bytes)
        files.look()
        assert sum(path.stat().st_size for path in pieces(log)) <= MB
    (*_, newest, current) = pieces(log)
    assert b"19\n" in newest.read_bytes() + current.read_bytes()


def test_pieces_together_have_every_line_in_order(log: Path) -> None:
    files = LogFiles([log], most_mb=1, days=0)
    with log.open("ab") as output:
        for number in range(4000):
            output.write(b"%d %s\n" % (number, b"x" * 90))
            output.flush()
            if number % 100 == 0:
                files.look()
    text = b"".join(path.read_bytes() for path in pieces(log))
    assert [int(line.split()[0]) for line in text.splitlines()] == list(range(4000))
    assert len(pieces(log)) > 1


def test_log_is_closed_when_the_day_changes(log: Path) -> None:
    clock = Clock()
    files = LogFiles([log], most_mb=0, days=0, now=clock)
    log.write_text("of today\n")
    files.look()
    assert log.read_text() == "of today\n"
    clock.now += timedelta(days=1)
    files.look()
    assert [path.read_text() for path in pieces(log)] == ["of today\n", ""]
    files.look()
    assert len(pieces(log)) == 2


def test_log_of_an_earlier_day_is_closed_at_the_start(log: Path) -> None:
    log.write_text("of the day before\n")
    yesterday = time.time() - 86_400
    os.utime(log, (yesterday, yesterday))
    LogFiles([log], most_mb=0, days=0).look()
    assert [path.read_text() for path in pieces(log)] == ["of the day before\n", ""]


def test_pieces_are_deleted_when_they_are_old(log: Path) -> None:
    clock = Clock()
    files = LogFiles([log], most_mb=0, days=3, now=clock)
    for day in range(4):
        log.write_text(f"day {day}\n")
        os.utime(log, (clock.now.timestamp(), clock.now.timestamp()))
        files.look()
        clock.now += timedelta(days=1)
    files.look()
    assert [path.read_text() for path in pieces(log)] == ["day 1\n", "day 2\n", "day 3\n", ""]
    clock.now += timedelta(days=9)
    files.look()
    assert [path.read_text() for path in pieces(log)] == [""]


def test_a_log_that_cannot_be_copied_is_kept(log: Path) -> None:
    log.write_bytes(b"x" * MB)
    log.with_name("part.log.new").mkdir()  # no copy can be made, as on a full disk
    LogFiles([log], most_mb=1, days=0).look()
    assert log.stat().st_size == MB


def test_a_copy_that_fails_leaves_nothing_and_is_tried_again_later(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_bytes(b"x" * MB)
    files = LogFiles([log], most_mb=1, days=0)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MB // 2, limits[1]))
    try:
        files.look()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(log.parent.iterdir()) == [log]
    files.look()  # not at once, since a copy takes its time
    assert log.stat().st_size == MB
    monkeypatch.setattr("time.monotonic", lambda: sys.float_info.max)
    files.look()
    assert log.stat().st_size == 0


def test_log_that_is_not_there_is_no_error(log: Path) -> None:
    LogFiles([log], most_mb=1, days=1).look()
    assert not log.exists()


def test_part_goes_on_writing_where_the_file_begins(
    log: Path, writer: subprocess.Popen[bytes]
) -> None:
    wait_until(lambda: log.stat().st_size > 0.3 * MB)
    LogFiles([log], most_mb=1, days=0).look()
    size = log.stat().st_size
    wait_until(lambda: log.stat().st_size > size)
    assert not log.read_bytes().startswith(b"\0")
