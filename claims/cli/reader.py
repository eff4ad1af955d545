"""`assay reader`: test the second reader on labelled claims, and list what tests gave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from claims.cli.options import data_option
from claims.cli.progress import show_progress
from claims.errors import InvalidInput
from claims.reader.labelled_claims import ASKED, LABELLED
from claims.settings import Settings

if TYPE_CHECKING:
    from claims.reader.results import Result

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def reader() -> None:
    """Test the second reader, a language model that reads all the evidence of a claim at once.

    ASSAY_READER names it. How much it counts in a verdict follows from its test.
    """


@reader.command()
@click.option(
    "--claims",
    "count",
    type=click.IntRange(4, LABELLED),
    default=ASKED,
    show_default=True,
    help="Number of labelled claims; each is one request.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Use the reader even if it reads no better, and forget a longer test.",
)
@data_option
@_json
def test(count: int, force: bool, data_folder: Path | None, as_json: bool) -> None:
    """Have the reader read labelled claims, and keep what it got right.

    Prints the same for the judge alone, and for both together. A reader that is right no more often
    than the judge is not used, unless with --force; one with fewer than 40 answers counts as one
    that was not tested. A longer test is kept, unless with --force. Answers that are kept from
    checks do not count: each claim is asked about anew.
    """
    from claims.cli.reader_tables import print_result
    from claims.reader.results import keep_result

    settings = Settings()
    folder = data_folder or settings.find_data_folder()
    result = _run(settings, folder, count=count, force=force)
    keep_result(folder, result)
    print_result(result, as_json=as_json)
    if result.is_refused:
        raise InvalidInput(_refuse(result))


def _run(settings: Settings, folder: Path, *, count: int, force: bool) -> Result:
    """Ask the reader of the settings, unless the folder has a longer test of it.

    Raises InvalidInput then, and without a reader; ReaderNotAnswering.
    """
    from os import cpu_count

    from claims.reader.labelled_claims import read_labelled_claims
    from claims.reader.results import check_length
    from claims.reader_test import try_reader
    from claims.wiring import build_judge, now
    from claims.wiring.readers import build_reader

    reader = build_reader(settings)
    if reader is None:
        raise InvalidInput("no second reader is set: ASSAY_READER=chat:MODEL names one")
    check_length(folder, reader.name, claims=count, forced=force)
    judge = build_judge(settings.model_copy(update={"judge_threads": cpu_count() or 1}))
    with show_progress() as progress:
        return try_reader(
            reader,
            read_labelled_claims()[:count],
            judge=judge,
            now=now(),
            forced=force,
            progress=progress,
        )


def _refuse(result: Result) -> str:
    return (
        f"{result.reader.model} is not used: it is right about {result.read.right} of "
        f"{result.claims} labelled claims, the judge alone about {result.judged.right}; --force "
        "uses it all the same"
    )


@reader.command()
@data_option
@_json
def show(data_folder: Path | None, as_json: bool) -> None:
    """List the results of all tests: one for each model, address of its endpoint and version of
    its instruction."""
    from claims.cli.reader_tables import print_results
    from claims.reader.results import read_results

    print_results(read_results(data_folder or Settings().find_data_folder()), as_json=as_json)
