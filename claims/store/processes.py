"""Names of processes in the store: the holders of leases and of rights to fetch a page."""

from __future__ import annotations

import os
import socket


def name_process() -> str:
    """The name of this process: HOST/PARENT/PID, with the process id of its parent."""
    return name_child(os.getppid(), os.getpid())


def name_child(parent: int, child: int | None = None) -> str:
    """The name of a child of `parent` on this host; without `child`, the prefix for all children.

    The name contains process ids, so a late release never affects a later process.
    """
    name = f"{socket.gethostname()}/{parent}"
    return name if child is None else f"{name}/{child}"
