"""The sizes of pages and files, plain and compressed, and the processor time of compressing them.

    .venv/bin/python -m benchmarks.page_weights --url http://127.0.0.1:8400 / /articles/a_...

Asks a running service for each path in both forms, and compresses the plain one again to time it.
"""

from __future__ import annotations

import argparse
import gzip
import time
import urllib.request

from service.http.compression import LEVEL

ROUNDS = 10


def fetch(address: str, *, encoding: str) -> bytes:
    """The body of the answer as it is sent."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": encoding})  # noqa: S310 - the address of the person who runs this
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - see above
        body: bytes = answer.read()
    return body


def time_compression(body: bytes) -> float:
    """Mean processor time of compressing the body, in seconds."""
    begun = time.process_time()
    for _ in range(ROUNDS):
        gzip.compress(body, LEVEL, mtime=0)
    return (time.process_time() - begun) / ROUNDS


def main() -> None:
    """Print a row of a table for each path."""
    parser = argparse.ArgumentParser(description="Print the sizes of pages, plain and compressed.")
    parser.add_argument("--url", required=True, help="address of the service")
    parser.add_argument("paths", nargs="+")
    chosen = parser.parse_args()
    print("| path | plain | compressed | share | processor time |")
    print("|---|---|---|---|---|")
    for path in chosen.paths:
        plain = fetch(chosen.url + path, encoding="identity")
        packed = fetch(chosen.url + path, encoding="gzip")
        print(
            f"| `{path}` | {len(plain):,} B | {len(packed):,} B | {len(packed) / len(plain):.0%} "
            f"| {time_compression(plain) * 1000:.1f} ms |"
        )


if __name__ == "__main__":
    main()
