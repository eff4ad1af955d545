"""The real worker with the scripted judge and fetcher, for fault tests.

    celery -A tests.stack.scripted_worker worker ...

$ASSAY_TEST_FOLDER is the folder of the judge's files. All intervals are shorter than in production.
The second reader is that of the settings, ASSAY_READER and ASSAY_CHAT_URL.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from celery import Celery

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.ports import Store
from claims.settings import Settings
from claims.store import connect
from claims.wiring import build_poster
from tests.stack.scripted import ScriptedFetcher, ScriptedJudge
from workers import second_reader, work
from workers.app import assemble_app
from workers.config import find_broker_url
from workers.context import ClosableFetcher, Pace, WorkerContext
from workers.second_reader import build_second_reader

PACE = Pace(lease_ttl_s=3.0, sweep_every_s=0.5, heartbeat_every_s=1.0)


def build(
    build_fetcher: Callable[[Store], ClosableFetcher] = lambda store: ScriptedFetcher(),
    *,
    pace: Pace = PACE,
) -> Celery:
    """The Celery app, on the store at ASSAY_REDIS_URL."""
    work.BACKOFF_BASE_S = 0.05
    second_reader.PATIENCE_S = 3.0
    second_reader.AGAIN_LEAST_S, second_reader.AGAIN_MOST_S = 0.2, 0.5
    settings = Settings()
    folder = Path(os.environ["ASSAY_TEST_FOLDER"])
    context = WorkerContext(
        find_broker_url(settings),
        open_store=lambda: connect(settings.redis_url or ""),
        build_fetcher=build_fetcher,
        build_judge=lambda store: CalibratedJudge(ScriptedJudge(folder), Calibration()),
        poster=build_poster(settings),
        build_reader=lambda store: build_second_reader(settings, store.readings),
    )
    app = assemble_app(context, pace=pace)
    app.conf.update(task_soft_time_limit=None, task_time_limit=None)  # gates may take long
    return app


app = build()
