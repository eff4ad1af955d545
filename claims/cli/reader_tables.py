"""Output of `assay reader`: the result of a test, and the list of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from claims.cli.output import write_json
from claims.cli.table import print_table
from claims.cli.terminal import plain, write_lines
from claims.reader.results import FILE_NAME, LEAST_ANSWERS, Result, Tally
from claims.shapes import to_json

_NONE = "No second reader has been tested yet. ASSAY_READER names one; then: assay reader test"


def print_result(result: Result, *, counted: str, folder: Path) -> None:
    """Print how often the reader, the judge alone and both together are right about the labelled
    claims, and the consequences. `counted` says where the tokens were counted; `folder` has the
    result."""
    write_lines([_write_heading(result)])
    seconds, judge_seconds = result.seconds, result.judge_seconds
    print_table(
        ("", "right", "decided", "wrong of decided", "seconds per claim"),
        [
            _write_row("reader", result.read, claims=result.claims, seconds=seconds),
            _write_row("judge alone", result.judged, claims=result.claims, seconds=judge_seconds),
            _write_row(
                "both together", result.both, claims=result.claims, seconds=seconds + judge_seconds
            ),
        ],
    )
    write_lines(
        [
            _describe_costs(result),
            *_list_faults(result),
            plain(counted),
            *_describe_shortness(result),
        ]
    )
    write_lines([plain(line) for line in _describe_use(result, folder)])


def _describe_costs(result: Result) -> str:
    return (
        f"{result.discarded} answers discarded, {result.no_answer} claims without an answer; "
        f"{result.tokens:,} tokens, {result.tokens / result.claims:,.0f} for a claim"
    )


def _list_faults(result: Result) -> list[str]:
    """A line for each reason why answers were discarded."""
    return [f"  {number} × {plain(why)}" for why, number in result.discarded_because.items()]


def _describe_shortness(result: Result) -> list[str]:
    """A line for a test with too few answers."""
    if result.table or result.is_refused:
        return []
    line = f"{result.answers} answers are too few to measure a reader: it counts as one that was"
    return [f"{line} not tested until {LEAST_ANSWERS} claims are answered"]


def _describe_use(result: Result, folder: Path) -> list[str]:
    """The consequences of the test, and how to undo them; empty for a reader that is refused, which
    an error reports."""
    if result.is_refused:
        return []
    counts = "like a poor reader: it raises no confidence above .75"
    if result.table:
        right = result.table.measured
        counts = f"as its {right.of} answers say, of which {right.right} are right"
    undo = "set ASSAY_READER to another model or to nothing; a new test replaces the result"
    if result.forced and result.read.right <= result.judged.right:
        undo = f"run {result.test_command} without --force: it reads no better than the judge"
    return [
        f"From now on {result.reader.model} counts {counts}, in a running service as well.",
        f"To undo it, {undo}. The result is in {folder / FILE_NAME}.",
    ]


def _write_heading(result: Result) -> str:
    name = result.reader
    where = f" at {plain(name.endpoint)}" if name.endpoint else ""
    return (
        f"{plain(name.model)}{where}, instruction {name.instruction}: {result.claims} labelled "
        "claims"
    )


def _write_row(name: str, tally: Tally, *, claims: int, seconds: float) -> tuple[str, ...]:
    return (
        name,
        _write_share(tally.right, claims),
        _write_share(tally.decided, claims),
        _write_share(tally.wrong, tally.decided),
        f"{seconds / claims:.1f}",
    )


def _write_share(count: int, of: int) -> str:
    return f"{count} of {of} ({count / max(1, of):.2f})"


def print_results(results: Sequence[Result], *, as_json: bool) -> None:
    """Print a row for each result, in a table for each address of an endpoint."""
    if as_json:
        write_json([describe_result(result) for result in results])
    elif not results:
        write_lines([_NONE])
    else:
        columns = ("model", "instruction", "tested", "claims", "right", "judge alone", "both")
        further = ("discarded", "tokens", "seconds", "used")
        for address in sorted({result.reader.endpoint or "" for result in results}):
            tested = [one for one in results if (one.reader.endpoint or "") == address]
            write_lines(
                [f"tested at {plain(address)}:" if address else "tested, address not kept:"]
            )
            print_table((*columns, *further), map(_list_cells, tested))


def _list_cells(result: Result) -> list[str]:
    return [
        plain(result.reader.model),
        result.reader.instruction,
        f"{result.tested_at:%Y-%m-%d}",
        str(result.claims),
        str(result.read.right),
        str(result.judged.right),
        str(result.both.right),
        str(result.discarded),
        f"{result.tokens / result.claims:,.0f}",
        f"{result.seconds / result.claims:.1f}",
        _say_use(result),
    ]


def _say_use(result: Result) -> str:
    if result.is_refused:
        return "no"
    if result.forced and result.read.right <= result.judged.right:
        return "forced"
    return "yes" if result.table else "unmeasured"


def describe_result(result: Result) -> dict[str, object]:
    """The JSON of a result, with `measured` and `refused`."""
    shape: dict[str, object] = to_json(result)
    measured = to_json(result.measured) if result.measured else None
    return shape | {"measured": measured, "refused": result.is_refused}
