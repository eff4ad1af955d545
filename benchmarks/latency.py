"""python -m benchmarks.latency: latency of a single claim, in an idle service and in a busy one.

Runs the real service (`assay up`: store, API, workers, shipped judge) on a temporary folder, and a
web server with one of the example pages as source. Submits one claim at a time and waits for its
verdict, first in the idle service, then with 5,000 single claims and an article of 150 kB in the
queue, all with normal priority. The ratio can be compared between machines. Also prints the maximum
number of messages in the broker's queues. `--write` puts the table into
docs/reference/benchmarks.md. Takes about five minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import redis

from claims.settings import Settings
from claims.store import connect
from claims.store.embedded import find_server
from claims.types import ClaimId, ClaimStatus, Queue
from evaluation.document import REFERENCE, put_between_marks
from examples.serve import serve_pages
from service.client import Client
from service.processes.supervisor import Supervisor
from workers.config import KEY_PREFIX

PAGES = Path(__file__).resolve().parents[1] / "examples" / "pages"
PAGE = "manta-base.html"
# Load of the second measurement: single claims, and length of the article in characters.
SINGLE_CLAIMS, ARTICLE_CHARS = 5_000, 150_000
# Claims timed per measurement.
SAMPLES = 9
# Timeout for a verdict.
PATIENCE_S = 300.0
# Interval between two counts of the broker's messages.
LOOK_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds to the verdict per claim, and the maximum number of messages in the broker."""

    seconds: tuple[float, ...]
    messages: int

    @property
    def median_s(self) -> float:
        """Median seconds to the verdict."""
        return median(self.seconds)


class RunningService:
    """Client of a running service, with access to its store and its broker."""

    def __init__(self, url: str, source: str, store_url: str) -> None:
        self._client = Client(url)
        self._source = source
        self._store = connect(store_url)
        self._broker = redis.Redis.from_url(store_url.replace("db=0", "db=1"))
        self._random = random.Random(16)  # noqa: S311 - the same claims in each run

    def claim(self) -> str:
        """A new random claim about the source page."""
        count, year = self._random.randrange(100, 100_000), self._random.randrange(1950, 2025)
        return f"The air base at Manta was used by {count} soldiers until {year}."

    def submit(self, _: object = None) -> ClaimId:
        """Submit one claim; returns its id."""
        return self._client.submit_claim({"text": self.claim(), "sources": [self._source]})

    def submit_much(self) -> None:
        """Submit the article and SINGLE_CLAIMS claims, without waiting for their verdicts."""
        sentences: list[str] = []
        while sum(map(len, sentences)) < ARTICLE_CHARS - len(sentences):
            sentences.append(f"Base {len(sentences)} has {self._random.randrange(9_999)} men.")
        text = " ".join(sentences)[:ARTICLE_CHARS]
        self._client.submit_article({"text": text, "sources": [self._source]})
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self.submit, range(SINGLE_CLAIMS)))

    def time_one(self) -> float:
        """Seconds from the submission of a claim to its verdict.

        Raises RuntimeError when there is none within PATIENCE_S.
        """
        began_at = time.monotonic()
        claim = self._client.wait_for_claim(self.submit(), timeout_s=PATIENCE_S)
        if claim.status is not ClaimStatus.JUDGED:
            raise RuntimeError(f"no verdict within {PATIENCE_S:g} s: {claim.status}")
        return time.monotonic() - began_at

    def sample(self, count: int) -> Sample:
        """Time `count` claims, one after another, and count the broker's messages meanwhile."""
        messages: list[int] = []
        done = threading.Event()

        def look() -> None:
            while not done.wait(LOOK_EVERY_S):
                messages.append(self.count_messages())

        watch = threading.Thread(target=look)
        watch.start()
        seconds = tuple(self.time_one() for _ in range(count))
        done.set()
        watch.join()
        return Sample(seconds, max(messages, default=0))

    def count_waiting(self) -> int:
        """Number of work items that are due or leased."""
        health = self._store.health()
        return health.due + health.leased

    def count_messages(self) -> int:
        """Number of messages in the broker's work queues."""
        return sum(int(self._broker.llen(f"{KEY_PREFIX}{queue}")) for queue in Queue)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close the connections."""
        self._store.close()
        self._broker.close()


@contextmanager
def started_service() -> Iterator[RunningService]:
    """Start pages and service; stops them at the end of the block."""
    with contextlib.ExitStack() as stack:
        pages = stack.enter_context(serve_pages(PAGES))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-running-")))
        settings = Settings(redis_url=None, api_token=None, fetch_allow=f"127.0.0.1:{pages.port}")
        service = stack.enter_context(Supervisor(settings, data_folder=folder, port=0, say=say))
        running = RunningService(service.url, pages.page_url(PAGE), str(find_server(folder)))
        yield running
        running.close()


def measure(running: RunningService) -> tuple[Sample, Sample]:
    """Measure in the idle service, then with the queue filled."""
    with ThreadPoolExecutor(4) as pool:  # warm-up: each process loads its judge at its first claim
        list(pool.map(lambda _: running.time_one(), range(8)))
    idle = running.sample(SAMPLES)
    say(f"idle: {idle.median_s:.2f} s")
    running.submit_much()
    say(f"{running.count_waiting()} items wait")
    return idle, running.sample(SAMPLES)


def write_table(idle: Sample, loaded: Sample) -> str:
    """Markdown table of both samples, with the ratio of the medians."""

    def row(name: str, sample: Sample) -> str:
        spread = f"{min(sample.seconds):.1f} to {max(sample.seconds):.1f}"
        ratio = sample.median_s / idle.median_s
        return f"| {name} | {sample.median_s:.1f} | {spread} | {ratio:.1f} | {sample.messages} |"

    return "\n".join(
        [
            "| | seconds to the verdict | lowest to highest | times idle | most messages |",
            "| --- | --- | --- | --- | --- |",
            row("idle", idle),
            row(f"behind {SINGLE_CLAIMS:,} claims and an article of 150 kB", loaded),
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
    with started_service() as running:
        idle, loaded = measure(running)
    table = write_table(idle, loaded)
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.latency", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
