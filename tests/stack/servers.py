"""Servers for tests, as context managers that give a URL. The server ends with the block."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

import redis
from redis.exceptions import RedisError

from claims.store.embedded import LAUNCHER, EmbeddedServer
from claims.store.server_files import write_url

START_S = 30.0
STOP_S = 10.0


@contextmanager
def embedded_server(folder: Path) -> Iterator[str]:
    """The shipped server on a data folder."""
    with EmbeddedServer(folder) as server:
        yield server.url


@contextmanager
def debian_redis(folder: Path, *extra: str) -> Iterator[str]:
    """`redis-server` from PATH with the settings of an operator; `extra` are further options."""
    folder.mkdir(parents=True, exist_ok=True)
    # The path of a socket may have about 100 bytes; pytest's folders have longer paths.
    with tempfile.TemporaryDirectory(prefix="assay-test-") as short:
        socket_path = Path(short) / "redis.sock"
        process = subprocess.Popen(
            [
                # The launcher ends the server when the tests are killed.
                *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(SIGTERM))),
                str(shutil.which("redis-server")),
                *("--port", "0", "--unixsocket", str(socket_path), "--dir", str(folder)),
                *("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"),
                *extra,
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            url = write_url(socket_path)
            wait_until_up(url)
            yield url
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:  # it refuses to end when it cannot write
        process.kill()
        process.wait(STOP_S)


def wait_until_up(url: str) -> None:
    """Wait until the server answers and has loaded its data; TimeoutError after 30 s."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            with redis.Redis.from_url(url) as client:
                client.ping()
                return
        except RedisError:
            time.sleep(0.05)
    raise TimeoutError(f"no server at {url}")
