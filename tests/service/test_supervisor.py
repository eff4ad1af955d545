"""What the supervisor settles before it starts anything."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from claims.errors import InvalidInput
from claims.settings import Settings
from service.supervisor import Supervisor, listen, write_environment
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
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASSAY_{name.upper()}", raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    assert Settings() == SETTINGS.model_copy(update={"redis_url": "redis://redis"})


def test_setting_that_is_not_made_is_not_handed_down() -> None:
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


def test_address_beyond_loopback_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN"):
        Supervisor(Settings(api_token=None), data_folder=tmp_path, host="0.0.0.0")


def test_data_folder_that_cannot_be_made_is_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no folder")
    supervisor = Supervisor(Settings(), data_folder=tmp_path / "file" / "data", port=0)
    with pytest.raises(InvalidInput, match=r"cannot use the data folder .*: Not a directory"):
        supervisor.start()
    assert supervisor.pids == {}


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
