"""Become another program that is ended when the process that started it dies.

Run as a script: `python -I -S die_with_parent.py PARENT_PID SIGNAL PROGRAM ARGUMENT...`. On Linux
the kernel then sends the signal on the parent's death, however it died; the request outlives
exec. It is done here, between fork and exec, and not in subprocess's preexec_fn, because that is
unsafe in a process with threads. Note that the kernel looks at the *thread* that started the
process: when only that thread ends, the program is ended too. Elsewhere than on Linux the
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
    """Arrange the signal and exec `command`, unless the parent is dead already."""
    die_with_parent(signal_number)
    # Dying before the request was made, the parent would never be noticed.
    if sys.platform == "linux" and os.getppid() != parent:
        sys.exit("the process that started this one is gone")
    os.execv(command[0], command)  # noqa: S606 - a fixed argument list, no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
