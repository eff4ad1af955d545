"""python -m benchmarks.http: what the API costs beside a bare Flask route, and while it is busy.

Four measurements, on a temporary folder each:

- Answers per second of one route after another, beside a Flask app of one route on the same server
  (`service.server`), in turns, with the same clients. A second bare route reads the claim from the
  store, by one command: that is what a store read costs.
- Claims accepted per second by 16 clients, beside bare writes of the same size to the same kind of
  store by as many threads. Each write is on disk before it is answered.
- Milliseconds to accept and to poll a claim over HTTP while the real service (`assay up`) fetches
  and judges other claims, with 100,000 claims in its store.

`--write` puts the tables into docs/reference/benchmarks.md; `--part` runs one of them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from statistics import median, quantiles
from typing import Any, TypeVar

import redis
from flask import Flask

from benchmarks.latency import PAGE, PAGES
from benchmarks.search import fill
from benchmarks.server import (
    CONTENDERS,
    ROUNDS,
    Client,
    Contender,
    measure_rate,
    prepare_requests,
    run,
)
from claims.settings import CLIENT_CONNECTIONS_MAX, Settings
from claims.store import connect, keys, schema
from claims.store.embedded import EmbeddedServer, find_server
from evaluation.document import REFERENCE, put_between_marks
from examples.serve import serve_pages
from service.processes.supervisor import Supervisor
from service.server.web_server import Server
from tests.stack.servers import embedded_server

BARE = "benchmarks.http"
T = TypeVar("T")
# Parallel clients that submit claims, and claims of each.
WRITERS, CLAIMS_EACH = 16, 100
# Claims in the store while it is busy, requests timed then, and claims that keep the workers busy.
STORED, SAMPLES, BUSY_WITH = 100_000, 300, 400
# Seconds of each rate in each round.
SECONDS = 1.0


def get(path: str, *headers: str) -> bytes:
    """A GET request as it is sent."""
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", "")
    return "\r\n".join(lines).encode()


def post_claim(text: str, source: str = "https://a.example/") -> bytes:
    """A request that submits a claim."""
    body = json.dumps({"text": text, "sources": [source]}).encode()
    head = (
        f"POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def serve_bare(listener: socket.socket) -> None:
    """Serve two routes without anything around them, until the process is ended."""
    app = Flask("bare")
    store = redis.Redis.from_url(os.environ["ASSAY_REDIS_URL"], decode_responses=True)

    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/v1/claims/<claim_id>")
    def read(claim_id: str) -> dict[str, Any]:
        fields: Any = store.hgetall(keys.CLAIM + claim_id)
        return {"id": claim_id, **fields}

    Server(app, listener, client_connections=CLIENT_CONNECTIONS_MAX).run()


def measure_polls() -> str:
    """The table of answers per second, each beside that of the bare route."""
    bare = Contender(BARE, BARE, lambda _: ("--bare",), inherits=1)
    shipped = CONTENDERS[0]
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name) / "data") as url:
        prepared = prepare_requests(url)
        claim, log = prepared["GET a claim"], Path(name) / "log"
        with run(bare, url, log) as plain, run(shipped, url, log) as own:
            targets = {
                "bare Flask route": (plain, get("/livez")),
                "bare Flask route that reads the claim": (plain, claim),
                "/livez": (own, get("/livez")),
                "a claim": (own, claim),
                "a claim, unchanged (304)": (own, prepared["GET, unchanged (304)"]),
                "changes": (own, get("/v1/changes?since=0-0")),
                "list of claims": (own, get("/v1/claims")),
            }
            rounds: dict[str, list[float]] = {target: [] for target in targets}
            for number in range(ROUNDS):
                say(f"polls: round {number + 1} of {ROUNDS}")
                for target, (port, request) in targets.items():
                    rounds[target].append(measure_rate(port, request, seconds=SECONDS))
    rates = {target: median(found) for target, found in rounds.items()}
    first, second, *_ = rates.values()
    rows = (
        f"| {target} | {rate:.0f} | {rate / first:.2f} | {rate / second:.2f} |"
        for target, rate in rates.items()
    )
    return "\n".join(
        [
            "| | answers per second | times the first | times the second |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    )


@contextmanager
def durable_store() -> Iterator[tuple[str, Path]]:
    """A store as in `assay up`, whose writes are on disk before its answers; address, and a log."""
    with tempfile.TemporaryDirectory(prefix="assay-http-") as folder:
        server = EmbeddedServer(Path(folder) / "data")
        server.start()
        try:
            yield server.url, Path(folder) / "log"
        finally:
            server.stop()


def measure_accepting() -> str:
    """The table of claims accepted per second, beside bare writes with the same durability."""
    with durable_store() as (url, log):
        size = len(post_claim(_text()))
        found = {"bare writes to the store": _write_bare(url, size)}
        with run(CONTENDERS[0], url, log) as port:
            found["POST /v1/claims"] = _time_writers(
                lambda: Client(port), lambda client: client.ask(post_claim(_text()))
            )
    bare = next(iter(found.values()))
    return "\n".join(
        [
            f"| {WRITERS} clients | per second | times the first |",
            "| --- | --- | --- |",
            *(f"| {name} | {rate:.0f} | {rate / bare:.2f} |" for name, rate in found.items()),
        ]
    )


def _write_bare(url: str, size: int) -> float:
    value = "x" * size

    def write(store: redis.Redis) -> None:
        store.hset(f"bare:{token_hex(8)}", "value", value)

    return _time_writers(lambda: redis.Redis.from_url(url), write)


def _time_writers(begin: Callable[[], T], write: Callable[[T], object]) -> float:
    """Calls of `write` per second by WRITERS threads, each with what `begin` gives it."""

    def work(own: T) -> None:
        for _ in range(CLAIMS_EACH):
            write(own)

    with ThreadPoolExecutor(WRITERS) as pool:
        owned = [begin() for _ in range(WRITERS)]
        began_at = time.monotonic()
        list(pool.map(work, owned))
        return WRITERS * CLAIMS_EACH / (time.monotonic() - began_at)


def measure_busy() -> str:
    """The table of milliseconds to accept and to poll, idle and while workers are busy."""
    with contextlib.ExitStack() as stack:
        pages = stack.enter_context(serve_pages(PAGES))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-busy-")))
        fill_folder(folder)
        settings = Settings(redis_url=None, api_token=None, fetch_allow=f"127.0.0.1:{pages.port}")
        service = stack.enter_context(Supervisor(settings, data_folder=folder, port=0, say=say))
        port = int(service.url.rpartition(":")[2])
        source = pages.page_url(PAGE)
        idle = time_requests(port, source)
        client = Client(port)
        for _ in range(BUSY_WITH):
            client.ask(post_claim(_text(), source))
        busy = time_requests(port, source)
        store = connect(str(find_server(folder)))
        waits = store.health().due
        store.close()
    if not waits:
        raise RuntimeError("the workers were done before the measurement: raise BUSY_WITH")
    rows = (
        f"| {name} | {_write_ms(idle[name])} | {_write_ms(busy[name])} | "
        f"{median(busy[name]) / median(idle[name]):.1f} |"
        for name in idle
    )
    return "\n".join(
        [
            f"| ms, median (99th percentile), of {STORED:,} claims | idle | busy workers | times |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    )


def fill_folder(folder: Path) -> None:
    """Store STORED judged claims in the data folder of a service that is to be started."""
    say(f"writing {STORED:,} claims and their index")
    server = EmbeddedServer(folder)
    server.start()
    store = connect(server.url)
    fill(store, STORED)
    schema.upgrade(store.connection)
    store.close()
    server.stop()


def time_requests(port: int, source: str) -> dict[str, list[float]]:
    """Milliseconds of SAMPLES requests of each kind, one after another."""
    client = Client(port)
    header = client.ask(post_claim(_text(), source))
    path = header.partition(b"Location: ")[2].partition(b"\r\n")[0].decode()
    kinds: dict[str, Callable[[], bytes]] = {
        "accept a claim": lambda: post_claim(_text(), source),
        "poll a claim": lambda: get(path),
        "changes": lambda: get("/v1/changes?since=now"),
        "list of claims": lambda: get("/v1/claims?label=REFUTED"),
    }
    spent_ms: dict[str, list[float]] = {name: [] for name in kinds}
    for name, make in kinds.items():
        for _ in range(SAMPLES):
            request = make()
            began_at = time.perf_counter()
            client.ask(request)
            spent_ms[name].append(1000 * (time.perf_counter() - began_at))
    return spent_ms


def _write_ms(spent_ms: list[float]) -> str:
    return f"{median(spent_ms):.1f} ({quantiles(spent_ms, n=100)[98]:.1f})"


def _text() -> str:
    return f"The air base at Manta was used by {token_hex(4)} soldiers until 2009."


PARTS: dict[str, Callable[[], str]] = {
    "polls": measure_polls,
    "accepting": measure_accepting,
    "busy": measure_busy,
}


def say(line: str) -> None:
    """Print a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="one part alone")
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        serve_bare(socket.socket(fileno=options.listener))
        return
    for part in options.part or PARTS:
        table = PARTS[part]()
        print(table, flush=True)
        if options.write:
            put_between_marks(table, f"benchmarks.http {part}", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
