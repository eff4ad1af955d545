"""Fixtures: one fetcher and one raw server for all tests of this folder, because each extraction
process takes a second to start."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from claims.sources.fetch import WebFetcher
from claims.sources.limits import FetchLimits
from claims.sources.vetting import AllowList
from tests.claims.sources.codes import outcome_of
from tests.claims.sources.servers import RawServer, raw_server

# Timeouts short enough for tests and long enough for a busy machine.
HURRIED = FetchLimits(total_s=2.0, read_s=1.5, extract_s=4.0)


@pytest.fixture(scope="session")
def _server() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.fixture
def server(_server: RawServer) -> RawServer:
    """The raw server, without answers."""
    _server.answers.clear()
    _server.heads.clear()
    return _server


@pytest.fixture(scope="session")
def _fetcher(_server: RawServer) -> Iterator[WebFetcher]:
    with WebFetcher(allow=AllowList.parse(f"127.0.0.1:{_server.port}"), limits=HURRIED) as fetcher:
        yield fetcher


@pytest.fixture
def fetcher(_fetcher: WebFetcher, server: RawServer) -> WebFetcher:
    """A fetcher that may fetch from the raw server and has cached that it has no robots.txt."""
    return _fetcher


@pytest.fixture
def fetch_code(fetcher: WebFetcher) -> Callable[[str], str]:
    """Gives the coverage code of the failed fetch of an address; "page" for a successful one."""
    return partial(outcome_of, fetcher)


class ConnectSpy:
    """Refuses every connection and records its address."""

    def __init__(self) -> None:
        self.addresses: list[object] = []

    def __call__(self, address: object) -> None:
        self.addresses.append(address)
        raise ConnectionRefusedError


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> ConnectSpy:
    """Replaces socket.connect with a spy, so that no connection is made."""
    spy = ConnectSpy()
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: spy(address))
    return spy
