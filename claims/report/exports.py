"""Claims in full as a file: CSV, JSON lines, Markdown or the HTML report. Pure functions.

Whatever is not signed off carries "DRAFT, not signed off" in every format (claims.types.Draft).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from claims.ports import ExportedClaim, ListEntry
from claims.report import render_report
from claims.report.export_table import write_table
from claims.report.markdown import write_markdown
from claims.shapes import to_json
from claims.types import ArticleRecord, CheckResult


class ExportFormat(StrEnum):
    """The formats; the value is also the end of the name of a file."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    MARKDOWN = "md"
    HTML = "html"

    @property
    def mimetype(self) -> str:
        """The media type; that of JSON lines is not registered, but the usual one."""
        return _MIMETYPES[self]


_MIMETYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.JSON_LINES: "application/x-ndjson",
    ExportFormat.MARKDOWN: "text/markdown",
    ExportFormat.HTML: "text/html",
}


def write_export(
    claims: Iterable[ExportedClaim],
    file_format: ExportFormat,
    *,
    article: ArticleRecord | None = None,
    with_head: bool = True,
) -> Iterator[bytes]:
    """The claims in UTF-8, piece by piece; HTML is one piece.

    In HTML, `article` is the article of all claims, whose text is shown; other formats leave it
    out. `with_head`: CSV begins with the names of the columns, and Markdown with a title; without,
    the result continues another export.
    """
    if file_format is ExportFormat.CSV:
        return write_table(claims, with_head=with_head)
    if file_format is ExportFormat.MARKDOWN:
        return write_markdown(claims, with_head=with_head)
    if file_format is ExportFormat.JSON_LINES:
        return map(write_json_line, claims)
    return _write_report(claims, article)


def write_json_line(row: ListEntry | ExportedClaim) -> bytes:
    """One row as a line of JSON."""
    return json.dumps(to_json(row), ensure_ascii=False).encode() + b"\n"


def _write_report(
    claims: Iterable[ExportedClaim], article: ArticleRecord | None
) -> Iterator[bytes]:
    """The HTML report. Without an article no text is shown, so the claims have no place in one."""
    if article is not None:
        result = CheckResult(article=article, claims=tuple(claims), not_checked=article.not_checked)
    else:
        result = CheckResult(
            article=None, claims=tuple(replace(claim, span=None) for claim in claims)
        )
    yield render_report(result).encode()
