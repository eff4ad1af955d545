"""Backups of the embedded store: made while it is used, checked, and restored as they were."""

from __future__ import annotations

import fcntl
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.errors import DataFolderInUse, InvalidInput, StoreDamaged, StoreMisconfigured
from claims.store import RedisStore, connect, keys
from claims.store.backups import BackupNote, make_backup, restore_backup
from claims.store.embedded import EmbeddedServer
from claims.store.invariant import check_invariant
from claims.store.schema import SCHEMA
from claims.store.server_files import DataFolder
from tests.contracts import steps


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server on a data folder, with a judged claim and one that waits."""
    with EmbeddedServer(tmp_path / "data") as server:
        store = connect(server.url)
        store.submit_claim(steps.new_claim(1))
        steps.finish_check(store, steps.claim_id(1))
        store.submit_claim(steps.new_claim(2))
        store.close()
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.backup"


def back_up(server: EmbeddedServer, file: Path) -> BackupNote:
    note, content = make_backup(server.url, DataFolder(server.socket_path.parent), file)
    assert content.problems == ()
    return note


READ = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "set": ("SORT", "ALPHA"),
    "list": ("LRANGE", 0, -1),
    "zset": ("ZRANGE", 0, -1, "WITHSCORES"),
    "stream": ("XRANGE", "-", "+"),
}


def dump(store: RedisStore) -> dict[str, object]:
    """Every key of the store with its value."""
    found = {}
    for key in store.connection.command("KEYS", "*"):
        command, *rest = READ[store.connection.command("TYPE", key)]
        found[key] = store.connection.command(command, key, *rest)
    return found


def test_restored_backup_has_the_same_data(
    server: EmbeddedServer, file: Path, tmp_path: Path
) -> None:
    store = connect(server.url)
    before = dump(store)
    note = back_up(server, file)
    assert (note.articles, note.claims, note.schema) == (0, 2, SCHEMA)
    store.submit_claim(steps.new_claim(3))  # after the backup
    store.close()
    restored, content, aside = restore_backup(file, tmp_path / "other", force=False)
    assert (restored, aside, content.problems) == (note, None, ())
    with EmbeddedServer(tmp_path / "other") as again:
        store = connect(again.url)
        assert dump(store) == before
        assert check_invariant(store) == []
        steps.finish_check(store, steps.claim_id(2))
        store.close()
    with EmbeddedServer(tmp_path / "other") as again:  # what was written since stays as well
        store = connect(again.url)
        assert [entry.check for entry in store.get_history(steps.claim_id(2))] == [1]
        store.close()


def test_backup_during_submissions_has_the_state_of_one_moment(
    server: EmbeddedServer, file: Path, tmp_path: Path
) -> None:
    stopped = threading.Event()
    accepted: list[int] = []

    def submit() -> None:
        store = connect(server.url)
        while not stopped.is_set():
            store.submit_claim(steps.new_claim(10 + len(accepted)))
            accepted.append(len(accepted))
        store.close()

    thread = threading.Thread(target=submit)
    thread.start()
    try:
        while not accepted:
            pass
        note = back_up(server, file)
    finally:
        stopped.set()
        thread.join()
    _, content, _ = restore_backup(file, tmp_path / "other", force=False)
    assert content.problems == ()
    assert 2 < content.claims == note.claims <= 2 + len(accepted)


def test_backup_is_private_and_leaves_no_temporary_files(
    server: EmbeddedServer, file: Path
) -> None:
    folder = server.socket_path.parent
    before = {path.name for path in folder.iterdir()}
    back_up(server, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {path.name for path in folder.iterdir()} == before | {"backup.lock"}
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []
    back_up(server, file)  # again, over the first one


def test_existing_data_is_moved_aside_only_with_force(
    server: EmbeddedServer, file: Path, tmp_path: Path
) -> None:
    back_up(server, file)
    other = tmp_path / "other"
    with EmbeddedServer(other) as busy:
        store = connect(busy.url)
        store.submit_claim(steps.new_claim(7))
        store.close()
        with pytest.raises(DataFolderInUse, match="stop the service first"):
            restore_backup(file, other, force=True)
    with pytest.raises(InvalidInput, match="has data already: --force puts it aside"):
        restore_backup(file, other, force=False)
    _, content, aside = restore_backup(file, other, force=True)
    assert content.claims == 2
    assert aside is not None
    aside.rename(tmp_path / "appendonlydir")
    with EmbeddedServer(tmp_path) as earlier:
        store = connect(earlier.url)
        assert [claim.id for claim in store.list_claims(limit=9).items] == [steps.claim_id(7)]
        store.close()


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "other file"])
def test_damaged_backup_is_refused_and_existing_data_stays(
    server: EmbeddedServer, file: Path, tmp_path: Path, harm: str
) -> None:
    back_up(server, file)
    content = bytearray(file.read_bytes())
    if harm == "flipped":
        content[-100] ^= 0xFF
    elif harm == "cut":
        del content[-100:]
    elif harm == "empty":
        content.clear()
    else:
        content = bytearray(b"PK\x03\x04" * 100)
    file.write_bytes(content)
    other = DataFolder(tmp_path / "other")
    with pytest.raises((StoreDamaged, InvalidInput), match=r"damaged|no backup"):
        restore_backup(file, other.path, force=True)
    assert not other.files.exists()
    assert not other.restoring.path.exists()
    with EmbeddedServer(other.path):  # begins with no data
        pass


def test_refused_restore_keeps_the_data_set_aside_by_an_interrupted_one(
    server: EmbeddedServer, file: Path, tmp_path: Path
) -> None:
    """After a cut between two renames, `restoring` has the only restored data in place."""
    back_up(server, file)
    other = DataFolder(tmp_path / "other")
    other.path.mkdir()
    restore_backup(file, other.path, force=False)
    other.restoring.path.mkdir()
    other.files.rename(other.restoring.files)
    file.write_bytes(b"rubbish")
    with pytest.raises(InvalidInput, match="no backup"):
        restore_backup(file, other.path, force=False)
    with pytest.raises(StoreDamaged, match="run assay restore again"):
        EmbeddedServer(other.path).start()


def test_backup_of_a_later_release_is_refused(
    server: EmbeddedServer, file: Path, tmp_path: Path
) -> None:
    back_up(server, file)
    line, _, data = file.read_bytes().partition(b"\n")
    later = json.loads(line) | {"schema": SCHEMA + 1}
    file.write_bytes(json.dumps(later).encode() + b"\n" + data)
    with pytest.raises(StoreMisconfigured, match=f"schema {SCHEMA + 1}, and this release reads"):
        restore_backup(file, tmp_path / "other", force=False)


def test_no_server_starts_without_data_after_an_interrupted_restore(
    server: EmbeddedServer, file: Path, tmp_path: Path
) -> None:
    """As after a power cut between the two renames of a restore."""
    back_up(server, file)
    other = DataFolder(tmp_path / "other")
    with EmbeddedServer(other.path):
        pass
    restore_backup(file, other.path, force=True)
    other.restoring.path.mkdir()
    other.files.rename(other.restoring.files)
    with pytest.raises(StoreDamaged, match="run assay restore again"):
        EmbeddedServer(other.path).start()
    restore_backup(file, other.path, force=False)
    with EmbeddedServer(other.path) as again:
        store = connect(again.url)
        assert store.connection.command("ZCARD", keys.CLAIMS) == 2
        store.close()


def test_second_backup_at_the_same_time_is_refused(server: EmbeddedServer, file: Path) -> None:
    with (server.socket_path.parent / "backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DataFolderInUse, match="another backup"):
            back_up(server, file)
