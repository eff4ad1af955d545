"""Damaged files of the embedded store: found, cut at the end, and refused elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from claims.errors import DataFolderInUse, InvalidInput, StoreDamaged
from claims.store import RedisStore, connect
from claims.store.append_only_file import find_damage
from claims.store.embedded import EmbeddedServer
from claims.store.repair import repair
from claims.store.server_files import DataFolder
from tests.contracts import steps

ZEROS = b"\0" * 100
CUT_WRITE = b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$500\r\nthe value ends he"
CUT_TRANSACTION = b"*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$1\r\n1\r\n"
WRITE = b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder whose store has three claims: one in its base, the others written since."""
    data = DataFolder(tmp_path / "my data")
    with EmbeddedServer(data.path) as server:
        store = connect(server.url)
        submit(store, 1)
        store.connection.command("BGREWRITEAOF")
        while store.connection.command("INFO", "persistence")["aof_rewrite_in_progress"]:
            time.sleep(0.05)
        submit(store, 2)
        submit(store, 3)
        store.close()
    return data


def submit(store: RedisStore, number: int) -> None:
    store.submit_claim(steps.new_claim(number))


def last_file(folder: DataFolder) -> Path:
    return max(folder.files.glob("*.incr.aof"))


def append(folder: DataFolder, end: bytes) -> None:
    with last_file(folder).open("ab") as file:
        file.write(end)


def list_claims(folder: DataFolder) -> list[str]:
    with EmbeddedServer(folder.path) as server:
        store = connect(server.url)
        found = [claim.id for claim in store.list_claims(limit=10).items]
        store.close()
    return found


ALL = [steps.claim_id(number) for number in (3, 2, 1)]


def test_undamaged_files_stay_unchanged(folder: DataFolder) -> None:
    before = last_file(folder).read_bytes()
    assert find_damage(folder) is None
    done = repair(folder.path, force=False)
    assert (done.damage, done.kept) == (None, None)
    assert (done.content.claims, done.content.problems) == (3, ())
    assert last_file(folder).read_bytes() == before


@pytest.mark.parametrize("end", [ZEROS, CUT_WRITE, CUT_TRANSACTION, b"\xff" * 7])
def test_damaged_end_is_cut_off_and_kept_without_loss_of_accepted_data(
    folder: DataFolder, end: bytes
) -> None:
    before = last_file(folder).read_bytes()
    append(folder, end)
    damage = find_damage(folder)
    assert damage is not None
    assert (damage.good_bytes, damage.lost_writes) == (len(before), 0)
    done = repair(folder.path, force=False)
    assert done.kept is not None
    assert done.kept.read_bytes() == end
    assert done.content.problems == ()
    assert last_file(folder).read_bytes() == before
    assert list_claims(folder) == ALL


def test_server_does_not_start_on_a_damaged_end_and_names_the_command(folder: DataFolder) -> None:
    append(folder, ZEROS)
    with pytest.raises(StoreDamaged, match=r"last 100 of .*assay repair --data .*my data"):
        EmbeddedServer(folder.path).start()
    repair(folder.path, force=False)
    assert list_claims(folder) == ALL


@pytest.mark.parametrize(("behind", "lost"), [(WRITE, 1), (CUT_TRANSACTION + WRITE * 2, 4)])
def test_damage_before_complete_writes_is_cut_only_with_force(
    folder: DataFolder, behind: bytes, lost: int
) -> None:
    append(folder, ZEROS + behind)
    with pytest.raises(InvalidInput, match=rf"with {lost} whole writes.*--force"):
        repair(folder.path, force=False)
    assert last_file(folder).read_bytes().endswith(ZEROS + behind)
    done = repair(folder.path, force=True)
    assert done.kept is not None
    assert done.kept.read_bytes() == ZEROS + behind
    assert list_claims(folder) == ALL


def break_base(folder: DataFolder) -> None:
    (base,) = folder.files.glob("*.base.rdb")
    content = bytearray(base.read_bytes())
    content[len(content) // 2] ^= 0xFF
    base.write_bytes(content)


def remove_last(folder: DataFolder) -> None:
    last_file(folder).unlink()


def empty_manifest(folder: DataFolder) -> None:
    folder.manifest.write_text("")


@pytest.mark.parametrize("harm", [break_base, remove_last, empty_manifest])
def test_other_damage_is_named_with_the_advice_to_restore_a_backup(
    folder: DataFolder, harm: Callable[[DataFolder], None]
) -> None:
    harm(folder)
    with pytest.raises(StoreDamaged, match=r"restore a backup: assay restore FILE --force"):
        repair(folder.path, force=True)
    with pytest.raises(StoreDamaged):
        EmbeddedServer(folder.path).start()


def test_nothing_is_cut_while_a_server_runs(folder: DataFolder) -> None:
    with (
        EmbeddedServer(folder.path),
        pytest.raises(DataFolderInUse, match="stop the service first"),
    ):
        repair(folder.path, force=False)


def test_folder_without_data_is_undamaged(tmp_path: Path) -> None:
    assert find_damage(DataFolder(tmp_path)) is None
