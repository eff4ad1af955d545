"""Backups of the embedded store: one file, made while the store is used, and tested by loading it.

The file is a line of JSON (BackupNote) and after it the server's own snapshot of one moment (RDB).
The server makes a backup in the background, and a second server loads it; a restore unpacks it
beside the data, loads it there, and then replaces the data with it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from claims.disk import MEGABYTE
from claims.errors import (
    InvalidInput,
    StoreDamaged,
    StoreFull,
    StoreMisconfigured,
    StoreUnavailable,
)
from claims.store.append_only_file import sync
from claims.store.connection import StoreConnection
from claims.store.content import StoreContent, load_content
from claims.store.embedded import hold_lock, own_files
from claims.store.schema import SCHEMA
from claims.store.server_files import DataFolder

FORMAT = 1
_BASE = "appendonly.aof.1.base.rdb"
_CHUNK_BYTES = 1 << 20
# Maximum bytes of the first line of a backup.
_NOTE_BYTES = 10_000
_POLL_S = 0.1
# Seconds to wait for the snapshot; the server writes some hundred megabytes a second.
_SNAPSHOT_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """The description of a backup; `articles` and `claims` were counted after loading it."""

    assay_backup: int
    made_at: str
    release: str
    schema: int
    articles: int
    claims: int
    bytes: int
    sha256: str


def make_backup(url: str, folder: DataFolder, file: Path) -> tuple[BackupNote, StoreContent]:
    """Write the data of the server at `url`, which runs on `folder`, to `file`.

    The data is that of one moment; the service may continue meanwhile. `file` appears after the
    backup was loaded and read back. Needs disk space in the folder for a second copy, and memory
    for another. Raises StoreFull without that space, StoreUnavailable, InvalidInput when `file`
    cannot be written, and StoreDamaged when the data read back is different.
    """
    staging = folder.backing_up
    with hold_lock(folder.path / "backup.lock", "another backup of it is being made"):
        shutil.rmtree(staging.path, ignore_errors=True)
        staging.files.mkdir(parents=True, mode=0o700)
        try:
            with closing(StoreConnection(url)) as connection:
                _save(connection, folder, staging.files / _BASE)
            _write_manifest(staging)
            content = load_content(staging.path)
            note = _describe(staging.files / _BASE, content)
            _write(file, note, staging.files / _BASE)
        finally:
            shutil.rmtree(staging.path)
    return note, content


def restore_backup(
    file: Path, data_folder: Path, *, force: bool
) -> tuple[BackupNote, StoreContent, Path | None]:
    """Put the data of a backup into a data folder on which no server runs.

    With `force`, existing data is moved aside, to the returned path. Raises DataFolderInUse,
    InvalidInput for existing data without `force` or a file that is no backup, StoreDamaged for a
    damaged backup and StoreMisconfigured for a backup of a later release. Unless the backup was
    loaded, the existing data is unchanged.
    """
    with own_files(data_folder) as folder:
        if folder.files.exists() and not force:
            raise InvalidInput(
                f"{folder.path} has data already: --force puts it aside, and restores the backup"
            )
        try:
            note, content = _try_backup(file, folder.trial)
            # Up to this line, the remains of an interrupted restore keep a server from starting.
            shutil.rmtree(folder.restoring.path, ignore_errors=True)
            folder.trial.path.rename(folder.restoring.path)
        finally:
            shutil.rmtree(folder.trial.path, ignore_errors=True)
        return note, content, _replace(folder, folder.restoring)


def _try_backup(file: Path, trial: DataFolder) -> tuple[BackupNote, StoreContent]:
    """Unpack a backup into a folder of its own, and load it there."""
    shutil.rmtree(trial.path, ignore_errors=True)
    with _open(file) as (note, data):
        trial.files.mkdir(parents=True, mode=0o700)
        _unpack(file, note, data=data, to=trial.files / _BASE)
    _write_manifest(trial)
    content = load_content(trial.path)
    if (content.articles, content.claims) != (note.articles, note.claims):
        raise StoreDamaged(f"{file}: loaded, it has {content}, not what it had when it was made")
    return note, content


def _save(connection: StoreConnection, folder: DataFolder, to: Path) -> None:
    """Have the server write a snapshot in the background, and move it to `to`."""
    used = int(connection.command("INFO", "memory")["used_memory"])
    free = shutil.disk_usage(folder.path).free
    if free < used:
        raise StoreFull(
            f"the disk of {folder.path} has {free // MEGABYTE} MB left, and a snapshot may take "
            f"{used // MEGABYTE} MB: free some space"
        )
    folder.snapshot.unlink(missing_ok=True)
    connection.command("BGSAVE", "SCHEDULE")
    _wait_for_snapshot(connection, folder.snapshot)
    folder.snapshot.rename(to)


def _wait_for_snapshot(connection: StoreConnection, snapshot: Path) -> None:
    """Wait until the server has written the snapshot and given it its name."""
    deadline = time.monotonic() + _SNAPSHOT_S
    while time.monotonic() < deadline:
        info = connection.command("INFO", "persistence")
        is_busy = info["rdb_bgsave_in_progress"] or info["aof_rewrite_in_progress"]
        if not is_busy and snapshot.exists():
            return
        if not is_busy and info["rdb_last_bgsave_status"] != "ok":
            break
        time.sleep(_POLL_S)
    raise StoreUnavailable("the server wrote no snapshot: see server.log in the data folder")


def _write_manifest(staging: DataFolder) -> None:
    staging.manifest.write_text(f"file {_BASE} seq 1 type b\n", encoding="utf-8")


def _describe(snapshot: Path, content: StoreContent) -> BackupNote:
    with snapshot.open("rb") as data:
        digest = _hash(data)
    return BackupNote(
        assay_backup=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        release=version("assay"),
        schema=content.schema,
        articles=content.articles,
        claims=content.claims,
        bytes=snapshot.stat().st_size,
        sha256=digest,
    )


def _write(file: Path, note: BackupNote, snapshot: Path) -> None:
    """Write the file for this user alone, completely or not at all, and read it back."""
    draft = None
    try:
        handle, draft = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name[:100]}.")
        with os.fdopen(handle, "wb") as backup, snapshot.open("rb") as data:
            backup.write(json.dumps(asdict(note)).encode() + b"\n")
            shutil.copyfileobj(data, backup, _CHUNK_BYTES)
            backup.flush()
            os.fsync(backup.fileno())
        with _open(Path(draft)) as (read, data):
            if read != note or _hash(data) != note.sha256:
                raise StoreDamaged(f"{file}: what was written cannot be read back: check the disk")
        Path(draft).replace(file)
        sync(file.absolute().parent)
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be written: {error.strerror}") from error
    finally:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)


@contextmanager
def _open(file: Path) -> Iterator[tuple[BackupNote, BinaryIO]]:
    """The note of a backup, and the file at the beginning of its snapshot."""
    try:
        with file.open("rb") as backup:
            yield _read_note(file, backup.readline(_NOTE_BYTES)), backup
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error


def _read_note(file: Path, line: bytes) -> BackupNote:
    try:
        note = BackupNote(**json.loads(line))
    except (ValueError, TypeError):
        raise InvalidInput(f"{file}: it is no backup of assay backup") from None
    if note.assay_backup > FORMAT or note.schema > SCHEMA:
        raise StoreMisconfigured(
            f"{file}: its data has schema {note.schema}, and this release reads schema {SCHEMA} at "
            f"most: restore it with release {note.release}, which made it, or a later one"
        )
    return note


def _unpack(file: Path, note: BackupNote, *, data: BinaryIO, to: Path) -> None:
    with to.open("xb") as snapshot:
        shutil.copyfileobj(data, snapshot, _CHUNK_BYTES)
        snapshot.flush()
        os.fsync(snapshot.fileno())
    with to.open("rb") as snapshot:
        if to.stat().st_size != note.bytes or _hash(snapshot) != note.sha256:
            raise StoreDamaged(f"{file}: it is damaged, its checksum is another one")


def _replace(folder: DataFolder, staging: DataFolder) -> Path | None:
    """Replace the files of `folder` with those of `staging`; returns where the old ones are.

    Two renames: after a crash between them, `check_restored` keeps a server from starting without
    data.
    """
    aside = None
    if folder.files.exists():
        aside = folder.set_aside / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{folder.files.name}"
        folder.set_aside.mkdir(mode=0o700, exist_ok=True)
        folder.files.rename(aside)
        sync(folder.set_aside)
    staging.files.rename(folder.files)
    sync(folder.path)
    shutil.rmtree(staging.path)
    return aside


def _hash(data: BinaryIO) -> str:
    digest = sha256()
    while chunk := data.read(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
