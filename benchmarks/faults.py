"""python -m benchmarks.faults: answers of the service while its store hangs or its disk is full.

Starts the whole service on a small disk of its own (tmpfs, which needs root), with constant
submission of claims. First the store is stopped (SIGSTOP) and continued; then the disk is filled
and cleared. Measured in seconds: the time until requests are answered, and the time until claims
are accepted again. `--write` puts the table into docs/reference/benchmarks.md. Takes about two
minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from claims.settings import Settings
from claims.store import connect
from claims.store.embedded import find_server
from claims.types import ClaimId, ClaimStatus
from evaluation.document import REFERENCE, put_between_marks
from service.processes.supervisor import Supervisor
from tests.stack.asking import Load, ask, ask_all, pollers
from tests.stack.disks import SmallDisk, small_disk
from tests.stack.workers import wait_until

# Size of the disk, and free space below which the service refuses claims.
DISK_MB, RESERVE_MB = 64, 20
# Clients that long-poll one claim while the store is stopped.
POLLERS = 40
# Time for which the store stays stopped, and the disk full.
STOPPED_S = 20.0
FULL_S = 20.0
CLAIM = "The level of Lake Orrin has fallen to 371 metres."
PAGE = (
    "<html><title>Lake</title><article><p>The level of Lake Orrin has fallen to 371 metres, the "
    "board said on Monday.</p><p>It had stood at 374 metres in spring.</p></article></html>"
)


class _Pages(BaseHTTPRequestHandler):
    """Answers every address with PAGE, except robots.txt with 404."""

    def do_GET(self) -> None:
        body = PAGE.encode()
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def serve_page() -> Iterator[str]:
    """Serve PAGE on a free port; gives host:port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{site.server_port}"
        site.shutdown()


def measure_stopped_store(supervisor: Supervisor, load: Load) -> list[str]:
    """Table rows of the stopped store."""
    claim = load.accepted[0]
    requests = [
        ("POST", "/v1/claims", {"text": CLAIM}),
        ("GET", f"/v1/claims/{claim}", {}),
        ("GET", f"/v1/claims/{claim}?wait=20", {}),
        ("GET", "/readyz", {}),
        ("GET", "/", {}),
    ]
    pid = supervisor.pids["store"]
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    first = ask_all(load, requests)
    time.sleep(1)
    later = [answer for _ in range(5) for answer in ask_all(load, requests)]
    with pollers(load, POLLERS, f"/v1/claims/{claim}?wait=20"):
        alive = [ask(load, "GET", "/livez") for _ in range(50)]
    time.sleep(max(0.0, STOPPED_S - (time.monotonic() - began)))
    os.kill(pid, signal.SIGCONT)
    recovered_s = seconds_until(lambda: ask(load, "GET", "/readyz").status == 200)
    assert {answer.status for answer in [*first, *later]} == {503}
    return [
        _row(
            "store stopped: slowest answer of the first five requests, 503",
            f"{slowest(first):.2f} s",
        ),
        _row("slowest answer afterwards, 503", f"{slowest(later):.2f} s"),
        _row(f"slowest /livez, with {POLLERS} pollers", f"{slowest(alive):.2f} s"),
        _row(f"ready again after SIGCONT ({STOPPED_S:g} s later)", f"{recovered_s:.2f} s"),
    ]


def measure_full_disk(disk: SmallDisk, load: Load) -> list[str]:
    """Table rows of the full disk: first below the reserve, then without free space."""
    disk.fill(left_mb=RESERVE_MB - 5)
    refusals = len(load.refusals)
    refused_s = seconds_until(lambda: len(load.refusals) > refusals)
    disk.fill()
    began = time.monotonic()
    while time.monotonic() < began + FULL_S:  # the store is restarted and ends again
        disk.fill()
        time.sleep(0.2)
    answers = [
        ask(load, "GET", "/v1/claims"),
        ask(load, "GET", "/"),
        ask(load, "POST", "/v1/claims", {"text": CLAIM}),
    ]
    disk.clear()
    accepted = len(load.accepted)
    recovered_s = seconds_until(lambda: len(load.accepted) > accepted)
    refused = [*answers, *load.refusals[refusals:]]
    assert {answer.status for answer in refused} == {503}
    return [
        _row("disk below the reserve: refused after", f"{refused_s:.2f} s"),
        _row("disk full: slowest answer, 503", f"{slowest(refused):.2f} s"),
        _row(f"claims accepted again after space was freed ({FULL_S:g} s later)",
             f"{recovered_s:.2f} s"),
    ]  # fmt: skip


def count_judged(data_folder: Path, claims: list[ClaimId]) -> str:
    """Wait until all claims are finished; returns "ACCEPTED, JUDGED" for the table."""
    store = connect(str(find_server(data_folder)))
    done = (ClaimStatus.JUDGED, ClaimStatus.FAILED)
    wait_until(
        lambda: all(store.get_claim(claim).record.status in done for claim in claims),
        patience_s=300,
    )
    statuses = [store.get_claim(claim).record.status for claim in claims]
    store.close()
    return f"{len(claims)}, {statuses.count(ClaimStatus.JUDGED)}"


def seconds_until(is_true: Callable[[], bool]) -> float:
    began = time.monotonic()
    wait_until(is_true, patience_s=120)
    return time.monotonic() - began


def slowest(answers: list) -> float:
    return max(answer.seconds for answer in answers)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="assay-bench-") as folder,
        small_disk(Path(folder) / "disk", size_mb=DISK_MB) as disk,
        serve_page() as site,
    ):
        settings = Settings(fetch_allow=site, disk_reserve_mb=RESERVE_MB, pace_s=0.0)
        data_folder = disk.folder / "data"
        with Supervisor(settings, data_folder=data_folder, port=0, workers=1) as supervisor:
            port = int(supervisor.url.rpartition(":")[2])
            load = Load(port, {"text": CLAIM, "sources": [f"http://{site}/page"]})
            with load.run():
                wait_until(lambda: len(load.accepted) > 5)
                rows = [*measure_stopped_store(supervisor, load), *measure_full_disk(disk, load)]
            rows.append(_row("claims accepted, judged", count_judged(data_folder, load.accepted)))
    table = "\n".join([_row("", "seconds"), _row("---", "---"), *rows])
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.faults", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
