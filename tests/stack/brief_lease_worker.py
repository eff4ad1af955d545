"""The real worker, with leases that expire after some seconds instead of a minute.

celery -A tests.stack.brief_lease_worker worker ...
"""

from __future__ import annotations

from claims.settings import Settings
from workers.app import assemble_app
from workers.context import Pace, WorkerContext

__all__ = ["app"]

app = assemble_app(
    WorkerContext.from_settings(Settings()),
    pace=Pace(lease_ttl_s=9.0, sweep_every_s=1.0, heartbeat_every_s=2.0),
)
