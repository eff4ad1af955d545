"""Fixtures: a running service without workers, and records on it for the commands to work on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.store import connect
from claims.store.embedded import EmbeddedServer
from claims.store.server_files import DataFolder
from claims.types import ArticleId, ClaimId, VerdictLabel
from service.client import Client
from service.monitoring import diagnosis
from tests.contracts import steps
from tests.service.cli.commands import TEXT
from tests.service.live import Live
from tests.service.work import judge_claim


@pytest.fixture
def live(live: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The running service, with an empty store, as the one that commands ask."""
    monkeypatch.setenv("ASSAY_URL", live.url)
    return live


@pytest.fixture
def client(live: Live) -> Client:
    return Client(live.url)


@pytest.fixture
def claims(client: Client, live: Live) -> tuple[ClaimId, ...]:
    """A supported, a refuted and a queued claim, newest last."""
    supported, refuted, queued = (
        client.submit_claim({"text": text, "tags": tags, "claimant": "The mayor"})
        for text, tags in (
            ("Eleven people died.", ["City", "Sport"]),
            ("=SUM(1) people died.", ["City"]),
            ("The library opened in 1987.", []),
        )
    )
    judge_claim(live.store, supported)
    judge_claim(live.store, refuted, label=VerdictLabel.REFUTED)
    return supported, refuted, queued


@pytest.fixture
def article(client: Client) -> ArticleId:
    return client.submit_article({"text": TEXT, "tags": ["City"]})


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder with one judged claim, as its server left it."""
    data = DataFolder(tmp_path_factory.mktemp("filled") / "data")
    with EmbeddedServer(data.path) as server:
        store = connect(server.url)
        store.submit_claim(steps.new_claim(1))
        steps.finish_check(store, steps.claim_id(1))
        # A server that starts later removes what has expired by then, and writes that to its file.
        for key in store.connection.command("KEYS", "*"):
            store.connection.command("PERSIST", key)
        store.close()
    return data


@pytest.fixture
def folder(filled: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A data folder that the settings name, with one claim, and no server on it."""
    data = DataFolder(tmp_path / "data")
    shutil.copytree(filled.path, data.path)
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(data.path))
    monkeypatch.delenv("ASSAY_REDIS_URL", raising=False)
    return data


@pytest.fixture
def running(folder: DataFolder) -> Iterator[str]:
    """The address of a server that runs on the data folder."""
    with EmbeddedServer(folder.path) as server:
        yield server.url


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is not loaded, which takes seconds; the tests that load it do without this."""
    monkeypatch.setattr(diagnosis, "check_judge", lambda settings, shipped: None)
