"""Runs a program that the kernel ends when the process that started it dies.

Run as a script: `python -I -S die_with_parent.py PARENT_PID SIGNAL PROGRAM ARGUMENT...`. On Linux
the kernel then sends the signal when the parent dies, for any reason; this setting outlives
exec. It is made here, between fork and exec, and not in subprocess's preexec_fn, because that is
unsafe in a process with threads. Note that the kernel watches the *thread* that started the
process: when only that thread ends, the program is ended too. On systems other than Linux the
program just runs.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send this process the signal when its parent dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number)


def main(parent: int, signal_number: int, command: list[str]) -> None:
    """Request the signal and exec `command`, unless the parent is already dead."""
    die_with_parent(signal_number)
    # If the parent died before the request, the kernel would send no signal.
    if sys.platform == "linux" and os.getppid() != parent:
        sys.exit("the process that started this one is gone")
    os.execv(command[0], command)  # noqa: S606 - a fixed argument list, no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
