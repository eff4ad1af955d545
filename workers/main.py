"""What `celery -A workers.main` loads: the one module that builds something when imported."""

from claims.settings import Settings
from workers.app import build_app

app = build_app(Settings())
