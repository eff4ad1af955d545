"""Fixtures: the service on a real embedded store, with a notifier that records ready work items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.ports import WorkItem
from claims.settings import Settings
from claims.store.redis_store import RedisStore, connect
from claims.types import Queue
from service.app import create_app
from tests.contracts.turns import list_ready
from tests.stack.servers import embedded_server

TOKEN = "oPMpQ5xC2Hf8nVd0uJ-wLk3"
"""As a token of the service must be: long and random."""


@dataclass
class Notices:
    """A notifier that records, at each notification, the work items that a worker could take."""

    store: RedisStore
    items: list[WorkItem] = field(default_factory=list)

    def notify(self, queue: Queue = Queue.FETCH) -> None:
        self.items.extend(list_ready(self.store))


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(Path(tmp_path_factory.mktemp("store"))) as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[RedisStore]:
    """An empty store."""
    store = connect(store_url, queue_max=100)
    store.connection.command("FLUSHALL")
    yield store
    store.close()


@pytest.fixture
def settings() -> Settings:
    """Settings without token and further allowed hosts, independent of the environment."""
    return Settings(api_token=None, allowed_hosts="")


@pytest.fixture
def notices(store: RedisStore) -> Notices:
    return Notices(store)


@pytest.fixture
def make_app(store: RedisStore, notices: Notices) -> Callable[..., APIFlask]:
    """Return a function that builds an app on `store` with the given settings and host."""

    def make(settings: Settings, *, host: str = "127.0.0.1") -> APIFlask:
        return create_app(settings, store=store, notify=notices.notify, host=host)

    return make


@pytest.fixture
def app(make_app: Callable[..., APIFlask], settings: Settings) -> APIFlask:
    return make_app(settings)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()
