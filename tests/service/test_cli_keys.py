"""`assay keys` on a real embedded store, with and without a service that runs on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from claims.access import KeyStatus, Scope, digest_secret, parse_key
from claims.store import connect
from claims.store.embedded import EmbeddedServer, find_server
from claims.store.server_files import write_url
from service.cli import run
from service.client import Client
from tests.service.live import run_service_and_store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that the settings name, with no server on it."""
    data = tmp_path / "data"
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(data))
    monkeypatch.delenv("ASSAY_REDIS_URL", raising=False)
    return data


Capture = pytest.CaptureFixture[str]


def create(capsys: Capture, *options: str) -> str:
    """Run `assay keys create desk` and return the key; it stands alone on standard output."""
    assert run(["keys", "create", "desk", *options]) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert "not shown again" in said.err
    return said.out.strip()


def test_the_first_key_needs_no_service_and_opens_the_next(folder: Path, capsys: Capture) -> None:
    key = create(capsys, "--scope", "read,write,admin")
    assert find_server(folder) is None  # the store was started for the command, and stopped
    parts = parse_key(key)
    assert parts is not None
    with EmbeddedServer(folder) as server:
        store = connect(server.url)
        stored = store.api_keys.get(parts[0])
        assert stored.digests == (digest_secret(parts[1]),)
        assert stored.key.scopes == (Scope.READ, Scope.WRITE, Scope.ADMIN)
        (entry,) = store.audit.read(limit=9).items
        assert (entry.action, entry.actor, entry.object) == ("key.created", "local", parts[0])
        store.close()


def test_the_first_key_says_that_all_requests_need_one_now(folder: Path, capsys: Capture) -> None:
    for is_first in (True, False):
        assert run(["keys", "create", "desk", "--scope", "read"]) == 0
        assert ("every request needs a key" in capsys.readouterr().err) is is_first


def test_a_key_works_at_once_at_a_running_service_and_ends_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with run_service_and_store(tmp_path, ASSAY_REQUIRE_KEY="1") as live:
        monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path / "data"))
        monkeypatch.setenv("ASSAY_URL", live.url)
        assert run(["sources", "list"]) == 2
        assert "asks for a key: set ASSAY_API_KEY" in capsys.readouterr().err
        key = create(capsys, "--scope", "read", "--scope", "admin")
        monkeypatch.setenv("ASSAY_API_KEY", key)
        assert run(["sources", "list"]) == 0
        capsys.readouterr()
        assert run(["sources", "remove", "office", "--by", "Ada"]) == 2
        assert "needs a key with the scope write" in capsys.readouterr().err
        client = Client(live.url, token=key)
        (listed,) = client.list_keys()
        assert client.get_key(listed.id) == listed
        issued = client.create_key("job", ["read"], expires_at="2100-01-01T00:00:00Z")
        assert client.rotate_key(issued.id, grace="PT1H").id == issued.id
        client.revoke_key(issued.id)
        actions = [str(entry.action) for entry in client.list_audit(limit=9).items]
        assert actions == ["key.revoked", "key.rotated", "key.created", "key.created"]
        assert run(["keys", "revoke", listed.id]) == 0
        assert run(["sources", "list"]) == 2
        assert "was revoked: use another one" in capsys.readouterr().err


def test_keys_are_listed_rotated_and_revoked(folder: Path, capsys: Capture) -> None:
    assert run(["keys", "list"]) == 0
    assert capsys.readouterr().out == "there is no key\n"
    key = create(capsys, "--scope", "read", "--expires", "2100-01-01")
    key_id = key.split("_")[1]
    assert run(["keys", "rotate", key_id, "--grace", "PT1H", "--json"]) == 0
    rotated = json.loads(capsys.readouterr().out)
    assert rotated["id"] == key_id and rotated["key"] != key
    assert run(["keys", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["expires_at"] == "2100-01-01T00:00:00Z"
    assert listed["previous_until"] is not None
    assert run(["keys", "revoke", key_id]) == 0
    assert capsys.readouterr().out == f"{key_id} is revoked\n"
    assert run(["keys", "revoke", key_id, "--json"]) == 0
    revoked = json.loads(capsys.readouterr().out)
    assert (revoked["id"], revoked["status"]) == (key_id, "revoked")
    assert revoked["revoked_at"] is not None and revoked.keys() == listed.keys()
    assert run(["keys", "list"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "name", "scopes", "status", "expires", "last", "used"]
    assert row.split() == [key_id, "desk", "read", "revoked", "2100-01-01", "never"]
    assert run(["keys", "rotate", key_id]) == 2
    assert "make another one" in capsys.readouterr().err


def test_a_duration_counts_from_now(folder: Path, capsys: Capture) -> None:
    assert run(["keys", "create", "desk", "--scope", "read", "--expires", "P90D", "--json"]) == 0
    issued = json.loads(capsys.readouterr().out)
    left = datetime.fromisoformat(issued["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89) < left < timedelta(days=91)


def test_the_store_of_the_settings_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with EmbeddedServer(tmp_path / "data") as server:
        monkeypatch.setenv("ASSAY_REDIS_URL", write_url(server.socket_path))
        create(capsys, "--scope", "read")
        assert run(["keys", "list", "--data", str(tmp_path / "other")]) == 2
        assert "leave --data out" in capsys.readouterr().err
        store = connect(server.url)
        assert [key.status for key in store.api_keys.list_keys()] == [KeyStatus.ACTIVE]
        store.close()
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "desk"], "Missing option '--scope'"),
        (["create", "desk", "--scope", "all"], "all: no scope; there are read, write"),
        (["create", "desk", "--scope", ""], "no scope"),
        (["create", " ", "--scope", "read"], "name of a key"),
        (["create", "a\nb", "--scope", "read"], "name of a key"),
        (["create", "x" * 101, "--scope", "read"], "name of a key"),
        (["create", "desk", "--scope", "read", "--expires", "soon"], "a date such as"),
        (["create", "desk", "--scope", "read", "--expires", "P1Y"], "not an ISO 8601 duration"),
        (["rotate", "ffffffff", "--grace", "P91D"], "at most 90 days"),
        (["rotate", "ffffffff", "--grace", "soon"], "not an ISO 8601 duration"),
    ],
    ids=" ".join,
)
def test_a_wrong_argument_is_refused_before_a_store_is_opened(
    folder: Path, capsys: Capture, arguments: list[str], words: str
) -> None:
    assert run(["keys", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not folder.exists()


def test_an_error_of_the_store_is_printed_in_one_line(folder: Path, capsys: Capture) -> None:
    past = ["create", "desk", "--scope", "read", "--expires", "2020-01-01"]
    for arguments in (past, ["revoke", "ffffffff"], ["rotate", "ffffffff"], ["revoke", "\x1b[2J"]):
        assert run(["keys", *arguments]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "\x1b" not in said
