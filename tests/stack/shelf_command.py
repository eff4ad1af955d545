"""The command `assay` with batches so small that there are many of them, for tests that kill it.

$KILL_AT, "MODULE NAME METHOD CALL before|after", names a method of claims.shelves around whose call
with this number the process kills itself: a point that a timer would not hit.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from importlib import import_module
from itertools import count
from typing import Any

from claims.shelves import batches
from service.cli import main

BATCH_PASSAGES = 40


def dying(method: Callable[..., Any], *, call: int, moment: str) -> Callable[..., Any]:
    """The method, which kills its process before or after the call with this number."""
    calls = count(1)

    def die(*arguments: Any) -> Any:
        is_last = next(calls) == call
        if is_last and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*arguments)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return die


if __name__ == "__main__":
    batches.BATCH_PASSAGES = BATCH_PASSAGES
    if point := os.environ.get("KILL_AT"):
        module, name, method, call, moment = point.split()
        victim = getattr(import_module(f"claims.shelves.{module}"), name)
        setattr(victim, method, dying(getattr(victim, method), call=int(call), moment=moment))
    main()
