"""`assay reader`: test the second reader on labelled claims, and list the results of tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claims.cli.options import data_option
from claims.cli.output import write_json
from claims.cli.progress import show_progress
from claims.errors import InvalidInput
from claims.reader.labelled_claims import ASKED, LABELLED
from claims.settings import Settings

if TYPE_CHECKING:
    from claims.ports import TokenLedger
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
    """Have the reader read labelled claims, and store how often it is right.

    Prints the same for the judge alone, and for both together. A reader that is right no more often
    than the judge is not used, unless with --force; a reader with fewer than 40 answers counts as
    not tested. A longer test is kept, unless with --force. Stored answers of checks are not used:
    each claim is asked about again. With --force, the result of a test on as many claims that
    refused the reader is used, and no claim is asked about.

    The tokens count for the day's budget of the service of ASSAY_REDIS_URL, or of the service that
    runs on the data folder; without a service, for that of commands in the data folder.
    """
    from claims.cli.reader_tables import describe_result, print_result
    from claims.reader.results import keep_result

    settings = Settings()
    folder = data_folder or settings.find_data_folder()
    result, counted = (_find_refused(settings, folder, count=count) if force else None) or _run(
        settings, folder, count=count, force=force
    )
    keep_result(folder, result)
    if as_json:
        write_json(describe_result(result))
    else:
        print_result(result, counted=counted, folder=folder)
    if result.refusal:
        raise InvalidInput(f"{result.refusal}; {result.refused_advice}")


def _find_refused(settings: Settings, folder: Path, *, count: int) -> tuple[Result, str] | None:
    """The last test of the reader, forced, if it was on as many claims and refused the reader."""
    from claims.reader.results import find_result
    from claims.wiring import name_reader

    name = name_reader(settings)
    last = find_result(folder, name) if name else None
    if name is None or last is None or last.claims != count or not last.is_refused:
        return None
    # A result of an earlier release has no address: forced, it is that of this endpoint alone.
    result = replace(last, reader=name, forced=True)
    return result, "No claim was asked about: this is the result of the last test."


@contextmanager
def _open_ledger(settings: Settings, folder: Path) -> Iterator[tuple[TokenLedger, str]]:
    """The ledger for the tokens of a test, in the store of the service if there is one, else in the
    data folder; and a sentence that says where."""
    from claims.reader.answer_file import FILE_NAME, AnswerFile
    from claims.reader.ledger import ClaimLedger
    from claims.store import RedisStore
    from claims.store.connection import StoreConnection
    from claims.store.embedded import find_server

    most = settings.reader_tokens_per_day
    url = settings.redis_url or find_server(folder)
    if url is None:
        counted = f"the tokens count for the day in {folder / FILE_NAME}"
        counted = counted if most else "without a budget the tokens are not counted"
        yield AnswerFile(folder, tokens_per_day=most), f"No service runs: {counted}."
        return
    with closing(StoreConnection(url)) as connection:
        readings = RedisStore(connection, queue_max=1).readings
        ledger = ClaimLedger(readings, tokens_per_day=most)
        yield ledger, "The tokens count for the day of the service."


def _run(settings: Settings, folder: Path, *, count: int, force: bool) -> tuple[Result, str]:
    """Test the reader of the settings; returns the result and where the tokens were counted.

    Raises InvalidInput without a reader, and if the folder has a longer test of it;
    ReaderNotAnswering, StoreUnavailable.
    """
    from os import cpu_count

    from claims.pipeline.reader_test import try_reader
    from claims.reader.labelled_claims import read_labelled_claims
    from claims.reader.results import check_length
    from claims.wiring import build_judge, now
    from claims.wiring.readers import build_reader

    with _open_ledger(settings, folder) as (ledger, counted), show_progress() as progress:
        reader = build_reader(settings, ledger=ledger)
        if reader is None:
            raise InvalidInput("no second reader is set: ASSAY_READER=chat:MODEL names one")
        check_length(folder, reader.name, claims=count, forced=force)
        result = try_reader(
            reader,
            read_labelled_claims()[:count],
            judge=build_judge(settings.model_copy(update={"judge_threads": cpu_count() or 1})),
            now=now(),
            forced=force,
            progress=progress,
        )
    return result, counted


@reader.command()
@data_option
@_json
def show(data_folder: Path | None, as_json: bool) -> None:
    """List the results of all tests: one for each model, address of its endpoint and version of
    its instruction."""
    from claims.cli.reader_tables import print_results
    from claims.reader.results import read_results

    print_results(read_results(data_folder or Settings().find_data_folder()), as_json=as_json)
