"""`assay check`: an article or claims against sources, in one process, without a server."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from claims.errors import InvalidInput, SourceError
from claims.limits import check_article, check_claim, check_sources
from claims.ports import NewArticle, Progress
from claims.settings import Settings
from claims.types import ArticleId, Page, SourceFailure

_STDOUT = "-"


@click.command()
@click.argument("article", required=False)
@click.option("--source", "sources", multiple=True, metavar="URL|FILE|DIR", help="Where to look.")
@click.option("--claim", "claims", multiple=True, metavar="TEXT", help="A claim to check.")
@click.option(
    "--json",
    "json_file",
    is_flag=False,
    flag_value=_STDOUT,
    metavar="[FILE]",
    help="The result as JSON, to FILE or to stdout.",
)
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="A report to read.")
@click.option("--allow", multiple=True, metavar="HOST:PORT", help="Private address to fetch from.")
def check(
    article: str | None,
    sources: Sequence[str],
    claims: Sequence[str],
    json_file: str | None,
    html_file: Path | None,
    allow: Sequence[str],
) -> None:
    """Check ARTICLE (a file, a URL, or - for stdin) and its claims against the sources.

    Progress goes to stderr, the result to stdout. The verdicts do not change the exit code.
    """
    from claims.cli.local_check import check_locally

    if article is None and not claims:
        raise InvalidInput("nothing to check: name an article or hand in a --claim")
    check_sources(sources)
    for claim in claims:
        check_claim(claim)
    settings = Settings(judge_threads=os.cpu_count() or 1)
    settings = settings.model_copy(
        update={"fetch_allow": ",".join(filter(None, [settings.fetch_allow, *allow]))}
    )
    request = _read_request(article, sources, claims)
    with show_progress() as progress:
        try:
            result = check_locally(request, settings=settings, progress=progress)
        except SourceError as error:
            raise InvalidInput(f"the article cannot be read: {error}") from error
    _write(result, json_file=json_file, html_file=html_file)


def _read_request(article: str | None, sources: Sequence[str], claims: Sequence[str]) -> Request:
    """Look at the arguments and the local files among them. Raises InvalidInput."""
    pages: list[Page] = []
    failed: list[SourceFailure] = []
    urls = []
    for source in sources:
        if _is_url(source):
            urls.append(parse_source_url(source))
        else:
            found = read_sources(Path(source))
            pages += found.pages
            failed += found.failed
    return Request(
        article=None if article is None else _read_article(article, claims),
        claims=tuple(claims),
        urls=tuple(urls),
        pages=tuple(pages),
        failed=tuple(failed),
    )
