"""The processes of docker-compose.yml, with its own commands, on Debian's redis-server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from claims.store import connect
from claims.types import ClaimStatus, Stance
from service.client import Client
from service.monitoring.readiness import find_missing
from tests.compose.compose import put_in, read_services
from tests.stack.servers import wait_until_up
from tests.stack.workers import find_session, wait_until

TOKEN = "a-long-random-text-for-this-test"
PAGE = """<html lang="en"><head><title>The Kisoro bridge</title></head><body><article>
<h1>New bridge opened in Kisoro</h1>
<p>The new bridge over the river at Kisoro is 42 metres long, the district engineer said on
Monday. It was opened to traffic after two years of work and carries two lanes.</p>
<p>Farmers in the valley had waited for it since the flood swept away the old crossing.</p>
</article></body></html>"""


class ByHand:
    """The services on loopback, started with the commands of docker-compose.yml."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._folder = folder
        self._variables = variables
        self._services = read_services()
        self._ports = {"redis:6379": _free_port(), "0.0.0.0:8400": _free_port()}
        self._ports["127.0.0.1:8400"] = self._ports["0.0.0.0:8400"]
        self.api_url = f"http://127.0.0.1:{self._ports['0.0.0.0:8400']}"
        self.store_url = self._here("redis://redis:6379/0")

    @contextmanager
    def run(self, name: str, *further: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run one service in the block; end it gracefully and check that no process is left."""
        words = self._services[name]["command"]
        command = [self._here(put_in(word, self._variables)) for word in words]
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [_find_program(command[0]), *command[1:], *further],
                cwd=self._folder,
                env=self._environment(name),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
        wait_until(lambda: find_session(process.pid) == [], patience_s=10)

    def check_health(self, name: str) -> bool:
        """Whether the health check of a service succeeds."""
        kind, program, *arguments = self._services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        command = [_find_program(program), *map(self._here, arguments)]
        run = subprocess.run(command, env=self._environment(name), check=False, timeout=60)
        return run.returncode == 0

    def redis_options(self) -> tuple[str, ...]:
        """Options for the address, the port and the data folder, which a container would set."""
        port = str(self._ports["redis:6379"])
        return ("--bind", "127.0.0.1", "--port", port, "--dir", str(self._folder))

    def _here(self, word: str) -> str:
        for address, port in self._ports.items():
            word = word.replace(address, f"127.0.0.1:{port}")
        return word

    def _environment(self, name: str) -> dict[str, str]:
        given: dict[str, Any] = self._services[name].get("environment", {})
        kept = {key: text for key, text in os.environ.items() if not key.startswith("ASSAY_")}
        values = {key: put_in(str(text), self._variables) for key, text in given.items()}
        return kept | {key: self._here(text) for key, text in values.items()}


@pytest.mark.redis_server
@pytest.mark.slow
def test_claim_is_judged_by_the_processes_of_compose(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/bridge").respond_with_data(PAGE, content_type="text/html")
    allowed = f"{httpserver.host}:{httpserver.port}"
    by_hand = ByHand(tmp_path, {"ASSAY_API_TOKEN": TOKEN, "ASSAY_FETCH_ALLOW": allowed})
    client = Client(by_hand.api_url, token=TOKEN)
    with ExitStack() as services:
        services.enter_context(by_hand.run("redis", *by_hand.redis_options()))
        wait_until_up(by_hand.store_url)
        for name in ("api", "worker", "beat"):
            services.enter_context(by_hand.run(name))
        worker = f"celery@{socket.gethostname()}"
        store = connect(by_hand.store_url)
        services.callback(store.close)
        wait_until(
            lambda: not find_missing(by_hand.api_url, open_store=lambda: store, workers=[worker])
        )
        assert by_hand.check_health("api")
        assert by_hand.check_health("worker")
        claim_id = client.submit_claim(
            {
                "text": "The new bridge at Kisoro is 42 metres long.",
                "sources": [httpserver.url_for("/bridge")],
            }
        )
        claim = client.wait_for_claim(claim_id, timeout_s=90)
        assert claim.status is ClaimStatus.JUDGED
        assert claim.verdict is not None
        assert claim.verdict.evidence[0].stance is Stance.SUPPORTS
        assert claim.verdict.coverage.fetched == 1
        assert len(client.get_history(claim_id)) == 1


def _find_program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else name


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
