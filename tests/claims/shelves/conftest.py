"""Fixtures: one fetcher for all shelf tests, because its child process takes a second to start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.sources.fetch import WebFetcher
from claims.sources.vetting import AllowList
from tests.claims.shelves.desk import Desk
from tests.claims.sources.servers import RawServer, raw_server


@pytest.fixture(scope="session")
def server() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.fixture(scope="session")
def reader(server: RawServer) -> Iterator[WebFetcher]:
    with WebFetcher(allow=AllowList.parse(f"127.0.0.1:{server.port}")) as fetcher:
        yield fetcher


@pytest.fixture
def desk(tmp_path: Path, reader: WebFetcher) -> Desk:
    return Desk(tmp_path / "data", reader)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder
