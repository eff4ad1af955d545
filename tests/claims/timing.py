"""Time of work, for tests that compare two times of one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


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
