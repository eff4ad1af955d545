"""The command that serves the model: its settings name an endpoint that has the model."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from claims.settings import Settings
from claims.wiring import check_reader
from tests.llm.server import ROOT, find_free_port

pytestmark = pytest.mark.timeout(600)


@pytest.mark.usefixtures("url")
def test_the_command_prints_settings_that_find_its_model() -> None:
    port = find_free_port()
    command = [sys.executable, "-m", "tests.llm.server", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as server:
        assert server.stdout is not None
        printed = server.stdout.readline() + server.stdout.readline()
        found = dict(re.findall(r"ASSAY_(\w+)=(\S+)", printed))
        settings = Settings(reader=found["READER"], chat_url=found["CHAT_URL"])
        assert check_reader(settings) is None
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
    assert found["CHAT_URL"] == f"http://127.0.0.1:{port}/v1"
