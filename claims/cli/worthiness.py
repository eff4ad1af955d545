"""`assay worthiness`: rate how check-worthy each sentence of a file is."""

from __future__ import annotations

from pathlib import Path

import click

from claims.cli.jsonl import read_lines, write_lines
from claims.cli.output import check_writable


@click.command()
@click.option(
    "--lines", required=True, type=click.Path(path_type=Path), help='File with JSON lines {"text"}.'
)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file, not to stdout.")
def worthiness(lines: Path, out: Path | None) -> None:
    """Add "check_worthiness" in [0, 1] to each line, in input order; other keys are kept.

    The file may be gzipped. An invalid line is an error with its number, and nothing is written.
    """
    from claims.extraction import score_worthiness

    if out is not None:
        check_writable(out)
    rows = read_lines(lines, required={"text": str})
    scores = score_worthiness([str(row["text"]) for row in rows])
    for row, score in zip(rows, scores, strict=True):
        row["check_worthiness"] = round(score, 4)
    write_lines(rows, out)
