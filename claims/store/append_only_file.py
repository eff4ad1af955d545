"""The files in which the embedded server keeps its data: lists, checks and cuts them.

    appendonlydir/appendonly.aof.manifest      the names of the files, in order
    appendonlydir/appendonly.aof.N.base.rdb    everything up to some moment
    appendonlydir/appendonly.aof.N.incr.aof    each write since then, appended and synced

A power cut or a full disk can leave bytes at the end of the last file that are no complete write.
They were never acknowledged, so that cutting them off loses nothing. The server itself cuts off an
incomplete write and refuses to start with any other damage. The files are checked by the server's
own program under its other names (valkey-check-aof, valkey-check-rdb).
"""

from __future__ import annotations

import mmap
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from claims.errors import StoreDamaged
from claims.store.server_files import DataFolder, find_binary

_ANALYZED = re.compile(r"AOF analyzed: .*\bok_up_to=(\d+)")
# The beginning of a write in the file: the number of its words and the length of the first one.
_WRITE = re.compile(rb"\*\d+\r\n\$\d+\r\n")
_EXEC = b"$4\r\nEXEC\r\n"
_MULTI = b"*1\r\n$5\r\nMULTI\r\n"


@dataclass(frozen=True, slots=True)
class Damage:
    """The damage of a file.

    `good_bytes`: the size of its undamaged beginning, None when it cannot be cut there.
    `lost_writes`: the number of complete writes behind the damage, which a cut would lose.
    """

    file: Path
    what: str
    good_bytes: int | None = None
    lost_writes: int = 0

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def find_damage(folder: DataFolder) -> Damage | None:
    """The first damage of the files, None when there is none or no data yet.

    Reads all data once; no server may write to it meanwhile. Raises StoreMisconfigured when there
    is no server program.
    """
    if not folder.manifest.exists():
        return None
    names = _list_files(folder.manifest)
    if not names:
        return Damage(folder.manifest, "it names no file")
    for name in names:
        file = folder.manifest.with_name(name)
        damage = _check(file, is_last=name == names[-1])
        if damage is not None:
            return damage
    return None


def cut_off(damage: Damage, *, keep_in: Path) -> Path:
    """Cut the file at its damage; returns the file in `keep_in` with the removed bytes.

    Raises StoreDamaged when the damage is not at the end of the last file.
    """
    if damage.good_bytes is None:
        raise StoreDamaged(f"{damage}; restore a backup: assay restore FILE --force")
    keep_in.mkdir(mode=0o700, exist_ok=True)
    kept = keep_in / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{damage.file.name}"
    with damage.file.open("rb+") as file:
        file.seek(damage.good_bytes)
        with kept.open("xb") as end:
            shutil.copyfileobj(file, end)
        sync(kept)
        sync(keep_in)
        file.truncate(damage.good_bytes)
        os.fsync(file.fileno())
    return kept


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _list_files(manifest: Path) -> list[str]:
    """The names in the manifest, in order; `file NAME seq NUMBER type b|i|h` on each line."""
    text = manifest.read_text(encoding="utf-8", errors="replace")
    return re.findall(r"^file (\S+) seq \d+ type [bi]\b", text, re.MULTILINE)


def _check(file: Path, *, is_last: bool) -> Damage | None:
    if not file.is_file():
        return Damage(file, "it is missing")
    if file.suffix == ".rdb":
        status, _ = _run_checker("check-rdb", file)
        return Damage(file, "it is damaged") if status else None
    status, said = _run_checker("check-aof", file)
    if status == 0:
        return None
    analyzed = _ANALYZED.search(said)
    if analyzed is None:
        return Damage(file, "it cannot be read")
    good_bytes, size = int(analyzed[1]), file.stat().st_size
    what = f"the last {size - good_bytes:,} of {size:,} bytes are damaged"
    if not is_last:
        return Damage(file, what)
    lost = _count_writes(file, good_bytes)
    if lost:
        what += f", with {lost:,} whole writes behind the damage"
    return Damage(file, what, good_bytes, lost)


def _run_checker(name: str, file: Path) -> tuple[int, str]:
    """The exit status and output of the server's program under another name."""
    binary = find_binary()
    done = subprocess.run(
        [binary.name.replace("server", name), str(file)],
        executable=binary,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def _count_writes(file: Path, start: int) -> int:
    """The number of whole writes behind `start`: an unfinished transaction counts as none."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[start : start + len(_MULTI)] == _MULTI and data.find(_EXEC, start) == -1:
            return 0
        is_cut = _WRITE.match(data, start) is not None  # the write that is damaged
        return sum(1 for _ in _WRITE.finditer(data, start)) - is_cut
