"""python -m benchmarks.search: time of lists with filters and of word search, by number of claims.

Fills a temporary store with judged claims in the form of schema 2, times the upgrade that makes the
index, and then requests to the API in this process, without a network. Words have the frequencies
of a language (Zipf); each request draws other words. Also prints the memory of the index for each
claim. `--write` puts the table into docs/reference/benchmarks.md. `--claims 1000` measures that
number of claims alone; 100,000 take some minutes and half a gigabyte.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import redis
import structlog
from flask.testing import FlaskClient

from claims.settings import Settings
from claims.store import RedisStore, connect, keys, schema
from claims.store.embedded import EmbeddedServer
from claims.types import VerdictLabel
from evaluation.document import REFERENCE, put_between_marks
from service.app import create_app

SIZES = (1_000, 10_000, 100_000)
# Requests timed for each kind of search.
SAMPLES = 100
# Different words, and words of a claim.
VOCABULARY = 20_000
WORDS = 14
# Claims written to the store in one round trip.
BATCH = 1000
# Milliseconds since 1970 of the first claim, and between two claims.
BEGAN_MS, APART_MS = 1_760_000_000_000, 60_000
# Length of an explanation in characters; it gives a verdict the size of one with some evidence.
VERDICT_CHARS = 4000

WORD_LIST = [f"word{number}" for number in range(VOCABULARY)]
SUMS = list(accumulate(1 / (number + 2) for number in range(VOCABULARY)))
LABELS = random.Random(1).choices(list(VerdictLabel), (4, 1, 1, 4), k=1000)  # noqa: S311 - no secrets


def write_claim(number: int, chance: random.Random) -> list[tuple[str | int, ...]]:
    """The commands that store one judged claim as schema 2 did."""
    claim_id = f"c_{number:032x}"
    text = " ".join(chance.choices(WORD_LIST, cum_weights=SUMS, k=WORDS))
    label = LABELS[number % len(LABELS)]
    confidence = round(chance.uniform(0.3, 0.99), 4)
    verdict = {
        "label": label,
        "confidence": confidence,
        "checked_at": "2026-01-05T09:30:02Z",
        "explanation": "x" * VERDICT_CHARS,
        "evidence": [
            {"page": {"url": f"https://news{chance.randrange(200)}.example.org/{n}"}}
            for n in range(3)
        ],
    }
    entry = {
        "check": 1,
        "checked_at": "2026-01-05T09:30:02Z",
        "label": label,
        "support": 0.5,
        "confidence": confidence,
        "changed": False,
        "scored": True,
    }
    fields = {
        "version": 1,
        "status": "judged",
        "check": 1,
        "requested_ms": BEGAN_MS,
        "created_ms": BEGAN_MS + number * APART_MS,
        "claim": json.dumps({"text": text, "sentence": text, "claimant": f"Person {number % 500}"}),
        "options": "{}",
        "heading": text,
        "label": label,
        "verdict": json.dumps(verdict),
        "verdict_check": 1,
        "finished": 1,
    }
    return [
        ("HSET", keys.CLAIM + claim_id, *(word for pair in fields.items() for word in pair)),
        ("ZADD", keys.CLAIMS, number + 1, claim_id),
        ("RPUSH", keys.HISTORY + claim_id, json.dumps(entry)),
    ]


def fill(store: RedisStore, claims: int) -> None:
    """Store this number of claims in the form of the last release without an index."""
    chance = random.Random(claims)  # noqa: S311 - no secrets
    for first in range(0, claims, BATCH):
        numbers = range(first, min(first + BATCH, claims))
        store.connection.read(*(words for n in numbers for words in write_claim(n, chance)))
    store.connection.command("SET", keys.SERIAL, claims)
    store.connection.command("SET", keys.SCHEMA, 2)


def list_searches(claims: int) -> dict[str, Callable[[random.Random], dict[str, object]]]:
    """The kinds of search: each gives the parameters of one request."""

    def word(chance: random.Random, lowest: int, highest: int) -> str:
        return WORD_LIST[chance.randrange(lowest, highest)]

    def moment(share: float) -> str:
        seconds = (BEGAN_MS + int(share * claims) * APART_MS) // 1000
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))

    return {
        "no filter": lambda _: {},
        "one label": lambda _: {"label": "REFUTED"},
        "label, site, least confidence": lambda c: {
            "label": ["REFUTED", "SUPPORTED"],
            "site": f"news{c.randrange(200)}.example.org",
            "min_confidence": 0.7,
        },
        "a time in the middle": lambda _: {"since": moment(0.4), "until": moment(0.6)},
        "a rare word": lambda c: {"q": word(c, 5_000, 10_000)},
        "a frequent and a rare word": lambda c: {"q": f"{word(c, 0, 5)} {word(c, 500, 2000)}"},
        "two frequent words": lambda c: {"q": f"{word(c, 0, 5)} {word(c, 5, 20)}"},
        "a word, by confidence": lambda c: {"q": word(c, 1_000, 5_000), "sort": "confidence"},
        "a frequent word, by confidence": lambda c: {"q": word(c, 0, 5), "sort": "confidence"},
        "nothing fits (look-ups used up)": lambda _: {
            "q": f"{WORD_LIST[0]} {WORD_LIST[1]}",
            "label": "SUPPORTED",
            "min_confidence": 0.999,
        },
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """The times of requests in milliseconds, and the mean processor time of the store for one.

    The latter does not depend on other load of the processors; the store has no other client.
    """

    median_ms: float
    p99_ms: float
    store_ms: float


def time_search(
    client: FlaskClient,
    draw: Callable[[random.Random], dict[str, object]],
    read_store_s: Callable[[], float],
) -> Cost:
    """The cost of SAMPLES requests, one after another."""
    chance = random.Random(7)  # noqa: S311 - no secrets
    spent_ms = []
    store_s = read_store_s()
    for _ in range(SAMPLES):
        path = f"/v1/claims?{urlencode(draw(chance), doseq=True)}"
        began_at = time.perf_counter()
        answer = client.get(path)
        spent_ms.append(1000 * (time.perf_counter() - began_at))
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered with {answer.status_code}")
    store_ms = 1000 * (read_store_s() - store_s) / SAMPLES
    return Cost(median(spent_ms), quantiles(spent_ms, n=100)[98], store_ms)


def measure(claims: int) -> tuple[dict[str, Cost], str]:
    """The times of all kinds of search with this number of claims, and a line on the index."""
    with tempfile.TemporaryDirectory(prefix="assay-search-") as folder:
        server = EmbeddedServer(Path(folder))
        server.start()
        try:
            store = connect(server.url)
            info = redis.Redis.from_url(server.url)
            say(f"writing {claims:,} claims")
            fill(store, claims)

            def read_store_s() -> float:
                used = info.info("cpu")
                return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])  # type: ignore[index]

            before = int(info.info("memory")["used_memory_dataset"])  # type: ignore[index]
            began_at, spent_s = time.perf_counter(), time.process_time() + read_store_s()
            schema.upgrade(store.connection)
            upgrade_s = time.perf_counter() - began_at
            spent_s = time.process_time() + read_store_s() - spent_s
            after = int(info.info("memory")["used_memory_dataset"])  # type: ignore[index]
            line = (
                f"{claims:,} claims: the upgrade made the index in {upgrade_s:.1f} s "
                f"({spent_s:.1f} s of processor time); it takes {(after - before) / claims:.0f} "
                "bytes for each claim."
            )
            say(line)
            settings = Settings(redis_url=server.url, api_token=None)
            client = create_app(settings, store=store, notify=lambda: None).test_client()
            times = {
                name: time_search(client, draw, read_store_s)
                for name, draw in list_searches(claims).items()
            }
            info.close()
            store.close()
        finally:
            server.stop()
    return times, line


def write_table(sizes: Sequence[int]) -> str:
    """Measure each number of claims; returns the Markdown table."""
    found = [measure(claims) for claims in sizes]
    rows = (
        f"| {name} | "
        + " | ".join(
            f"{times[name].median_ms:.1f} ({times[name].p99_ms:.1f}), {times[name].store_ms:.2f}"
            for times, _ in found
        )
        + " |"
        for name in found[0][0]
    )
    heads = " | ".join(f"{claims:,} claims" for claims in sizes)
    return "\n".join(
        [
            f"| ms, median (99th percentile), processor time of the store | {heads} |",
            "| --- " * (len(sizes) + 1) + "|",
            *rows,
            "",
            *(f"{line}  " for _, line in found),
        ]
    )


def say(line: str) -> None:
    """Print a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=SIZES, help="numbers of claims")
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    options = parser.parse_args()
    # The time for a log line per request must not be measured.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    table = write_table(options.claims)
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.search", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
