"""`assay check`: check an article or claims against sources, in one process, without a server."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from claims.cli.options import (
    DAY,
    allow_option,
    as_of_option,
    choose_reader,
    find_place,
    force_option,
    reader_option,
    source_option,
)
from claims.cli.output import check_writable, format_json, write_file, write_json
from claims.cli.progress import TimedProgress, show_progress
from claims.cli.reader_summary import warn_of_reader, write_readings
from claims.errors import InvalidInput
from claims.limits import check_claim, check_sources
from claims.settings import Settings
from claims.shapes import to_json
from claims.types import CheckResult

_STDIO = "-"


@click.command()
@click.argument("article", required=False)
@source_option
@click.option("--claim", "claims", multiple=True, metavar="TEXT", help="A claim to check.")
@click.option(
    "--json",
    "json_file",
    is_flag=False,
    flag_value=_STDIO,
    metavar="[FILE]",
    help="Write the result as JSON to FILE; without FILE, as the last option, to stdout.",
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path),
    help="Write an HTML report to this file.",
)
@click.option("--dated", type=DAY, help="Day of publication of the article, or of the claims.")
@as_of_option
@allow_option
@force_option
@reader_option
def check(
    article: str | None,
    sources: Sequence[str],
    claims: Sequence[str],
    json_file: str | None,
    html_file: Path | None,
    dated: date | None,
    as_of: date | None,
    allow: Sequence[str],
    force: bool,
    reader: bool | None,
) -> None:
    """Check ARTICLE (a file, a URL, or - for stdin) and its claims against the sources.

    Progress goes to stderr, the result to stdout. The verdicts do not change the exit code.
    """
    from claims.library.claim_reader import READING
    from claims.library.verifier import Verifier

    if article is None and not claims:
        raise InvalidInput(_nothing_to_check(json_file))
    check_sources(sources)
    for claim in claims:
        check_claim(claim)
    _check_output(json_file, html_file)
    place = None if article is None else _find_article(article)
    places = [find_place(source) for source in sources]
    settings = read_settings(allow)
    used, asked = choose_reader(reader)
    warn_of_reader(settings, asked)
    with (
        show_progress() as shown,
        Verifier(settings, progress=(progress := TimedProgress(shown)), reader=used) as verifier,
    ):
        result = verifier.check(
            place,
            claims=claims,
            sources=places,
            published_at=dated,
            as_of=as_of,
            force=force,
            reader=asked,
        )
    _write(result, json_file=json_file, html_file=html_file)
    _hint_at_allow(result)
    verdicts = [claim.verdict for claim in result.claims if claim.verdict]
    write_readings(verdicts, asked, seconds=progress.seconds(READING))


def shape_result(result: CheckResult) -> dict[str, object]:
    """{"article", "claims", "not_checked"} in the outside JSON shape; the article without those."""
    article: dict[str, object] | None = to_json(result.article) if result.article else None
    return {
        "article": article
        and {key: article[key] for key in article if key not in ("claims", "not_checked")},
        "claims": [to_json(claim) for claim in result.claims],
        "not_checked": [to_json(sentence) for sentence in result.not_checked],
    }


def _nothing_to_check(json_file: str | None) -> str:
    taken = "" if json_file in (None, _STDIO) else f"; --json took {json_file}, so put --json last"
    return f"nothing to check: give an article or a --claim{taken}"


def read_settings(allow: Sequence[str]) -> Settings:
    """The settings of the environment, with all cores for the judge and the hosts of --allow."""
    settings = Settings(judge_threads=os.cpu_count() or 1)
    allowed = ",".join(filter(None, [settings.fetch_allow, *allow]))
    return settings.model_copy(update={"fetch_allow": allowed})


def _find_article(article: str) -> str | bytes | Path:
    return _read_stdin() if article == _STDIO else find_place(article)


def _read_stdin() -> bytes:
    """Standard input, read to one byte above the limit of a file, so that endless input ends."""
    from claims.sources.files import MAX_FILE_BYTES

    return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)


def _check_output(json_file: str | None, html_file: Path | None) -> None:
    """Raise InvalidInput for a file that cannot be written, or that --json took by mistake."""
    if html_file is not None:
        check_writable(html_file)
    if json_file in (None, _STDIO):
        return
    path = Path(json_file)
    check_writable(path)
    if _holds_something_else(path):
        raise InvalidInput(
            f"--json would replace {path}, which is not JSON: put --json last to print the result"
        )


def _holds_something_else(path: Path) -> bool:
    """Whether `path` is a file that does not begin like a JSON object, such as an article."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip()[:1] not in (b"", b"{")


def _write(result: CheckResult, *, json_file: str | None, html_file: Path | None) -> None:
    """Write the requested files, and print the table unless the JSON goes to stdout."""
    from claims.cli.table import print_result

    if html_file is not None:
        from claims.report import render_report

        write_file(html_file, [render_report(result).encode()])
    if json_file == _STDIO:
        write_json(shape_result(result))
        return
    if json_file is not None:
        write_file(Path(json_file), [format_json(shape_result(result))])
    print_result(result)


def _hint_at_allow(result: CheckResult) -> None:
    """Print how to allow a private address, if a source was refused for having one."""
    from claims.report.article_view import merge_coverage

    coverage = merge_coverage(result.claims)
    failed = coverage.failed if coverage else ()
    if any(failure.code in ("address-blocked", "port-blocked") for failure in failed):
        click.echo(
            "private addresses and unusual ports are fetched only with --allow HOST:PORT", err=True
        )
