"""Fixtures: the store on each kind of server, empty before each test, checked after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from claims.store import RedisStore, connect
from claims.store.connection import Condition, StoreConnection
from claims.store.invariant import check_invariant
from tests.stack.servers import debian_redis, embedded_server

# The second server runs the same lines of Python, so their coverage is measured on the first alone:
# tracing lines takes about as long as running them.
SECOND = (pytest.mark.redis_server, pytest.mark.no_cover)
KINDS = ["embedded", pytest.param("redis-server", marks=SECOND)]


@pytest.fixture(scope="session")
def embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("embedded")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with debian_redis(tmp_path_factory.mktemp("redis-server")) as url:
        yield url


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest) -> str:
    name = "embedded_url" if request.param == "embedded" else "redis_server_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def store(store_url: str) -> Iterator[RedisStore]:
    """An empty store; the invariant is checked after the test."""
    store = connect(store_url)
    store.connection.command("FLUSHALL")
    yield store
    assert check_invariant(store) == []
    store.close()


@pytest.fixture
def run_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on run each script twice, as redis-py does when a reply was lost."""
    run_if = StoreConnection.run_if

    def run_again(
        self: StoreConnection, condition: Condition | None, name: str, /, **arguments: Any
    ) -> object:
        run_if(self, condition, name, **arguments)
        return run_if(self, condition, name, **arguments)

    monkeypatch.setattr(StoreConnection, "run_if", run_again)
