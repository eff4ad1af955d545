"""A small disk (tmpfs), for tests and benchmarks that fill it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

MEGABYTE = 1_000_000
_BLOCK = 1_000_000


class SmallDisk:
    """A mounted disk, which `fill` fills with a dummy file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def free_bytes(self) -> int:
        about = os.statvfs(self.folder)
        return about.f_bavail * about.f_frsize

    def fill(self, *, left_mb: int = 0) -> None:
        """Write until at most `left_mb` MB are free; with 0, until a write fails."""
        with self._filler.open("ab", buffering=0) as filler:
            while (over := self.free_bytes() - left_mb * MEGABYTE) > 0:
                try:
                    filler.write(b"\0" * min(over, _BLOCK))
                except OSError:
                    return

    def clear(self) -> None:
        """Delete the dummy file."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, *, size_mb: int) -> Iterator[SmallDisk]:
    """Mount a disk of `size_mb` MB at `folder`, until the block ends.

    Raises CalledProcessError when mounting fails.
    """
    folder.mkdir(exist_ok=True)
    options = f"size={size_mb * MEGABYTE},mode=700"
    _run("mount", "-t", "tmpfs", "-o", options, "assay-test", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


@cache
def can_mount() -> bool:
    """Whether this user may mount a tmpfs, as root outside of a container usually may."""
    if not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder), size_mb=1):
                return True
        except subprocess.CalledProcessError:
            return False


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
