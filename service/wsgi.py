"""What gunicorn runs: gunicorn 'service.wsgi:build()'."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, cast

from apiflask import APIFlask

from claims.errors import StoreUnavailable
from claims.ports import Store
from claims.settings import Settings
from claims.wiring import open_store
from service.app import LOOPBACK, create_app
from workers.doorbell import Doorbell
from workers.logs import configure_logging


class LateStore:
    """A store that is opened when it is first reached, so that the service outlives its absence.

    Until then every method raises what opening raised. Never opens twice.
    """

    def __init__(self, open_it: Callable[[], Store]) -> None:
        self._open_it = open_it
        self._lock = Lock()
        self._store: Store | None = None

    def reach(self) -> Store:
        """The opened store. Raises StoreUnavailable, StoreMisconfigured and InvalidInput."""
        with self._lock:
            if self._store is None:
                self._store = self._open_it()
            return self._store

    def __getattr__(self, name: str) -> Any:
        """The methods are those of the opened store."""
        return getattr(self.reach(), name)


def build(host: str = LOOPBACK) -> APIFlask:
    """The app of this process, from ASSAY_... settings; `host` is what gunicorn is bound to.

    A store that does not answer yet is answered for with 503. Raises InvalidInput without
    ASSAY_REDIS_URL, or when `host` can be reached from elsewhere and no ASSAY_API_TOKEN is set;
    StoreMisconfigured when the store would lose data.
    """
    configure_logging()
    settings = Settings()
    store = LateStore(lambda: open_store(settings))
    with suppress(StoreUnavailable):
        store.reach()
    doorbell = Doorbell(settings.redis_url or "")
    return create_app(settings, store=cast(Store, store), ring=doorbell.ring, host=host)
