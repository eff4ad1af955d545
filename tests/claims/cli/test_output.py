"""Output files are written completely or not at all; a full disk gives one error line."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from errno import ENOSPC
from pathlib import Path
from unittest.mock import patch

import pytest

from claims.cli.output import check_writable, write_file, write_stdout
from claims.errors import InvalidInput


def test_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def break_off() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    path = tmp_path / "out"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt):
        write_file(path, break_off())
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.touch(mode=0o600)
    write_file(path, [b"after"])
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"after", 0o600)


def test_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    write_file(tmp_path / "link", [b"content"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"content"


def test_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    check_writable(pipe)
    write_file(pipe, [b"con", b"tent"])
    reader.join(30)
    assert received == [b"content"]
    assert pipe.is_fifo()


def test_place_that_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"before")
    check_writable(tmp_path / "old")
    check_writable(tmp_path / "new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


@pytest.mark.parametrize("name", ["", "nowhere/out", "file/out", "x" * 300])
def test_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match=r"cannot be written: .") as caught:
        check_writable(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))
    with pytest.raises(InvalidInput, match=r"cannot be written: ."):
        write_file(tmp_path / name, [b"content"])


def test_output_of_the_command_follows_earlier_printed_text() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with patch.object(sys, "stdout", stream):
        print("first", end=" ")  # noqa: T201 - the test is about printed output
        write_stdout([b"second ", "é".encode()])
    assert stream.buffer.getvalue() == "first second é".encode()  # type: ignore[attr-defined]


def test_full_disk_is_said_in_a_line() -> None:
    class FullDisk(io.BytesIO):
        def writelines(self, lines: object) -> None:
            raise OSError(ENOSPC, os.strerror(ENOSPC))

    with (
        patch.object(sys, "stdout", io.TextIOWrapper(FullDisk())),
        pytest.raises(InvalidInput, match="standard output: cannot be written: No space"),
    ):
        write_stdout([b"content"])
