"""Log lines may be lost, but logging never ends a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
