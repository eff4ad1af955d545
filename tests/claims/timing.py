"""Amounts of work, for tests that compare two amounts of one run: calls, or processor time.

Calls are the same on every machine, beside any other work; processor time is for work in one call,
such as that of a regular expression.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from types import FrameType


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of `work`, without the collection of garbage.

    One collection of all that the tests of a process have left takes half a second.
    """
    gc.disable()
    try:
        start = time.process_time()
        work()
        return time.process_time() - start
    finally:
        gc.enable()


def count_calls(work: Callable[[], object]) -> int:
    """The number of calls of functions, in Python and in C, that `work` makes in this thread.

    A collection of garbage would count too: libraries have it call functions of theirs.
    """
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    gc.disable()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls
