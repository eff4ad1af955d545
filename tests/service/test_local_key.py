"""The local key: programs of the user who runs the service need no other; nobody else has it."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import requests

from claims.access import Scope
from claims.errors import InvalidInput
from claims.store import connect
from service.access.issuing import create_key
from service.access.local_key import (
    FILE_NAME,
    LocalKey,
    find_local_key,
    remove_local_key,
    write_local_key,
    write_url,
)
from service.cli import run
from service.client import Client
from tests.service.live import Live, run_service, run_service_and_store
from tests.stack.servers import embedded_server

URL = "http://127.0.0.1:8400"
NOTE = LocalKey(URL, "local_" + "a" * 43)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service that has a key, so that every request needs one."""
    with run_service_and_store(tmp_path_factory.mktemp("live")) as service:
        create_key(service.store, name="desk", scopes=(Scope.READ,), expires_at=None)
        yield service


# --- the file ---------------------------------------------------------------------------------


def test_only_its_user_can_read_the_file(folder: Path) -> None:
    write_local_key(folder / "new", NOTE)
    path = folder / "new" / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [FILE_NAME]


def test_the_file_is_never_written_through_a_link(folder: Path) -> None:
    victim = folder / "victim"
    victim.write_text("kept")
    (folder / FILE_NAME).symlink_to(victim)
    (folder / f"{FILE_NAME}.{os.getpid()}").symlink_to(victim)
    write_local_key(folder, NOTE)
    assert victim.read_text() == "kept"
    assert find_local_key(URL) == NOTE.key


@pytest.mark.parametrize(
    "other",
    [
        "http://127.0.0.1:8401",
        "https://127.0.0.1:8400",
        "http://127.0.0.2:8400",
        "http://localhost:8400",
        "http://[::1]:8400",
        "http://127.0.0.1:8400.evil.example",
        "http://claims.example.org",
    ],
)
def test_the_key_is_for_the_address_of_its_service_alone(folder: Path, other: str) -> None:
    write_local_key(folder, NOTE)
    assert find_local_key(URL) == NOTE.key
    assert find_local_key(other) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_file_that_others_can_use_is_ignored(folder: Path, mode: int) -> None:
    write_local_key(folder, NOTE)
    (folder / FILE_NAME).chmod(mode)
    assert find_local_key(URL) is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_ignored(folder: Path) -> None:
    write_local_key(folder, NOTE)
    os.chown(folder / FILE_NAME, 65534, -1)
    assert find_local_key(URL) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": "x"}', '{"a": 1}', "null"])
def test_a_damaged_file_counts_as_none(folder: Path, text: str) -> None:
    write_local_key(folder, NOTE)
    (folder / FILE_NAME).write_text(text)
    assert find_local_key(URL) is None
    remove_local_key(folder, NOTE)
    assert (folder / FILE_NAME).exists()


def test_the_file_of_a_later_server_is_left(folder: Path) -> None:
    later = LocalKey(URL, "local_" + "b" * 43)
    write_local_key(folder, later)
    remove_local_key(folder, NOTE)
    assert find_local_key(URL) == later.key
    remove_local_key(folder, later)
    assert find_local_key(URL) is None


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("192.0.2.1", "http://192.0.2.1:80"),
    ],
)
def test_a_server_on_all_addresses_is_reached_by_loopback(host: str, url: str) -> None:
    assert write_url(host, 80) == url


# --- a running service ------------------------------------------------------------------------


def test_commands_and_client_of_the_same_user_need_no_key(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSAY_URL", live.url)
    assert run(["list", "claims"]) == 2
    assert "ASSAY_DATA_FOLDER" in capsys.readouterr().err
    with pytest.raises(InvalidInput, match="asks for a key"):
        Client(live.url).list_keys()
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(live.data_folder))
    assert run(["list", "claims"]) == 0
    client = Client(live.url)
    assert [key.name for key in client.list_keys()] == ["desk"]
    claim = client.submit_claim({"text": "Eleven died."})
    (entry, *_) = client.list_audit().items
    assert (entry.actor, entry.object) == ("local", claim)


def test_a_key_that_is_named_is_sent_instead(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(live.data_folder))
    with pytest.raises(InvalidInput, match="refuses this key"):
        Client(live.url, token="wrong").list_keys()


def test_the_key_is_worth_nothing_through_a_proxy(live: Live) -> None:
    note = LocalKey(**json.loads((live.data_folder / FILE_NAME).read_text()))
    headers = {"Authorization": f"Bearer {note.key}"}
    url = f"{live.url}/v1/keys"
    assert requests.get(url, headers=headers, timeout=30).status_code == 200
    for shown in ({"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 proxy"}):
        assert requests.get(url, headers=headers | shown, timeout=30).status_code == 401


def test_each_start_makes_another_key_and_the_end_deletes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path / "api"))
    keys = set()
    with embedded_server(tmp_path / "store") as url:
        store = connect(url)
        for _ in range(2):
            with run_service(store, url, tmp_path, ASSAY_REQUIRE_KEY="1") as service:
                assert Client(service.url).list_keys() == ()
                keys.add(find_local_key(service.url))
            assert not (tmp_path / "api" / FILE_NAME).exists()
        store.close()
    assert len(keys) == 2 and None not in keys


class _Listener(BaseHTTPRequestHandler):
    """Keeps the headers of the requests that it gets."""

    heard: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        """Answer like a service without claims."""
        self.heard.append(self.headers["Authorization"])
        body = b'{"items": [], "next": null}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Print nothing."""


def test_no_other_server_gets_the_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_local_key(folder, NOTE)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        Client(f"http://127.0.0.1:{server.server_port}").list_keys()
        server.shutdown()
        thread.join()
    assert _Listener.heard == [None]


def test_a_folder_that_cannot_be_written_to_is_reported_and_the_service_runs(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    with run_service_and_store(tmp_path, ASSAY_DATA_FOLDER=str(tmp_path / "file")) as service:
        assert Client(service.url).list_keys() == ()
    assert "local_key_not_written" in service.log.read_text()
