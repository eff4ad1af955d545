"""`assay worthiness`, run as a command line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from claims.extraction import score_worthiness
from service.cli import run


def test_lines_come_back_with_their_score_and_their_other_keys(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "lines.jsonl.gz"
    texts = ["Crime fell by 12 percent.", "I hope so."]
    path.write_bytes(
        gzip.compress(
            "".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(texts)).encode()
        )
    )
    assert run(["worthiness", "--lines", str(path)]) == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [(line["id"], line["text"]) for line in lines] == list(enumerate(texts))
    assert [line["check_worthiness"] for line in lines] == [
        round(score, 4) for score in score_worthiness(texts)
    ]


def test_bad_line_ends_with_2_one_line_on_stderr_and_no_file(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path, out = tmp_path / "lines.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"text": "a"}\n{"text": 3}\n')
    assert run(["worthiness", "--lines", str(path), "--out", str(out)]) == 2
    captured = capfdbinary.readouterr()
    assert captured.out == b""
    assert captured.err.decode().strip() == f'assay: {path}, line 2: "text" is not a string'
    assert not out.exists()


def test_missing_option_ends_with_2(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["worthiness"]) == 2
    assert b"--lines" in capfdbinary.readouterr().err
