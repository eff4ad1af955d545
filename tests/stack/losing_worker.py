"""The scripted worker, killed once at the point where Celery loses a message.

    celery -A tests.stack.losing_worker worker ...

Kombu takes a message with BRPOP and hands it to the worker in a second step.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from kombu.transport.virtual import QoS

from tests.stack.scripted_worker import app

__all__ = ["app"]

_append = QoS.append


def _die_once(self: QoS, message: Any, delivery_tag: str) -> Any:
    mark = Path(os.environ["ASSAY_TEST_FOLDER"]) / "lost"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return _append(self, message, delivery_tag)


QoS.append = _die_once
