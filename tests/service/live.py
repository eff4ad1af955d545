"""Runs the service as a process: its web server on a free loopback port."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from claims.store.redis_store import RedisStore, connect
from tests.stack.forks import Forked, fork_module
from tests.stack.servers import embedded_server

START_S = 60.0
STOP_S = 30.0


@dataclass(frozen=True, slots=True)
class Live:
    """A running service: port, log file, data folder, and the store on which tests do the worker's
    steps."""

    port: int
    log: Path
    store: RedisStore
    data_folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def run_service(
    store: RedisStore,
    store_url: str,
    folder: Path,
    *,
    module: str = "service.server",
    **environment: str,
) -> Iterator[Live]:
    """Run the API on `store` until the block ends; `environment` holds further ASSAY_ settings.

    `module` runs `service.server`, changed for a test. Its data folder is its own, so that programs
    of the tests do not find its local key.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    log, data_folder = folder / "api.log", folder / "api"
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as output:
        process = fork_module(
            module,
            ["127.0.0.1:0", "--listener", listener],
            env=kept
            | {"ASSAY_REDIS_URL": store_url, "ASSAY_DATA_FOLDER": str(data_folder)}
            | environment,
            output=output,
        )
        try:
            port = listener.getsockname()[1]
            _wait_until_alive(port, process)
            yield Live(port, log, store, data_folder)
        finally:
            process.terminate()
            process.wait(STOP_S)


@contextmanager
def run_service_and_store(
    folder: Path, *, module: str = "service.server", **environment: str
) -> Iterator[Live]:
    """Run the API on a new embedded store in `folder`, without workers: tests do their steps."""
    with embedded_server(folder / "data") as url:
        store = connect(url)
        with run_service(store, url, folder, module=module, **environment) as service:
            yield service
        store.close()


def get_text(live: Live, path: str, *, token: str | None = None) -> str:
    """The body of the answer to GET `path`, decoded and not parsed."""
    connection = HTTPConnection("127.0.0.1", live.port, timeout=30)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    connection.request("GET", path, headers=headers)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _wait_until_alive(port: int, process: Forked) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError("the service did not come up")
