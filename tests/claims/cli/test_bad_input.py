"""`assay check` on invalid input: exit status 2, one error line, no output file."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from claims.limits import ARTICLE_CHARS
from claims.sources.files import MAX_FILE_BYTES
from service.cli import run
from tests.claims.cli.running import ARTICLE, CLAIM, run_assay

WRONG_URLS = {
    "ftp://a.example/x": "must begin with http",
    "file:///etc/passwd": "must begin with http",
    "http://user:word@a.example/": "user name or password",
    "http://a.example/a b": "white space",
    "http://a.example/\x1b[31m": "control characters",
    "http://a.example\\x": "backslash",
    "http://a.example/\udcff": "control characters",
    "http://": "no valid host",
    "http://a.example:99999/": "not well formed",
    "http://a.example/" + "x" * 3000: "longer than 2048",
}
WRONG_ARTICLES = {
    "empty": (b"", "the article is empty"),
    "blank": (b" \n\t\r\n ", "the article is empty"),
    "long": (b"The bridge is 42 metres long. " * 7000, f"maximum {ARTICLE_CHARS:,}"),
    "binary": (bytes(range(256)) * 10, "is binary"),
    "gzipped": (b"\x1f\x8b\x08\x00" + bytes(range(200)), "is binary"),
    "NUL": (ARTICLE.encode() + b"\0" + ARTICLE.encode(), "binary data"),
    "page without text": (b"<html><body><nav>Home</nav></body></html>", "no main text"),
}


def refuse(*arguments: str | Path, stdin: bytes = b"") -> str:
    """Run `assay check`, which must end with 2, and return its error line."""
    done = run_assay("check", *arguments, stdin=stdin)
    assert done.status == 2
    assert done.complaint.isprintable()
    return done.complaint


@pytest.mark.parametrize("option", ["--as-of", "--dated"])
@pytest.mark.parametrize("day", ["yesterday", "2025-02-30", "20250904", "", "\x1b[31m"])
def test_day_that_is_none_is_refused_with_an_example(option: str, day: str) -> None:
    complaint = refuse("--claim", CLAIM, option, day)
    assert option in complaint
    assert "such as 2025-09-04" in complaint


def test_nothing_to_check_is_refused() -> None:
    assert "give an article or a --claim" in refuse()


@pytest.mark.parametrize(
    ("claim", "reason"), [("", "empty"), (" \t", "empty"), ("x" * 1001, "1,001")]
)
def test_claim_that_is_none_is_refused(claim: str, reason: str) -> None:
    assert reason in refuse("--claim", CLAIM, "--claim", claim)


def test_claim_of_the_greatest_length_is_taken() -> None:
    assert run_assay("check", "--claim", "word " * 200).status == 0


def test_claim_that_is_no_text_is_refused() -> None:
    assert "surrogate" in refuse("--claim", "The bridge \udcff is long.")


@pytest.mark.parametrize("kind", sorted(WRONG_ARTICLES))
def test_article_that_is_none_is_refused(kind: str, tmp_path: Path) -> None:
    content, reason = WRONG_ARTICLES[kind]
    (tmp_path / "article").write_bytes(content)
    assert reason in refuse(tmp_path / "article")
    assert reason in refuse("-", stdin=content)


def test_article_that_is_not_there_is_named() -> None:
    complaint = refuse("nowhere/article.txt")
    assert complaint.startswith("nowhere/article.txt: no such file or folder")
    assert "http://" in refuse("www.example.com/news")


def test_text_typed_in_place_of_a_file_name_gives_a_short_line() -> None:
    assert len(refuse(ARTICLE * 50)) < 200


def test_folder_is_no_article(tmp_path: Path) -> None:
    assert "not a regular file" in refuse(tmp_path)


def test_endless_input_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            buffer[:] = b"a" * len(buffer)
            self.given += len(buffer)
            assert self.given < 2 * MAX_FILE_BYTES
            return len(buffer)

    with patch.object(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Endless()))):
        assert run(["check", "-"]) == 2


@pytest.mark.parametrize("source", ["nowhere", "", " ", "www.example.com", "javascript:alert(1)"])
def test_source_that_is_not_there_is_named(source: str) -> None:
    complaint = refuse("--claim", CLAIM, "--source", source)
    assert (source.strip() or '"') in complaint
    assert "no such file or folder" in complaint


@pytest.mark.parametrize("url", sorted(WRONG_URLS))
def test_url_that_is_wrong_is_named_with_the_reason(url: str) -> None:
    complaint = refuse("--claim", CLAIM, "--source", "http://a.example/", "--source", url)
    assert WRONG_URLS[url] in complaint
    assert complaint.startswith(url[:15].partition("\x1b")[0].partition("\udcff")[0])
    assert WRONG_URLS[url] in refuse(url)


def test_fifty_sources_are_the_most() -> None:
    options = [option for n in range(51) for option in ("--source", f"http://127.0.0.1/{n}")]
    assert "too many sources: 51, maximum 50" in refuse("--claim", CLAIM, *options)
    assert run_assay("check", "--claim", CLAIM, *options[2:]).status == 0


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.1:0", "http://a.example:80", "a:b"])
def test_address_to_let_in_needs_a_host_and_a_port(allowed: str) -> None:
    assert "host:port" in refuse("--claim", CLAIM, "--allow", allowed)


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_output_that_cannot_be_written_is_refused_before_the_work(
    option: str, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere" / "out"
    assert refuse("--claim", CLAIM, option, nowhere) == (
        f"{nowhere}: cannot be written: No such file or directory"
    )
    assert "Is a directory" in refuse("--claim", CLAIM, option, tmp_path)


def test_json_does_not_replace_an_article(article: Path) -> None:
    """The argument after `--json` is its output file, here the path of the article."""
    assert "put --json last" in refuse("--json", article)
    assert "put --json last" in refuse("--claim", CLAIM, "--json", article)
    assert article.read_text(encoding="utf-8") == ARTICLE


def test_name_with_a_line_break_still_gives_one_line() -> None:
    assert refuse("no\nsuch\x1b[31m.txt").startswith("no\N{REPLACEMENT CHARACTER}such")
