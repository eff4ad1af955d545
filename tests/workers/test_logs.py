"""Log lines may be lost, but logging never ends a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from claims.store.embedded import EmbeddedServer
from service.processes.program_list import APP, beat_program, deliver_program
from service.processes.programs import Program
from tests.stack.workers import CeleryProcess, wait_until
from workers.config import KEY_PREFIX
from workers.queues import TICK

FULL = Path("/dev/full")
SCRIPT = """
import structlog
from workers.logs import configure_logging

configure_logging()
log = structlog.get_logger("assay.test")
for number in range(1000):
    log.info("line", number=number, text="x" * 100)
try:
    raise RuntimeError("wrong")
except RuntimeError:
    log.exception("failed")
print("went on")
"""


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")
def test_process_whose_log_is_on_a_full_disk_goes_on() -> None:
    with FULL.open("w") as log:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=log, check=False
        )
    assert done.stdout == b"went on\n"


def has_started(program: Program, log: Path, store_url: str) -> bool:
    """Whether the worker is ready, or beat has sent its first tick."""
    if program.name == "beat":
        with redis.Redis.from_url(store_url.replace("db=0", "db=1")) as broker:
            return bool(broker.exists(f"{KEY_PREFIX}{TICK}"))
    return "ready." in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("program", [deliver_program(), beat_program()], ids=lambda one: one.name)
def test_every_line_of_a_celery_process_is_json(program: Program, tmp_path: Path) -> None:
    """Celery prints banners, warnings and its end as text."""
    with EmbeddedServer(tmp_path / "data") as server:
        arguments = [word for word in program.arguments if word not in ("-A", APP)]
        process = CeleryProcess(APP, *arguments, folder=tmp_path, store_url=server.url)
        try:
            wait_until(lambda: has_started(program, process.log, server.url))
            process.signal_all(signal.SIGTERM)
            wait_until(lambda: not process.is_running() or program.name == "beat")
        finally:
            process.end()
    lines = process.log.read_text(encoding="utf-8").splitlines()
    assert bool(lines) == (program.name != "beat")
    assert all(isinstance(json.loads(line), dict) for line in lines)
