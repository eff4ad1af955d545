"""The module that `celery -A workers.main` loads: the only one that builds objects on import."""

import sys

from claims.errors import AssayError
from claims.settings import Settings
from workers.app import build_app
from workers.logs import configure_logging

configure_logging()  # Celery sets up logging later, and warns before
try:
    app = build_app(Settings())
except AssayError as error:
    # Without this, Celery would show a traceback of the import.
    sys.stderr.write(f"assay: {error}\n")
    sys.exit(2)
