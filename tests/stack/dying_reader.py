"""The scripted worker, killed once around the moment at which an answer of the reader is kept.

    celery -A tests.stack.dying_reader worker --queues read --pool threads ...

The file `die` in $ASSAY_TEST_FOLDER names the moment: before-kept, after-kept or after-commit.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from claims.store import RedisStore
from claims.store.reader_usage import RedisReadings
from tests.stack.scripted_worker import app

__all__ = ["app"]

_FOLDER = Path(os.environ["ASSAY_TEST_FOLDER"])
_spend, _commit = RedisReadings.spend, RedisStore.commit_verdict


def _die(moment: str) -> None:
    """Kill this process if that is its moment and none was killed before."""
    is_now = (_FOLDER / "die").read_text() == moment
    if is_now and not (_FOLDER / "died").exists():
        (_FOLDER / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _record(self: RedisReadings, *arguments: Any, **more: Any) -> None:
    _die("before-kept")
    _spend(self, *arguments, **more)
    _die("after-kept")


def _commit_verdict(self: RedisStore, *arguments: Any, **more: Any) -> bool:
    done = _commit(self, *arguments, **more)
    _die("after-commit")
    return done


RedisReadings.spend = _record  # type: ignore[method-assign]
RedisStore.commit_verdict = _commit_verdict  # type: ignore[method-assign]
