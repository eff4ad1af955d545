"""Reports whether the workers of this host work: `python -m workers.health`, exit 0 or 1."""

from __future__ import annotations

import socket
import sys

from claims.errors import AssayError
from claims.ports import StoreHealth
from claims.settings import Settings
from claims.wiring import open_store

OLDEST_DUE_S = 120.0


def find_problem(health: StoreHealth, *, host: str) -> str | None:
    """The problem of the workers of `host`, or None.

    There is none when one of them is consuming, and due items are being worked on. A long queue
    alone is no problem, so an old item counts only while nothing is leased.
    """
    if not any(worker.endswith(f"@{host}") for worker in health.workers):
        return f"no worker of {host} is consuming"
    if health.oldest_due_age_s > OLDEST_DUE_S and not health.leased:
        return f"an item has been due for {health.oldest_due_age_s:.0f} s and none is worked on"
    return None


def main() -> int:
    """Print the problem, if any; returns the exit status."""
    try:
        problem = find_problem(open_store(Settings()).health(), host=socket.gethostname())
    except AssayError as error:
        problem = str(error)
    if problem:
        sys.stderr.write(f"{problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
