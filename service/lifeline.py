"""Ties the life of a process to its parent's, so that nothing stays behind after a kill -9.

As a module it is imported by programs that fork; as a script (standard library only) it is put
before a program's command: `python lifeline.py PARENT_PID PROGRAM ARGUMENT...`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends. Linux only; elsewhere no effect.

    SIGKILL, because whoever kills the parent that way leaves nobody to wait for a graceful end;
    work under way is covered by its lease.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def main(arguments: list[str]) -> None:
    """Become the given program, tied to the given parent."""
    die_with_parent()
    if os.getppid() != int(arguments[0]):  # the parent was gone before the tie was made
        sys.exit(1)
    os.execv(arguments[1], arguments[1:])  # noqa: S606 - no shell: the supervisor's fixed command


if __name__ == "__main__":
    main(sys.argv[1:])
