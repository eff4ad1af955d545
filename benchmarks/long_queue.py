"""python -m benchmarks.long_queue: time to submit, poll and take a claim with 100,000 in the queue.

Runs a store as in `assay up` (each write is on disk before its answer) on a temporary folder, and
the API in this process, without a network. Times the same calls with a short queue and with 100,000
waiting claims, without workers; the ratio can be compared between machines. Also prints the memory
of the store per claim, with its entry in the index of the queue. `--write` puts the table into
docs/reference/benchmarks.md. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median, quantiles

import redis
import structlog
from flask.testing import FlaskClient

from claims.ports import NewClaim
from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.store.embedded import EmbeddedServer
from claims.types import CheckOptions, Claim, ClaimId, Queue
from evaluation.document import REFERENCE, put_between_marks
from service.app import create_app

# Length of the long queue.
CLAIMS = 100_000
# Calls timed per measurement.
SAMPLES = 500
# Lease of a taken item: longer than the benchmark, so that no item returns to the queue.
LEASE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Median and 99th percentile of one kind of call, in milliseconds."""

    median_ms: float
    p99_ms: float


class StoreUnderLoad:
    """The calls that are timed, on the store and on its API, with one claim for polling."""

    def __init__(self, store: RedisStore, client: FlaskClient, store_url: str) -> None:
        self._store = store
        self._client = client
        self._server = redis.Redis.from_url(store_url)
        self._path = f"/v1/claims/{self.submit()}"
        self._etag = ""

    def submit(self, number: int = 0) -> ClaimId:
        """Submit one claim to the store; returns its id."""
        claim_id = ClaimId(f"c_{token_hex(16)}")
        text = f"The bridge at Karst was crossed by {number} lorries in 2024."
        options = CheckOptions(sources=("http://source.example/bridge",))
        claim = Claim(text=text, sentence=text)
        new = NewClaim(id=claim_id, claim=claim, options=options)
        return self._store.submit_claim(new)

    def look(self) -> None:
        """Read the ETag of the polled claim, for `poll`."""
        self._etag = self._client.get(self._path).headers["ETag"]

    def poll(self) -> None:
        """GET the unchanged claim with its ETag. Raises RuntimeError unless the status is 304."""
        answer = self._client.get(self._path, headers={"If-None-Match": self._etag})
        if answer.status_code != 304:
            raise RuntimeError(f"{self._path} was answered with {answer.status_code}, not 304")

    def take(self) -> None:
        """Take the next item, as a worker does. Raises RuntimeError when there is none."""
        if self._store.take(Queue.FETCH, worker="loaded", ttl_s=LEASE_S) is None:
            raise RuntimeError("nothing to take")

    def fill(self) -> None:
        """Submit CLAIMS claims from eight threads; progress on stderr."""
        with ThreadPoolExecutor(8) as pool:
            for done, _ in enumerate(pool.map(self.submit, range(CLAIMS)), 1):
                if done % 10_000 == 0:
                    say(f"{done:,} of {CLAIMS:,} claims submitted")

    def memory_bytes(self) -> int:
        """Memory of the store's data set in bytes."""
        return int(self._server.info("memory")["used_memory_dataset"])  # type: ignore[index]

    def close(self) -> None:
        """Close the connections."""
        self._server.close()
        self._store.close()


def time_calls(call: Callable[[], object]) -> Timing:
    """Time SAMPLES calls, one after another."""
    spent_ms = []
    for _ in range(SAMPLES):
        began_at = time.perf_counter()
        call()
        spent_ms.append(1000 * (time.perf_counter() - began_at))
    return Timing(median(spent_ms), quantiles(spent_ms, n=100)[98])


def measure(loaded: StoreUnderLoad) -> str:
    """Measure with the short queue and with the long queue; returns the Markdown table."""
    calls: dict[str, Callable[[], object]] = {
        "submit a claim": loaded.submit,
        "GET a claim, unchanged (304)": loaded.poll,
        "take the next item": loaded.take,
    }
    loaded.look()
    few = {name: time_calls(call) for name, call in calls.items()}
    before = loaded.memory_bytes()
    loaded.fill()
    each = (loaded.memory_bytes() - before) / CLAIMS
    loaded.look()
    full = {name: time_calls(call) for name, call in calls.items()}
    rows = (
        f"| {name} | {few[name].median_ms:.2f} ({few[name].p99_ms:.1f}) | "
        f"{full[name].median_ms:.2f} ({full[name].p99_ms:.1f}) | "
        f"{full[name].median_ms / few[name].median_ms:.1f} |"
        for name in calls
    )
    return "\n".join(
        [
            f"| milliseconds, median (99th percentile) | short queue | {CLAIMS:,} claims | times |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            f"Memory of the store for each waiting claim: {each:.0f} bytes.",
        ]
    )


def say(line: str) -> None:
    """Print a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    options = parser.parse_args()
    # The time for a log line per request must not be measured.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="assay-loaded-") as folder:
        server = EmbeddedServer(Path(folder))
        server.start()
        try:
            store = connect(server.url, queue_max=2 * CLAIMS)
            settings = Settings(redis_url=server.url, api_token=None)
            app = create_app(settings, store=store, notify=lambda: None)
            loaded = StoreUnderLoad(store, app.test_client(), server.url)
            table = measure(loaded)
            loaded.close()
        finally:
            server.stop()
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.long_queue", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
