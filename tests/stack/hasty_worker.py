"""The scripted worker, with a broker that redelivers messages after one second.

celery -A tests.stack.hasty_worker worker ...
"""

from __future__ import annotations

from tests.stack.scripted_worker import app

__all__ = ["app"]

app.conf.visibility_timeout = 1
app.conf.broker_transport_options |= {"visibility_timeout": 1, "unacked_restore_interval": 1}
