"""Reading and writing of JSON Lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from claims.cli.jsonl import read_lines, write_lines
from claims.errors import InvalidInput


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_lines_keep_their_order_and_their_other_keys(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", '{"id": 7, "text": "é"}\n\n{"text": "b"}'.encode())
    assert read_lines(path, required={"text": str}) == [{"id": 7, "text": "é"}, {"text": "b"}]


def test_gzipped_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", gzip.compress(b'{"text": "a"}\n', mtime=0))
    assert read_lines(path, required={"text": str}) == [{"text": "a"}]


def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", b'\xef\xbb\xbf{"text": "a"}\r\n{"text": "b"}\r\n')
    assert len(read_lines(path, required={"text": str})) == 2


def test_line_separator_inside_a_string_ends_no_line(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", '{"text": "a\u2028b\x85c"}\n'.encode())
    assert read_lines(path, required={"text": str}) == [{"text": "a\u2028b\x85c"}]


def test_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert read_lines(_write(tmp_path / "a.jsonl", b""), required={"text": str}) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b"{}", 'the key "text" is missing'),
        (b'{"text": 3}', '"text" is not a string'),
        (b'{"text": null}', '"text" is not a string'),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"text": "a", "x": NaN}', "not JSON"),
        (b'{"text": "\\ud800"}', '"text" holds half of a surrogate pair'),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_bad_line_is_named_by_its_number(tmp_path: Path, line: bytes, reason: str) -> None:
    path = _write(tmp_path / "a.jsonl", b'{"text": "a"}\n\n' + line + b"\n")
    with pytest.raises(InvalidInput) as caught:
        read_lines(path, required={"text": str})
    assert f"line 3: {reason}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [None, b"\x1f\x8b broken", gzip.compress(b'{"text": "a"}', mtime=0)[:-6]]
)
def test_file_that_cannot_be_read_is_invalid_input(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_lines(path, required={"text": str})


def test_folder_instead_of_a_file_is_invalid_input(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_lines(tmp_path, required={"text": str})


def test_written_lines_are_read_back_the_same(tmp_path: Path) -> None:
    lines = [{"text": "é\u2028", "n": 1.5}, {"text": "b", "x": {"y": [None, True]}}]
    write_lines(lines, tmp_path / "out.jsonl")
    assert read_lines(tmp_path / "out.jsonl", required={"text": str}) == lines


def test_no_lines_give_an_empty_file(tmp_path: Path) -> None:
    write_lines([], tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_output_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    with pytest.raises(TypeError):
        write_lines([{"text": "a"}, {"text": object()}], out)
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_output_in_a_folder_that_is_not_there_is_invalid_input(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_lines([{"text": "a"}], tmp_path / "nowhere" / "out.jsonl")


def test_output_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    write_lines([{"text": "a"}], tmp_path / "out.jsonl")
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / "out.jsonl").stat().st_mode == plain.stat().st_mode


def test_without_a_file_lines_go_to_standard_output(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_lines([{"text": "é"}], None)
    assert json.loads(capfdbinary.readouterr().out.decode()) == {"text": "é"}
