"""python -m benchmarks.gathering: time to fetch the pages of a claim, and fetches per page.

First table: one claim with each source on its own host (addresses of the loopback network). The
hosts answer after up to SLOWEST_S seconds; gathering should take little more than the slowest host,
for any number of sources. Second table: many claims that cite the same pages, through two real
workers and the store, with the rate limit of production; each page should be fetched once.
`--write` puts the tables into docs/reference/benchmarks.md. Takes about a minute.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex

from claims.pipeline import gather_evidence, source_fetching
from claims.ports import NewClaim
from claims.sources.cache import MemoryPageCache
from claims.sources.fetch import WebFetcher
from claims.sources.gate import MemoryHostGate
from claims.sources.pacing import Pacing
from claims.sources.vetting import AllowList
from claims.store import connect
from claims.store.embedded import EmbeddedServer
from claims.types import Check, CheckOptions, Claim, ClaimId, ClaimStatus
from evaluation.document import REFERENCE, put_between_marks
from tests.stack.workers import CeleryProcess, wait_until

# Latency of the slowest host.
SLOWEST_S = 1.0
# Numbers of sources, and numbers of parallel fetches, that the first table compares.
SOURCES = (1, 8, 40)
AT_ONCE = (6, 16, 32)
# Claims, and pages that each claim cites, for the second table.
CLAIMS, PAGES = 50, 8
CLAIM = "The level of Lake Orrin has fallen to 371 metres."
PAGE = "".join(
    f"<p>The level of Lake Orrin has fallen to 371 metres, the board said on day {n}.</p>"
    for n in range(60)
)


class Site(ThreadingHTTPServer):
    """A web server for one host; pages take `latency_s`, robots.txt is answered at once with 404.

    `asked` counts the requests by path.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str, *, latency_s: float) -> None:
        super().__init__((address, 0), _Handler)
        self.latency_s = latency_s
        self.asked: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def place(self) -> str:
        return f"{self.server_address[0]!s}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        time.sleep(self.server.latency_s)
        body = f"<html><title>Lake</title><article>{PAGE}{self.path}</article></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *_: object) -> None:
        """Log nothing."""

    log_error = log_request


# --- one claim, many hosts -----------------------------------------------------------------------


def serve_sites(count: int) -> None:
    """Serve a page on each of `count` hosts and print their addresses, until stdin is closed."""
    sites = [Site(f"127.0.1.{n + 1}", latency_s=SLOWEST_S * (1 + n) / count) for n in range(count)]
    print(",".join(site.place for site in sites), flush=True)
    sys.stdin.read()


@contextlib.contextmanager
def started_sites(count: int) -> Iterator[list[str]]:
    """`serve_sites` in a process of its own, so that it takes no time from the measured process."""
    command = [sys.executable, "-m", "benchmarks.gathering", "--serve", str(count)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().split(",")
        process.communicate("")


def gather(places: Sequence[str], *, at_once: int) -> float:
    """Seconds to gather one claim with a source on each host (`places` are host:port)."""
    check = Check(
        claim=Claim(text=CLAIM, sentence=CLAIM),
        options=CheckOptions(sources=tuple(f"http://{place}/page" for place in places)),
        requested_at=datetime.now(UTC),
    )
    source_fetching.FETCHES_AT_ONCE = at_once
    allow = AllowList.parse(",".join(places))
    with WebFetcher(allow=allow, pacing=Pacing(MemoryHostGate())) as fetcher:
        fetcher.read_html(PAGE, url="")  # starts the process that extracts text
        began_at = time.monotonic()
        found = gather_evidence(check, pages=MemoryPageCache(), fetcher=fetcher)
        took_s = time.monotonic() - began_at
    assert found.coverage.fetched == len(places), found.coverage.failed
    return took_s


def measure_gathering() -> list[str]:
    """Rows of the first table."""
    shipped = source_fetching.FETCHES_AT_ONCE
    columns = sorted({*AT_ONCE, shipped})
    heads = [f"{n} at once{' (shipped)' if n == shipped else ''}" for n in columns]
    rows = [_row("sources", *heads), _row(*["---"] * (1 + len(columns)))]
    for count in SOURCES:
        with started_sites(count) as places:
            times = [gather(places, at_once=n) for n in columns]
        rows.append(_row(str(count), *(f"{s:.2f} ({s / SLOWEST_S:.1f})" for s in times)))
    return rows


# --- many claims, the same pages -----------------------------------------------------------------


def measure_sharing(folder: Path) -> list[str]:
    """Rows of the second table."""
    site = Site("127.0.0.1", latency_s=0.2)
    os.environ["ASSAY_FETCH_ALLOW"] = site.place
    sources = tuple(f"http://{site.place}/page-{n}" for n in range(PAGES))
    with EmbeddedServer(folder / "data") as server:
        store = connect(server.url)
        options = ("--queues", "fetch,score,tick", "--concurrency", "2", "--without-mingle")
        workers = [
            CeleryProcess(
                "tests.stack.web_worker", "worker", *options, "--hostname", f"w{n}@bench",
                folder=folder, store_url=server.url,
            )
            for n in range(2)
        ]  # fmt: skip
        try:
            wait_until(lambda: len(store.health().workers) == 2)
            began_at = time.monotonic()
            claims = [
                store.submit_claim(
                    NewClaim(
                        id=ClaimId(f"c_{token_hex(16)}"),
                        claim=Claim(text=CLAIM, sentence=CLAIM),
                        options=CheckOptions(sources=sources),
                    )
                )
                for _ in range(CLAIMS)
            ]
            done = (ClaimStatus.JUDGED, ClaimStatus.FAILED)
            wait_until(
                lambda: all(store.get_claim(claim).record.status in done for claim in claims),
                patience_s=300,
            )
            took_s = time.monotonic() - began_at
        finally:
            for worker in workers:
                worker.end()
        verdicts = [store.get_claim(claim).record.verdict for claim in claims]
        store.close()
    fetches = [site.asked[f"/page-{n}"] for n in range(PAGES)]
    looked_at = sum(verdict.coverage.fetched for verdict in verdicts if verdict)
    cells = (CLAIMS, PAGES, looked_at, min(fetches), max(fetches), f"{took_s:.0f}")
    return [
        _row(
            "claims", "pages each", "pages looked at", "fewest fetches of a page", "most", "seconds"
        ),
        _row(*["---"] * 6),
        _row(*map(str, cells)),
    ]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve_sites(options.serve)
        return
    alone = f"""\
Seconds to gather one claim's sources, each on its own host, the slowest of which takes \
{SLOWEST_S:g} s (times the slowest), by how many are fetched at once:
"""
    shared = f"""
{CLAIMS} claims that cite the same {PAGES} pages of one host, through two workers with two \
processes each, the host asked once a second:
"""
    lines = [alone, *measure_gathering(), shared]
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        lines += measure_sharing(Path(folder))
    table = "\n".join(lines)
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.gathering", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
