"""What `celery -A workers.main` loads: the one module that builds something when imported."""

import sys

from claims.errors import AssayError
from claims.settings import Settings
from workers.app import build_app

try:
    app = build_app(Settings())
except AssayError as error:
    # Celery would show a traceback of the import.
    sys.stderr.write(f"assay: {error}\n")
    sys.exit(2)
