"""What a process is called in the store: whoever holds a lease, or the right to fetch a page."""

from __future__ import annotations

import os
import socket


def name_process() -> str:
    """The name of this process: HOST/PARENT/PID, with the process id of its parent."""
    return name_child(os.getppid(), os.getpid())


def name_child(parent: int, child: int | None = None) -> str:
    """The name of a child of `parent` on this host; without `child`, the part that all share.

    Process ids belong to it, so that what is given back late is never a later process's.
    """
    name = f"{socket.gethostname()}/{parent}"
    return name if child is None else f"{name}/{child}"
