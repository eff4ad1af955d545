"""`assay submit`: submit an article to a running service and, with --wait, print the verdicts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from claims.cli.options import DAY, as_of_option
from claims.cli.output import write_json
from claims.cli.table import print_result
from claims.errors import InvalidInput, TemporaryError
from claims.shapes import to_json
from claims.types import (
    ArticleRecord,
    ArticleStatus,
    CheckResult,
    ClaimStatus,
    ErrorRecord,
    Fault,
    Priority,
)
from service.cli.connection import connect, url_option

PATIENCE_S = 3600
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})


@click.command()
@click.argument("article")
@url_option
@click.option("--source", "sources", multiple=True, metavar="URL", help="Source to read.")
@click.option("--claim", "claims", multiple=True, metavar="TEXT", help="Claim to check.")
@click.option("--title", help="The title of the article.")
@click.option("--dated", type=DAY, help="Day on which the article was published.")
@as_of_option
@click.option("--every", metavar="DURATION", help="Interval of re-checks, such as P1D (one day).")
@click.option(
    "--priority",
    type=click.Choice([priority.value for priority in Priority]),
    help="bulk waits until no normal submission does.",
)
@click.option("--wait", is_flag=True, help="Wait for the verdicts and print them.")
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
def submit(
    article: str,
    url: str | None,
    sources: Sequence[str],
    claims: Sequence[str],
    title: str | None,
    dated: date | None,
    as_of: date | None,
    every: str | None,
    priority: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Submit ARTICLE (a file, a web address, or - for stdin) to a running service.

    If the service requires a token, it is read from ASSAY_API_TOKEN.
    """
    client = connect(url)
    body: dict[str, Any] = {
        **_read_article(article),
        "sources": list(sources),
        "claims": list(claims),
    }
    days = {"published_at": dated, "as_of": as_of}
    body |= {"title": title, "every": every, "priority": priority}
    body |= {name: day.isoformat() for name, day in days.items() if day}
    article_id = client.submit_article(body)
    if not wait:
        click.echo(json.dumps(to_json(client.get_article(article_id))) if as_json else article_id)
        return
    click.echo(f"{article_id} accepted", err=True)
    record = client.wait_for_article(article_id, timeout_s=PATIENCE_S, on_change=_show)
    if as_json:
        write_json(to_json(record))
    if record.error:
        _raise_error(record.error)
    if not as_json:
        print_result(
            CheckResult(article=record, claims=record.claims, not_checked=record.not_checked)
        )
    if record.status is not ArticleStatus.DONE:
        raise TemporaryError(f"{article_id} is not done after {PATIENCE_S // 60} minutes")


def _raise_error(error: ErrorRecord) -> NoReturn:
    """Raise TemporaryError for a fault of the service, InvalidInput for one of the article."""
    if error.fault is Fault.SERVICE:
        raise TemporaryError(
            f"the service failed on the article: {error.detail}; run: assay retry --failed"
        )
    raise InvalidInput(f"the article cannot be checked: {error.detail}")


def _read_article(article: str) -> dict[str, str]:
    """The fields of the body that hold the article. Raises InvalidInput."""
    if article.startswith(("http://", "https://")):
        return {"url": article}
    try:
        content = sys.stdin.buffer.read() if article == "-" else Path(article).read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{article}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{article}: not text in UTF-8") from error
    return {"html" if Path(article).suffix.lower() in _HTML_SUFFIXES else "text": text}


def _show(record: ArticleRecord) -> None:
    """Print one line of progress."""
    judged = sum(claim.status is ClaimStatus.JUDGED for claim in record.claims)
    click.echo(f"{record.status}: {judged} of {len(record.claims)} claims judged", err=True)
