"""Steps of the supervisor before it starts a program: settings, addresses, leases."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store import connect
from claims.store.embedded import EmbeddedServer
from service.processes.preparations import listen, take_over, write_environment
from service.processes.supervisor import Supervisor
from tests.contracts import steps
from tests.contracts.turns import list_ready, take_item
from tests.service.conftest import TOKEN

SETTINGS = Settings(
    api_token=SecretStr(TOKEN),
    allowed_hosts="claims.example.org",
    fetch_allow="127.0.0.1:9000",
    contact="mailto:desk@example.org",
    queue_max=7,
    judge_threads=2,
)


def test_children_get_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_CONTACT", "somebody else")
    monkeypatch.setenv("ASSAY_UNKNOWN", "of old")
    environment = write_environment(SETTINGS, redis_url="redis://redis")
    assert "ASSAY_UNKNOWN" not in environment
    monkeypatch.delenv("ASSAY_UNKNOWN")
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASSAY_{name.upper()}", raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    assert Settings() == SETTINGS.model_copy(update={"redis_url": "redis://redis"})


def test_setting_that_is_not_made_is_not_passed_on() -> None:
    environment = write_environment(Settings(api_token=None), redis_url="redis://redis")
    assert "ASSAY_API_TOKEN" not in environment


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8400"),
        ("localhost", "http://localhost:8400"),
        ("0.0.0.0", "http://127.0.0.1:8400"),
        ("::", "http://[::1]:8400"),
    ],
)
def test_url_is_one_that_can_be_opened_here(host: str, url: str, tmp_path: Path) -> None:
    assert Supervisor(SETTINGS, data_folder=tmp_path, host=host).url == url


def test_address_beyond_loopback_needs_a_token_or_a_key(tmp_path: Path) -> None:
    supervisor = Supervisor(Settings(api_token=None), data_folder=tmp_path, host="0.0.0.0", port=0)
    with pytest.raises(InvalidInput, match="assay keys create"):
        supervisor.start()
    assert supervisor.pids == {}


def test_token_that_can_be_guessed_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="at least 128"):
        Supervisor(Settings(api_token=SecretStr("secret")), data_folder=tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_data_folder_that_cannot_be_made_is_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no folder")
    supervisor = Supervisor(Settings(), data_folder=tmp_path / "file" / "data", port=0)
    with pytest.raises(InvalidInput, match=r"cannot use the data folder .*: Not a directory"):
        supervisor.start()
    assert supervisor.pids == {}


def test_server_that_does_not_answer_is_said_at_once(tmp_path: Path) -> None:
    """And not only when the start is given up, two minutes later."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    said: list[str] = []
    settings = SETTINGS.model_copy(update={"redis_url": address})
    supervisor = Supervisor(settings, data_folder=tmp_path, port=0, workers=1, say=said.append)
    began = time.monotonic()
    assert not supervisor.start(is_cancelled=lambda: bool(said))
    assert time.monotonic() - began < 30
    assert "the store does not answer" in said[0]
    assert "waiting for it, 120 s at most (ASSAY_REDIS_URL)" in said[0]


def test_any_free_port_is_taken_for_zero() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"port {port}: Address already in use"):
            listen("127.0.0.1", port)


def test_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 0)


def test_items_of_a_killed_run_are_due_again_at_the_next_start(tmp_path: Path) -> None:
    """The start ends leases of the killed run, which would otherwise last up to a minute."""
    with EmbeddedServer(tmp_path) as server:
        store = connect(server.url)
        store.submit_claim(steps.new_claim())
        item = steps.gather_item(steps.claim_id(1))
        late = take_item(store, item, worker="host/10/11")
        assert late is not None
        store.beat("fetch-10@host", ttl_s=60)
        take_over(server.url)
        assert store.health().workers == ()
        assert list_ready(store) == [item]
        assert not store.renew(late, ttl_s=60)
        store.close()
