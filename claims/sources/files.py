"""Sources and articles from the local disk: for the command line only, never for the API."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from claims.errors import InvalidInput, SourceError
from claims.limits import check_article, check_main_text
from claims.sources.as_of import refuse_later
from claims.sources.charset import decode
from claims.sources.content import is_binary
from claims.sources.failures import FailureCode
from claims.types import Link, Page, SourceFailure

MAX_FILE_BYTES = 10_000_000
MAX_FILES = 1_000

_HTML = "text/html"
_PLAIN = "text/plain"
_PDF = "application/pdf"
_TYPES = {
    ".html": _HTML, ".htm": _HTML, ".xhtml": _HTML, ".txt": _PLAIN, ".md": _PLAIN, ".pdf": _PDF,
}  # fmt: skip
_HTML_STARTS = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body", b"<article", b"<!--")


class DocumentReader(Protocol):
    """Converts a given document to a page, as WebFetcher does."""

    def read_document(self, body: bytes, *, content_type: str, url: str) -> Page:
        """Raises SourceError."""
        ...


@dataclass(frozen=True, slots=True)
class LocalSources:
    """The content of a file or folder, in the order of names. A page's `url` is its name."""

    pages: tuple[Page, ...]
    failed: tuple[SourceFailure, ...]


NO_FILES = LocalSources((), ())


@dataclass(frozen=True, slots=True)
class LocalArticle:
    """An article to check. For plain text, `text` is exactly the decoded content of the file."""

    text: str
    title: str | None
    published_at: str | None
    links: tuple[Link, ...] = ()


# --- sources -------------------------------------------------------------------------------


def read_sources(
    path: Path,
    *,
    reader: DocumentReader,
    article: Path | None = None,
    as_of: date | None = None,
) -> LocalSources:
    """The pages in a file, or in a folder and its subfolders, except the `article` itself.

    A page that was published after `as_of` is a failure `after-as-of`.

    In a folder .html, .htm, .xhtml, .txt, .md and .pdf are read; other files are failures
    `not-text`, and names that begin with a dot are ignored. Links that lead out of the folder
    are not followed. Raises InvalidInput when there is no such path, or a folder holds more than
    MAX_FILES files.
    """
    path = Path(path)
    if path.is_dir():
        found = [(file, _name(file.relative_to(path))) for file in _files_under(path)]
    elif path.exists():
        found = [(path, _name(Path(path.name)))]
    else:
        raise InvalidInput(f"no such file or folder: {path}")
    pages, failed = [], []
    for file, name in found:
        try:
            _refuse_article(file, article)
            page = _read_source(file, name, within=path, reader=reader)
            refuse_later(page, as_of=as_of)
            pages.append(page)
        except SourceError as error:
            failed.append(SourceFailure(name, error.code, error.detail))
    return LocalSources(tuple(pages), tuple(failed))


def _refuse_article(file: Path, article: Path | None) -> None:
    if article is not None and _real(file) == _real(article):
        raise SourceError(FailureCode.OWN_SITE, "the article under check is no evidence for itself")


def _name(path: Path) -> str:
    """The name as text; bytes that are not UTF-8 (JSON cannot hold them) are written as \\xff."""
    return os.fsencode(path.as_posix()).decode("utf-8", errors="backslashreplace")


def _files_under(folder: Path) -> list[Path]:
    files = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(place) / name for name in names if not name.startswith(".")]
        if len(files) > MAX_FILES:
            raise InvalidInput(f"more than {MAX_FILES} files in {folder}")
    return sorted(files)


def _read_source(file: Path, name: str, *, within: Path, reader: DocumentReader) -> Page:
    if within != file and not _real(file).is_relative_to(_real(within)):
        raise SourceError(FailureCode.UNREADABLE, "a link that leads out of the folder")
    content_type = _TYPES.get(file.suffix.lower())
    if content_type is None and within != file:
        raise SourceError(FailureCode.NOT_TEXT, "neither HTML nor plain text nor PDF, by its name")
    body = _read_bytes(file)
    return reader.read_document(body, content_type=content_type or _type_of(body), url=name)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _read_bytes(file: Path) -> bytes:
    """The bytes of a regular file, which may have at most MAX_FILE_BYTES."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe could wait forever
            raise SourceError(FailureCode.UNREADABLE, "not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise SourceError(FailureCode.TOO_LARGE, f"more than {MAX_FILE_BYTES / 1e6:g} MB")
        return file.read_bytes()
    except OSError as error:
        raise SourceError(FailureCode.UNREADABLE, error.strerror or "cannot be read") from None


def _type_of(body: bytes) -> str:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    if start.startswith(b"%pdf-"):
        return _PDF
    return _HTML if start.startswith(_HTML_STARTS) else _PLAIN


# --- the article ---------------------------------------------------------------------------


def read_article(source: Path | bytes, *, reader: DocumentReader) -> LocalArticle:
    """The article in a file, or in bytes.

    HTML and PDF, recognised by name or first bytes, are reduced to their main text. Raises
    InvalidInput, with one line for the user, when there is no such file or no text in it, when
    it is binary, or when it is too long.
    """
    name = str(source) if isinstance(source, Path) else "the article"
    try:
        body = _read_bytes(source) if isinstance(source, Path) else source
        content_type = _TYPES.get(source.suffix.lower()) if isinstance(source, Path) else None
        content_type = content_type or _type_of(body)
        if content_type in {_HTML, _PDF}:
            page = reader.read_document(body, content_type=content_type, url=Path(name).name)
            check_main_text(page.text)
            return LocalArticle(page.text, page.title, page.published_at, page.links)
    except SourceError as error:
        raise InvalidInput(f"{name}: {error.detail}") from None
    return LocalArticle(_plain_article(body, name), None, None)


def _plain_article(body: bytes, name: str) -> str:
    if len(body) > MAX_FILE_BYTES:
        raise InvalidInput(f"{name}: more than {MAX_FILE_BYTES / 1e6:g} MB")
    if is_binary(body):
        raise InvalidInput(f"{name}: the article is binary: give text or HTML")
    return check_article(decode(body, markup=False))
