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
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as ProgressBar

from claims.errors import InvalidInput
from claims.limits import check_claim, check_sources
from claims.ports import Progress
from claims.settings import Settings

_STDIO = "-"


@click.command()
@click.argument("article", required=False)
@click.option("--source", "sources", multiple=True, metavar="URL|FILE|DIR", help="Where to look.")
@click.option("--claim", "claims", multiple=True, metavar="TEXT", help="A claim to check.")
@click.option(
    "--json",
    "json_file",
    is_flag=False,
    flag_value=_STDIO,
    metavar="[FILE]",
    help="The result as JSON, to FILE, or to stdout when it comes last without one.",
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
    from claims.cli.local_check import Request, check_locally

    if article is None and not claims:
        raise InvalidInput("nothing to check: name an article or hand in a --claim")
    check_sources(sources)
    for claim in claims:
        check_claim(claim)
    with show_progress() as progress:
        result = check_locally(
            Request(
                article=sys.stdin.buffer.read() if article == _STDIO else article,
                claims=tuple(claims),
                sources=tuple(sources),
            ),
            settings=_read_settings(allow),
            progress=progress,
        )
    _write(result, json_file=json_file, html_file=html_file)


def _read_settings(allow: Sequence[str]) -> Settings:
    """The environment's settings, all cores for the judge, and the addresses of --allow."""
    settings = Settings(judge_threads=os.cpu_count() or 1)
    allowed = ",".join(filter(None, [settings.fetch_allow, *allow]))
    return settings.model_copy(update={"fetch_allow": allowed})


@contextmanager
def show_progress() -> Iterator[Progress]:
    """A bar on stderr for each step; where stderr is no terminal, a line for each step."""
    console = Console(stderr=True)
    bar = ProgressBar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console
    )
    tasks: dict[str, Any] = {}

    def advance(what: str, done: int, of: int) -> None:
        if not console.is_terminal:
            console.print(f"{what}: {done} of {of}")
            return
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=of)
        bar.update(tasks[what], completed=done)

    if console.is_terminal:
        with bar:
            yield advance
    else:
        yield advance


def _write(result: dict[str, Any], *, json_file: str | None, html_file: Path | None) -> None:
    """The files asked for, and the table unless the JSON goes to stdout."""
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    if html_file is not None:
        from claims.report import render_report

        write_file(html_file, render_report(result))
    if json_file == _STDIO:
        sys.stdout.write(text)
        return
    if json_file is not None:
        write_file(Path(json_file), text)
    _print_table(result)


def write_file(path: Path, text: str) -> None:
    """Write UTF-8. Raises InvalidInput when the path cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror}") from error


def _print_table(result: dict[str, Any]) -> None:
    from claims.cli.table import print_claims

    if result["claims"]:
        print_claims(result["claims"])
    else:
        click.echo("no checkable claim found")
    if result["not_checked"]:
        click.echo(f"{len(result['not_checked'])} sentences not checked (see --json)", err=True)
