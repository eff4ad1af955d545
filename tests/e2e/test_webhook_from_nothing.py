"""docs/reference/api.md, "From nothing to a verified event": its files and commands, with other
ports.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from claims.settings import Settings
from service.cli import run
from service.client import Client
from service.processes.supervisor import Supervisor
from tests.stack.workers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/reference/api.md").read_text("utf-8")
WAY = DOCUMENT.partition("From nothing to a verified event")[2].partition("A webhook is created")[0]


def find_block(language: str) -> str:
    (block,) = re.findall(rf"```{language}\n(.*?)```", WAY, re.S)
    return str(block)


def find_line(part: str) -> str:
    (line,) = [line for line in WAY.splitlines() if line.startswith("    ") and part in line]
    return line.strip()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(folder: Path, module: str, arguments: str, **environment: str) -> Iterator[Path]:
    """Run a module of Python in `folder` until the block ends; gives the file of its output."""
    log = folder / f"{module}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *shlex.split(arguments)],
            cwd=folder,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(30)


def without_number(text: str) -> str:
    """The text without the confidence, which differs between releases of the judge."""
    return re.sub(r"\d+ %", "", text)


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_the_way_from_nothing_to_a_verified_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page_port, receiver_port = free_port(), free_port()

    def here(text: str) -> str:
        return text.replace("8765", str(page_port)).replace("9000", str(receiver_port))

    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/library.html").write_text(find_block("html"), "utf-8")
    (tmp_path / "receiver.py").write_text(find_block("python"), "utf-8")
    start = dict(re.findall(r"(ASSAY_\w+)=(\S+)", here(find_line("make serve"))))
    settings = Settings(
        redis_url=None,
        api_token=None,
        fetch_allow=start.pop("ASSAY_FETCH_ALLOW"),
        webhook_allow=start.pop("ASSAY_WEBHOOK_ALLOW"),
    )
    assert not start
    with Supervisor(settings, data_folder=tmp_path / "data", port=0, workers=1) as supervisor:
        monkeypatch.setenv("ASSAY_URL", supervisor.url)
        assert run(shlex.split(here(find_line("assay webhooks create")))[1:]) == 0
        webhook_id, secret = capsys.readouterr().out.split()
        serve = here(find_line("http.server")).partition("-m http.server")[2]
        receive = here(find_line("flask --app")).partition("/flask ")[2]
        with (
            running(tmp_path, "http.server", serve),
            running(tmp_path, "flask", receive, ASSAY_WEBHOOK_SECRET=secret) as received,
        ):
            wait_until(lambda: answers(page_port) and answers(receiver_port))
            test = find_line("assay webhooks ping").replace("w_...", webhook_id)
            assert run(shlex.split(test)[1:]) == 0
            assert capsys.readouterr().out.startswith("webhook.ping delivered, attempt 1 in ")
            body = re.search(r"-d '(.*?)'", find_block("sh"))
            assert body is not None
            Client(supervisor.url).submit_claim(json.loads(here(body[1])))
            event = without_number(find_line("verdict.created"))
            wait_until(lambda: event in without_number(received.read_text("utf-8")))
            ping = "webhook.ping A test, sent on request. 127.0.0.1"
            assert f"`{ping}`" in WAY
            assert ping in received.read_text("utf-8")
