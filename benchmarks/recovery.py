"""python -m benchmarks.recovery: start, repair, backup and restore of a store with 100,000 claims.

Fills a store as in `assay up` on a temporary folder: a tenth of the claims are judged, each with a
verdict and a page that a hundred claims share, and the others wait. Then measures in seconds: the
start of the server with this data; the start after it was killed; `assay repair` after 100 zero
bytes were put at the end of its file; `assay backup` while the server is used, and the longest
submission meanwhile; `assay restore` into an empty folder. Finally the memory is filled: the time
until claims are refused, and until they are accepted again. `--claims` sets another number of
claims, `--write` puts the table into docs/reference/benchmarks.md. Takes about five minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from claims.disk import MEGABYTE
from claims.errors import StoreFull
from claims.ports import NewClaim
from claims.store import RedisStore, connect
from claims.store.backups import make_backup, restore_backup
from claims.store.embedded import EmbeddedServer
from claims.store.repair import repair
from claims.store.server_files import DataFolder
from claims.types import CheckOptions, Claim, ClaimId, Page, Queue
from claims.verdicts.origins import refer_to
from evaluation.document import REFERENCE, put_between_marks
from tests.claims.samples import gathered
from tests.contracts import steps

CLAIMS = 100_000
# One claim in this many is judged.
JUDGED_SHARE = 10
# Number of claims that share a page.
CLAIMS_OF_PAGE = 100
# Number of waiting claims that are submitted at once.
BATCH = 200
THREADS = 8
MARK = "benchmarks.recovery"


class Filler:
    """Puts claims into a store, the judged ones by the steps of a worker."""

    def __init__(self, store: RedisStore, claims: int) -> None:
        self._store = store
        self._claims = claims
        self._pages: list[Page] = []

    def fill(self) -> None:
        """Judge a tenth of the claims, and submit the others; progress on stderr."""
        judged = self._claims // JUDGED_SHARE
        for number in range(max(1, judged // CLAIMS_OF_PAGE)):
            text = f"The bridge {number} is {number} metres long, the engineer said. " * 60
            self._pages.append(
                steps.read_page(self._store, text, url=f"https://a.example/{number}")
            )
        with ThreadPoolExecutor(THREADS) as pool:
            for done, _ in enumerate(pool.map(self._judge_one, range(judged)), 1):
                if done % 1_000 == 0:
                    say(f"{done:,} of {judged:,} claims judged")
        for first in range(judged, self._claims, BATCH):
            last = min(first + BATCH, self._claims)
            self._store.submit_claims([make_claim(number) for number in range(first, last)])
        say(f"{self._claims:,} claims submitted")

    def _judge_one(self, number: int) -> None:
        self._store.submit_claim(make_claim(number))
        page = self._pages[number % len(self._pages)]
        lease = self._store.take(Queue.FETCH, worker="filler", ttl_s=3600)
        assert lease is not None
        assert self._store.commit_gathering(lease, gathered(refer_to(page, origin="o1")))
        lease = self._store.take(Queue.SCORE, worker="filler", ttl_s=3600)
        assert lease is not None
        assert steps.commit_verdict(self._store, lease, cites=page)


def make_claim(number: int) -> NewClaim:
    """A claim with a unique text."""
    text = f"The bridge at Karst was crossed by {number} lorries in 2024."
    return NewClaim(
        id=ClaimId(f"c_{token_hex(16)}"),
        claim=Claim(text=text, sentence=text),
        options=CheckOptions(sources=("https://a.example/",)),
    )


def measure(folder: Path, claims: int) -> Iterator[tuple[str, str]]:
    """Rows of the table: the name of each step, and its time or size."""
    data = DataFolder(folder / "data")
    server = EmbeddedServer(data.path)
    server.start()
    store = connect(server.url, queue_max=10**7)
    # While it is filled, the server does not wait for the disk.
    store.connection.command("CONFIG", "SET", "appendfsync", "no")
    Filler(store, claims).fill()
    used = int(store.connection.command("INFO", "memory")["used_memory"])
    yield "memory of the store", f"{used // MEGABYTE:,} MB"
    store.close()
    server.stop()
    yield "its file", f"{sum(f.stat().st_size for f in data.files.iterdir()) // MEGABYTE:,} MB"
    yield "start of the server", time_call(server.start)
    os.kill(server.pid, signal.SIGKILL)
    while server.is_running():
        time.sleep(0.01)
    yield "start after kill -9", time_call(server.start)
    yield from measure_backup(server, data, folder / "backup")
    server.stop()
    file = max(data.files.glob("*.incr.aof"))
    with file.open("ab") as end:
        end.write(b"\0" * 100)
    yield (
        "`assay repair` of 100 zero bytes, with loading the rest",
        time_call(lambda: repair(data.path, force=False)),
    )
    yield (
        "`assay restore` into an empty folder",
        time_call(lambda: restore_backup(folder / "backup", folder / "again", force=False)),
    )
    with EmbeddedServer(folder / "again") as restored:
        yield from measure_memory(restored.url)


def measure_backup(
    server: EmbeddedServer, data: DataFolder, file: Path
) -> Iterator[tuple[str, str]]:
    """The backup, and the longest submission while it is made."""
    with submissions(server.url) as took:
        yield (
            "`assay backup`, with loading it",
            time_call(lambda: make_backup(server.url, data, file)),
        )
    yield "longest submission meanwhile", f"{max(took):.2f} s"
    yield "the backup", f"{file.stat().st_size // MEGABYTE:,} MB"


@contextmanager
def submissions(url: str) -> Iterator[list[float]]:
    """Submit a claim every 20 ms inside the block; gives the seconds of each."""
    took: list[float] = []
    stopped = threading.Event()

    def submit() -> None:
        store = connect(url, queue_max=10**7)
        while not stopped.wait(0.02):
            began = time.monotonic()
            store.submit_claim(steps.with_options(steps.new_claim(len(took)), sources=()))
            took.append(time.monotonic() - began)
        store.close()

    thread = threading.Thread(target=submit)
    thread.start()
    try:
        yield took
    finally:
        stopped.set()
        thread.join()


def measure_memory(url: str) -> Iterator[tuple[str, str]]:
    """The time until a full memory is detected, and until free memory is detected again."""
    store = connect(url, queue_max=10**7)
    store.connection.command("CONFIG", "SET", "maxmemory", "1mb")
    yield "memory full, until claims are refused", time_call(lambda: wait(store, is_full=True))
    store.connection.command("CONFIG", "SET", "maxmemory", "0")
    yield "limit raised, until they are accepted", time_call(lambda: wait(store, is_full=False))
    store.close()


def wait(store: RedisStore, *, is_full: bool) -> None:
    """Submit claims until they are refused, or accepted."""
    deadline = datetime.now(UTC) + timedelta(minutes=1)
    number = 10**9
    while datetime.now(UTC) < deadline:
        number += 1
        try:
            store.submit_claim(steps.new_claim(number))
        except StoreFull:
            if is_full:
                return
        else:
            if not is_full:
                return
        time.sleep(0.01)
    raise RuntimeError("claims were not refused, or not accepted again, within a minute")


def time_call(call: Callable[[], object]) -> str:
    """The seconds that a call takes, as text."""
    began = time.monotonic()
    call()
    return f"{time.monotonic() - began:.2f} s"


def say(line: str) -> None:
    """Print a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="number of claims")
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    options = parser.parse_args()
    lines = [f"| {options.claims:,} claims | |", "| --- | --- |"]
    with tempfile.TemporaryDirectory(prefix="assay-recovery-") as folder:
        for name, result in measure(Path(folder), options.claims):
            say(f"{name}: {result}")
            lines.append(f"| {name} | {result} |")
    load = os.getloadavg()[0]
    lines += ["", f"Load of the machine at the end: {load:.1f} on {os.cpu_count()} cores."]
    table = "\n".join(lines)
    print(table)
    if options.write:
        put_between_marks(table, MARK, REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
