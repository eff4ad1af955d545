"""The result of reading a document: its main text and the metadata that it gives."""

from __future__ import annotations

from dataclasses import dataclass

from claims.types import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The main text of a document, one line per paragraph, heading, list item or table row.

    Cells of a row are written as "cell | cell". `published_at` and `modified_at` are ISO 8601
    dates or datetimes as the document gives them, `language` is an ISO 639-1 code.
    `canonical_url` is never on another site than the document. `links` lead from the text to
    other sites; `credits` and `original_url`: see claims.types.Page. `obstacle` is the code that
    says why the document is not an article.
    """

    text: str
    title: str | None = None
    publisher: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    links: tuple[Link, ...] = ()
    credits: tuple[str, ...] = ()
    original_url: str | None = None
    obstacle: str | None = None
