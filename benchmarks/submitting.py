"""python -m benchmarks.submitting: the processor time that one submission costs the API.

Runs a store as in `assay up` on a temporary folder and the app of `service.server` in this process,
without a network, and submits claims one after another to POST /v1/claims. Prints microseconds of
processor time of this process for each request, the least of some rounds, and with `--profile` the
functions in which they are spent, from cProfile. Processor time depends less than elapsed time on
what else the machine does.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from pathlib import Path
from secrets import token_hex

from flask.testing import FlaskClient

from claims.store.embedded import EmbeddedServer
from service.server.wsgi import build

ROUNDS = 5


def submit(client: FlaskClient, count: int) -> None:
    """Submit that many claims, each with its own text."""
    for _ in range(count):
        text = f"The bridge over the Norra at {token_hex(4)} cost 42 million in 1987."
        answer = client.post("/v1/claims", json={"text": text})
        if answer.status_code != 202:
            raise RuntimeError(f"not accepted: {answer.status_code} {answer.text}")


def measure_us(client: FlaskClient, requests: int) -> float:
    """Microseconds of processor time for each of these requests."""
    began_at = time.process_time()
    submit(client, requests)
    return (time.process_time() - began_at) / requests * 1e6


def main(arguments: list[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.submitting", description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000, help="of all rounds together")
    parser.add_argument("--profile", action="store_true", help="print where the time is spent")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="assay-submitting-") as folder,
        EmbeddedServer(Path(folder) / "data") as server,
    ):
        os.environ["ASSAY_REDIS_URL"] = server.url
        client = build().test_client()
        submit(client, 50)  # loads scripts and opens connections
        if options.profile:
            profile = cProfile.Profile(time.process_time)
            profile.runcall(submit, client, options.requests)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
            return 0
        each = options.requests // ROUNDS
        least = min(measure_us(client, each) for _ in range(ROUNDS))
    print(f"POST /v1/claims: {least:.0f} microseconds of processor time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
