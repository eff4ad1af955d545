"""Sources and articles from the local disk."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from claims.sources import files
from claims.sources.fetch import WebFetcher
from claims.sources.files import LocalArticle, read_article, read_sources

HTML = (
    '<html><head><title>Lake level</title><meta property="article:published_time" '
    'content="2025-08-12"></head><body><nav><a href="/">Home</a></nav><main><h1>Lake level</h1>'
    "<p>The level of the lake has fallen to 371 metres.</p></main></body></html>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "more").mkdir(parents=True)
    (folder / "b.html").write_text(HTML)
    (folder / "a.txt").write_bytes("The café opened in 1994.".encode("cp1252"))
    (folder / "more" / "c.md").write_text("# Heading\n\nA paragraph of text.\n")
    return folder


def test_folder_gives_its_pages_by_relative_name(folder: Path, fetcher: WebFetcher) -> None:
    found = read_sources(folder, reader=fetcher)
    assert [page.url for page in found.pages] == ["a.txt", "b.html", "more/c.md"]
    assert found.failed == ()
    text, html, markdown = found.pages
    assert text.text == "The café opened in 1994."
    assert (html.title, html.published_at) == ("Lake level", "2025-08-12")
    assert html.text == "Lake level\nThe level of the lake has fallen to 371 metres."
    assert html.canonical_url == "b.html"
    assert markdown.text == "# Heading\nA paragraph of text."
    assert html.fetched_at.tzinfo is UTC
    assert html.fetched_at <= datetime.now(UTC)


@pytest.mark.parametrize(("as_of", "late"), [("2025-08-12", False), ("2025-08-11", True)])
def test_file_published_after_the_last_day_is_coverage(
    folder: Path, fetcher: WebFetcher, as_of: str, late: bool
) -> None:
    found = read_sources(folder, reader=fetcher, as_of=date.fromisoformat(as_of))
    assert [failure.code for failure in found.failed] == ["after-as-of"] * late
    # Files without a date are kept.
    assert {page.url for page in found.pages} >= {"a.txt", "more/c.md"}


def test_single_file_has_its_own_name(folder: Path, fetcher: WebFetcher) -> None:
    found = read_sources(folder / "more" / "c.md", reader=fetcher)
    assert [page.url for page in found.pages] == ["c.md"]


@pytest.mark.parametrize(("name", "body"), [("page", HTML), ("notes.log", "Three plain words.")])
def test_file_given_by_name_is_read_with_any_extension(
    name: str, body: str, tmp_path: Path, fetcher: WebFetcher
) -> None:
    (tmp_path / name).write_text(body)
    found = read_sources(tmp_path / name, reader=fetcher)
    assert "Home" not in found.pages[0].text
    assert found.failed == ()


def test_unreadable_files_of_a_folder_are_coverage(
    folder: Path, tmp_path: Path, fetcher: WebFetcher
) -> None:
    (tmp_path / "secret.txt").write_text("Not for this folder, ever.")
    (folder / "empty.html").write_text("<html></html>")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    os.mkfifo(folder / "pipe.txt")
    found = read_sources(folder, reader=fetcher)
    assert len(found.pages) == 3
    assert {failure.url: failure.code for failure in found.failed} == {
        "empty.html": "no-text",
        "gone.txt": "unreadable",
        "link.txt": "unreadable",
        "loop.txt": "unreadable",
        "picture.png": "not-text",
        "picture.txt": "not-text",
        "pipe.txt": "unreadable",
    }


def test_article_under_check_is_never_a_source(folder: Path, fetcher: WebFetcher) -> None:
    (folder / "z.txt").symlink_to(folder / "a.txt")
    found = read_sources(folder, reader=fetcher, article=folder / "more" / ".." / "a.txt")
    assert [page.url for page in found.pages] == ["b.html", "more/c.md"]
    assert [(f.url, f.code) for f in found.failed] == [("a.txt", "own-site"), ("z.txt", "own-site")]


def test_name_that_is_not_utf_8_is_escaped(folder: Path, fetcher: WebFetcher) -> None:
    (folder / "\udce9t\udce9.txt").write_text("Three plain words.")
    assert read_sources(folder, reader=fetcher).pages[-1].url == "\\xe9t\\xe9.txt"


def test_symbolic_link_out_of_the_folder_is_not_followed(
    folder: Path, tmp_path: Path, fetcher: WebFetcher
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "d.txt").write_text("Not for this folder, ever.")
    (folder / "elsewhere").symlink_to(tmp_path / "elsewhere")
    assert len(read_sources(folder, reader=fetcher).pages) == 3


def test_symbolic_link_within_the_folder_is_followed(folder: Path, fetcher: WebFetcher) -> None:
    (folder / "z.txt").symlink_to(folder / "a.txt")
    assert read_sources(folder, reader=fetcher).pages[-1].url == "z.txt"


def test_hidden_files_are_ignored(folder: Path, fetcher: WebFetcher) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    (folder / ".DS_Store").write_bytes(b"\0")
    assert read_sources(folder, reader=fetcher).failed == ()


def test_large_file_is_coverage(folder: Path, fetcher: WebFetcher) -> None:
    with (folder / "large.txt").open("wb") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)
    (failure,) = read_sources(folder, reader=fetcher).failed
    assert (failure.url, failure.code) == ("large.txt", "too-large")


def test_file_without_read_permission_is_coverage(
    folder: Path, fetcher: WebFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = read_sources(folder / "a.txt", reader=fetcher)
    assert [(f.code, f.detail) for f in found.failed] == [("unreadable", "Permission denied")]


def test_missing_source_is_invalid_input(tmp_path: Path, fetcher: WebFetcher) -> None:
    with pytest.raises(InvalidInput, match="no such file or folder"):
        read_sources(tmp_path / "nowhere", reader=fetcher)


def test_folder_with_too_many_files_is_invalid_input(
    folder: Path, fetcher: WebFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 2)
    with pytest.raises(InvalidInput, match="more than 2 files"):
        read_sources(folder, reader=fetcher)


# --- the article ---------------------------------------------------------------------------


def test_plain_article_keeps_every_character(tmp_path: Path, fetcher: WebFetcher) -> None:
    """Spans are offsets into the submitted text."""
    text = "\r\n  First  line, e\u0301tude.\r\n\r\n\tSecond.  \n"
    path = tmp_path / "article.txt"
    path.write_bytes(text.encode())
    assert read_article(path, reader=fetcher) == LocalArticle(text, None, None)
    assert read_article(text.encode("utf-8-sig"), reader=fetcher).text == text


@pytest.mark.parametrize("name", ["article.html", "article"])
def test_html_article_is_reduced_to_its_main_text(
    name: str, tmp_path: Path, fetcher: WebFetcher
) -> None:
    (tmp_path / name).write_text(HTML)
    article = LocalArticle(
        "Lake level\nThe level of the lake has fallen to 371 metres.", "Lake level", "2025-08-12"
    )
    assert read_article(tmp_path / name, reader=fetcher) == article
    assert read_article(HTML.encode(), reader=fetcher) == article


def test_article_in_another_charset_is_decoded(fetcher: WebFetcher) -> None:
    assert read_article("Der Größte, naïv.".encode("cp1252"), reader=fetcher).text == (
        "Der Größte, naïv."
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (bytes(range(256)), "binary"),
        (b"\x7fELF" + b"\0" * 100, "binary"),
        (b"word " * 50_000, "characters"),
        (b"a" * 10_000_001, "MB"),
        (b"<html><body></body></html>", "no main text"),
        (b"<html>%PDF-1.7" + b"\0" * 500, "not"),
    ],
)
def test_binary_article_is_invalid_input(body: bytes, message: str, fetcher: WebFetcher) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_article(body, reader=fetcher)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_article_is_invalid_input(tmp_path: Path, fetcher: WebFetcher) -> None:
    with pytest.raises(InvalidInput, match="No such file"):
        read_article(tmp_path / "nowhere.txt", reader=fetcher)
    with pytest.raises(InvalidInput, match="not a regular file"):
        read_article(tmp_path, reader=fetcher)
