"""The app of one API process, as service/server.py serves it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from apiflask import APIFlask

from claims.errors import StoreUnavailable
from claims.ports import Store
from claims.settings import Settings
from claims.store import RedisStore
from claims.types import Queue
from claims.wiring import build_request_store
from service.app import LOOPBACK, create_app
from workers.config import find_broker_url
from workers.logs import configure_logging
from workers.notifier import Notifier


class CheckedStore:
    """A store whose settings are checked when it is first reached, not when the service starts.

    Until then every method raises what the check raised. It takes no lock: two threads that both
    check do no harm, and one that waits for the store must not hold up the others.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._is_checked = False

    def reach(self) -> RedisStore:
        """The store, found safe. Raises StoreUnavailable and StoreMisconfigured."""
        if not self._is_checked:
            self._store.check_server()
            self._is_checked = True
        return self._store

    def __getattr__(self, name: str) -> Any:
        """The methods are those of the store."""
        return getattr(self.reach(), name)


def build(host: str = LOOPBACK) -> APIFlask:
    """The app of this process, from ASSAY_... settings; `host` is what it listens on.

    A store that does not answer yet is answered for with 503. Raises InvalidInput without
    ASSAY_REDIS_URL, or when `host` can be reached from elsewhere and no ASSAY_API_TOKEN is set;
    StoreMisconfigured when the store would lose data.
    """
    configure_logging()
    settings = Settings()
    store = CheckedStore(build_request_store(settings))
    with suppress(StoreUnavailable):
        store.reach()
    notifier = Notifier(find_broker_url(settings))

    def notify() -> None:
        # One message is enough: the worker that takes an item asks for more when more is ready.
        notifier.notify({Queue.FETCH: 1})

    return create_app(settings, store=cast(Store, store), notify=notify, host=host)
