"""The embedded server: one per data folder, ended with its owner, without loss of data."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from claims.errors import DataFolderInUse, StoreUnavailable
from claims.store import connect, embedded, running_server
from claims.store.embedded import EmbeddedServer, find_server
from claims.store.running_server import is_server_alive
from claims.store.server_files import DataFolder
from tests.stack.disks import small_disk

ROOT = Path(__file__).resolve().parents[3]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal is Linux's")

OWNER = """
import sys, time
from pathlib import Path
from claims.store import embedded
if len(sys.argv) > 2: embedded.LAUNCHER = Path(sys.argv[2])
server = embedded.EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
"""
# Starts the server without a parent-death signal, as on systems other than Linux.
BARE_LAUNCHER = "import os, sys; os.execv(sys.argv[3], sys.argv[3:])"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder; a server that a failed test has left running is killed."""
    path = tmp_path / "data"
    yield path
    note = DataFolder(path).find_note()
    if note is not None and is_server_alive(DataFolder(path)):
        os.kill(note.pid, signal.SIGKILL)


def ask(url: str, *words: str | int) -> object:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return client.execute_command(*words)


def wait_for(is_true: Callable[[], bool], limit_s: float = 30.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def start_owner(folder: Path, script: str = OWNER, *arguments: str) -> subprocess.Popen[str]:
    """Start another process that owns a server; returns when the server runs."""
    command = [sys.executable, "-c", script, str(folder), *arguments]
    owner = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    owner.server_pid = int(owner.stdout.readline())  # type: ignore[attr-defined]
    return owner


def kill(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.communicate(timeout=30)


def make_orphan(folder: Path, tmp_path: Path) -> int:
    """Leave a server without its owner, as on systems without a parent-death signal; its pid."""
    launcher = tmp_path / "bare_launcher.py"
    launcher.write_text(BARE_LAUNCHER)
    owner = start_owner(folder, OWNER + "time.sleep(60)", str(launcher))
    kill(owner)
    pid: int = owner.server_pid  # type: ignore[attr-defined]
    assert is_server_alive(DataFolder(folder))
    return pid


# --- starting and stopping ---------------------------------------------------------------------


def test_server_starts_durable_without_eviction_and_private(folder: Path) -> None:
    with EmbeddedServer(folder, memory_mb=64) as server:
        connect(server.url).check_server()
        for setting, value in {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "maxmemory": str(64 * 1024 * 1024),
            "port": "0",
        }.items():
            assert ask(server.url, "CONFIG", "GET", setting) == {setting: value}
        assert stat.S_IMODE(server.socket_path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_stopped_server_leaves_only_its_data(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.start()
    server.stop()
    assert not server.is_running()
    assert not (folder / "store.sock").exists()
    assert not (folder / "server.json").exists()
    with pytest.raises(StoreUnavailable):
        _ = server.url
    server.stop()


def test_data_survives_stop_and_start(folder: Path) -> None:
    server = EmbeddedServer(folder)
    for expected in (None, "here"):
        server.start()
        assert ask(server.url, "GET", "key") == expected
        ask(server.url, "SET", "key", "here")
        server.stop()


def test_start_of_a_running_server_keeps_it(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        pid = server.pid
        server.start()
        assert server.pid == pid


def test_acknowledged_writes_survive_a_kill_of_the_server(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        first = server.pid
        for number in range(200):
            ask(server.url, "SET", f"key{number}", number)
        os.kill(server.pid, signal.SIGKILL)
        wait_for(lambda: not server.is_running())
        server.start()
        assert server.pid != first
        assert ask(server.url, "DBSIZE") == 200


def test_server_that_ignores_shutdown_is_killed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_STOP_S", 0.5)
    server = EmbeddedServer(folder)
    server.start()
    os.kill(server.pid, signal.SIGSTOP)
    monkeypatch.setattr(embedded, "shut_down", lambda _: None)
    server.stop()
    assert not is_server_alive(DataFolder(folder))


def test_the_end_of_the_owner_ends_the_server(folder: Path) -> None:
    owner = start_owner(folder)
    owner.communicate(timeout=30)
    assert owner.returncode == 0
    assert not is_server_alive(DataFolder(folder))


def test_a_forked_child_does_not_stop_its_parents_server(folder: Path) -> None:
    script = OWNER + (
        "import os\n"
        "child = os.fork()\n"
        "if child == 0: server.stop(); sys.exit(0)\n"  # sys.exit also runs the atexit handlers
        "os.waitpid(child, 0)\n"
        "sys.exit(0 if server.is_running() else 3)\n"
    )
    owner = start_owner(folder, script)
    owner.communicate(timeout=30)
    assert owner.returncode == 0


@pytest.mark.redis_server
def test_another_server_program_works_as_well(folder: Path) -> None:
    with EmbeddedServer(folder, binary=Path(str(shutil.which("redis-server")))) as server:
        connect(server.url).check_server()


# --- one per folder ----------------------------------------------------------------------------


def test_a_second_owner_is_refused(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        second = EmbeddedServer(folder)
        with pytest.raises(DataFolderInUse, match=str(folder)):
            second.start()
        second.stop()
        assert server.is_running()


def test_owner_in_another_process_blocks_a_second_one(folder: Path) -> None:
    owner = start_owner(folder, OWNER + "sys.stdin.read()")
    with pytest.raises(DataFolderInUse):
        EmbeddedServer(folder).start()
    owner.communicate(timeout=30)
    with EmbeddedServer(folder) as server:
        assert server.is_running()


def test_other_processes_find_the_server_and_connect(folder: Path) -> None:
    assert find_server(folder) is None
    with EmbeddedServer(folder) as server:
        assert find_server(folder) == server.url
    assert find_server(folder) is None


def test_note_of_a_dead_server_is_ignored(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        os.kill(server.pid, signal.SIGKILL)
        wait_for(lambda: not server.is_running())
        assert (folder / "server.json").exists()
        assert find_server(folder) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}', "\x00"])
def test_broken_note_is_ignored(folder: Path, text: str) -> None:
    with EmbeddedServer(folder):
        (folder / "server.json").write_text(text)
        assert find_server(folder) is None


# --- after the owner was killed ----------------------------------------------------------------


@on_linux
def test_server_ends_when_its_owner_is_killed(folder: Path) -> None:
    owner = start_owner(folder, OWNER + "time.sleep(60)")
    kill(owner)
    wait_for(lambda: not is_server_alive(DataFolder(folder)))


@on_linux
def test_a_start_right_after_the_owner_was_killed_works(folder: Path) -> None:
    """The old server may answer for a moment before it ends."""
    for number in range(3):
        owner = start_owner(folder, OWNER + "time.sleep(60)")
        ask(str(find_server(folder)), "SET", f"key{number}", number)
        kill(owner)
        with EmbeddedServer(folder) as server:
            assert ask(server.url, "DBSIZE") == number + 1
            time.sleep(0.3)
            assert server.is_running()


def test_orphaned_server_is_adopted_and_stopped_at_the_end(folder: Path, tmp_path: Path) -> None:
    pid = make_orphan(folder, tmp_path)
    ask(str(find_server(folder)), "SET", "key", "here")
    with EmbeddedServer(folder) as server:
        assert server.pid == pid
        assert ask(server.url, "GET", "key") == "here"
        assert find_server(folder) == server.url
    assert not is_server_alive(DataFolder(folder))


def test_orphaned_server_is_adopted_without_its_note(folder: Path, tmp_path: Path) -> None:
    """The owner may have been killed before it wrote the note."""
    pid = make_orphan(folder, tmp_path)
    (folder / "server.json").unlink()
    with EmbeddedServer(folder) as server:
        assert server.pid == pid


def test_orphaned_server_is_adopted_with_a_note_of_an_earlier_run(
    folder: Path, tmp_path: Path
) -> None:
    pid = make_orphan(folder, tmp_path)
    (folder / "server.json").write_text('{"pid": 1, "run_id": "x", "socket": "/nowhere"}')
    with EmbeddedServer(folder) as server:
        assert server.pid == pid


def test_no_server_is_started_beside_one_that_does_not_answer(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = make_orphan(folder, tmp_path)
    monkeypatch.setattr(embedded, "_START_S", 0.5)
    monkeypatch.setattr(running_server, "_ASK_S", 0.2)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable, match="neither answers nor ends"):
            EmbeddedServer(folder).start()
    finally:
        os.kill(pid, signal.SIGCONT)
    monkeypatch.undo()
    with EmbeddedServer(folder) as server:
        assert server.pid == pid


def test_stale_socket_does_not_prevent_the_start(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.start()
    os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: not server.is_running())
    server.stop()
    (folder / "server.json").write_text('{"pid": 1, "run_id": "x", "socket": "/nowhere"}')
    assert (folder / "store.sock").exists()
    with EmbeddedServer(folder) as again:
        assert ask(again.url, "PING") is True


def test_the_launcher_does_nothing_for_a_parent_that_is_gone(tmp_path: Path) -> None:
    made = tmp_path / "made"
    launcher = str(ROOT / "claims" / "store" / "die_with_parent.py")
    command = [sys.executable, "-I", "-S", launcher, "1", "15", "/usr/bin/touch", str(made)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if sys.platform == "linux":
        assert (ended.returncode, made.exists()) == (1, False)
        assert "is gone" in ended.stderr


@pytest.mark.small_disk
def test_start_on_a_full_disk_fails_with_the_reason_and_works_when_space_is_free(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", size_mb=10) as disk:
        server = EmbeddedServer(disk.folder / "data")
        with server:
            ask(server.url, "SET", "kept", "before")
        disk.fill()
        with pytest.raises(StoreUnavailable, match="cannot write to the data folder"):
            server.start()
        assert not server.is_running()
        disk.clear()
        with server:
            assert ask(server.url, "GET", "kept") == "before"
