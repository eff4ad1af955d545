"""The scripted worker with leases of ten minutes, longer than any test.

celery -A tests.stack.patient_worker worker ...
"""

from __future__ import annotations

from dataclasses import replace

from tests.stack.scripted_worker import PACE, build

app = build(pace=replace(PACE, lease_ttl_s=600.0))
