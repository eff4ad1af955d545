"""Schemathesis on the running service: requests made from /openapi.json, all of its checks.

schemathesis.toml has its settings, and what is excepted from a check.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from claims.ports import VerifyAnswer
from tests.claims import samples
from tests.service.conftest import TOKEN
from tests.service.live import get_text, run_service_and_store
from tests.service.work import answering

PROGRAM = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
NO_LIMITS = {"ASSAY_READS_PER_MINUTE": "0", "ASSAY_WRITES_PER_MINUTE": "0"}
MINUTES = 15
"""Under a minute on a free machine, and several times as much on a busy one."""


@pytest.mark.slow
@pytest.mark.timeout(60 * (MINUTES + 1))
def test_all_checks_of_schemathesis_pass(tmp_path: Path) -> None:
    module = "tests.stack.forgiving_server"
    environment = {"ASSAY_API_TOKEN": TOKEN, "ASSAY_LOG_POLLS": "1", **NO_LIMITS}
    with run_service_and_store(tmp_path, module=module, **environment) as live:
        description = tmp_path / "openapi.json"
        description.write_text(get_text(live, "/openapi.json", token=TOKEN), encoding="utf-8")
        with answering(live.store, VerifyAnswer(verdict=samples.verdict())):
            run = subprocess.run(
                [PROGRAM, "--config-file", CONFIG, "run", description, "--url", live.url],
                env=os.environ | {"ASSAY_API_TOKEN": TOKEN},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60 * MINUTES,
                check=False,
            )
        log = live.log.read_text(encoding="utf-8")
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr
    assert "unforeseen_error" not in log
    assert log.count('"event": "request"') > 1000
