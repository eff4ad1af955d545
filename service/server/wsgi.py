"""The app of one API process, as service/server/web_server.py serves it."""

from __future__ import annotations

import atexit
from contextlib import suppress
from typing import Any, cast

from apiflask import APIFlask

from claims.access import Actor
from claims.errors import StoreUnavailable
from claims.ports import FindActor, Notify, Store
from claims.settings import Settings
from claims.store import RedisStore
from claims.wiring import build_request_store
from service.app import LOOPBACK, create_app
from workers.config import find_broker_url
from workers.logs import configure_logging
from workers.notifier import BackgroundNotifier, Notifier


class CheckedStore:
    """A store whose settings are checked at its first use, not when the service starts.

    Until the check succeeds, every method raises its error. It takes no lock: two threads that both
    check do no harm, and a thread that waits for the store must not delay the others.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._is_checked = False

    def reach(self) -> RedisStore:
        """The checked store. Raises StoreUnavailable and StoreMisconfigured."""
        if not self._is_checked:
            self._store.check_server()
            self._is_checked = True
        return self._store

    def acting_as(self, actor: Actor | FindActor, *, notify: Notify | None = None) -> CheckedStore:
        """The contract of claims.ports.Store.acting_as; also before the check has succeeded."""
        bound = CheckedStore(self._store.acting_as(actor, notify=notify))
        bound._is_checked = self._is_checked
        return bound

    def __getattr__(self, name: str) -> Any:
        """All other attributes are those of the store."""
        return getattr(self.reach(), name)


def build(host: str = LOOPBACK, *, local_key: str | None = None) -> APIFlask:
    """The app of this process, from ASSAY_... settings; `host` is the address it listens on.

    `local_key`: the key that programs of its own user send (service/access/local_key.py).

    While the store does not answer, requests get 503. Raises InvalidInput without
    ASSAY_REDIS_URL, or when `host` is reachable from other machines and there is neither
    ASSAY_API_TOKEN nor a key that can make others; StoreMisconfigured when the store would lose
    data.
    """
    configure_logging()
    settings = Settings()
    store = CheckedStore(build_request_store(settings))
    with suppress(StoreUnavailable):
        store.reach()
    notifier = Notifier(find_broker_url(settings))
    background = BackgroundNotifier(notifier)
    atexit.register(background.close)
    return create_app(
        settings,
        store=cast(Store, store),
        notify=background.notify,
        find_broker_problem=notifier.find_problem,
        host=host,
        local_key=local_key,
    )
