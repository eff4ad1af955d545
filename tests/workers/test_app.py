"""The Celery app of a worker: its tasks, and the errors that leave a task."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import structlog
from structlog.testing import capture_logs

from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store import RedisStore
from claims.types import ClaimStatus
from tests.contracts.steps import new_claim
from workers.app import assemble_app, build_app
from workers.context import Pace, WorkerContext
from workers.queues import SWEEP_TASK, TASK_OF_QUEUE


def test_registered_tasks_are_those_that_messages_name(context: WorkerContext) -> None:
    app = assemble_app(context, pace=Pace())
    app.finalize()
    own = {name for name in app.tasks if not name.startswith("celery.")}
    assert own == {*TASK_OF_QUEUE.values(), SWEEP_TASK}


def test_task_runs_the_next_item_and_logs_how_it_ended(
    store: RedisStore, context: WorkerContext
) -> None:
    app = assemble_app(context, pace=Pace())
    claim = store.submit_claim(new_claim(text="The bridge is long."))
    with capture_logs() as lines:
        app.tasks["fetch.next"]()
        logged = structlog.contextvars.get_contextvars()
        app.tasks["fetch.next"]()
    assert store.get_claim(claim).record.status is ClaimStatus.JUDGING
    outcomes = [line["outcome"] for line in lines if line["event"] == "task_ended"]
    assert outcomes == ["committed", "nothing-to-do"]
    assert all(line["seconds"] >= 0 for line in lines if line["event"] == "task_ended")
    assert (logged["stage"], logged["id"], logged["check"]) == ("gather", claim, 1)
    assert "id" not in structlog.contextvars.get_contextvars()


def test_no_exception_leaves_a_task(context: WorkerContext) -> None:
    def broken() -> RedisStore:
        raise MemoryError

    context.open_store = broken
    task = assemble_app(context, pace=Pace()).tasks["fetch.next"]
    with capture_logs() as lines:
        task()
        task()
    assert [line["errors"] for line in lines if line["event"] == "task_failed"] == [1, 2]


def test_app_without_a_store_names_the_setting() -> None:
    with pytest.raises(InvalidInput, match="ASSAY_REDIS_URL"):
        build_app(Settings(redis_url=None))


def test_loading_the_worker_makes_no_connection_and_loads_no_flask() -> None:
    code = "import sys, workers.main; sys.exit('flask' in sys.modules)"
    environment = os.environ | {"ASSAY_REDIS_URL": "redis://127.0.0.1:1"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert run.returncode == 0
