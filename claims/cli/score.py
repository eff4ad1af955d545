"""`assay score`: the judge on bare (claim, evidence) pairs, a file in and a file out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from claims.cli.jsonl import read_lines, write_lines
from claims.cli.output import check_writable
from claims.cli.progress import show_progress
from claims.settings import Settings

# Pairs in one step of the progress bar.
_STEP = 64


@click.command()
@click.option(
    "--pairs",
    required=True,
    type=click.Path(path_type=Path),
    help='File with JSON lines {"claim", "evidence"}.',
)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file, not to stdout.")
@click.option("--model-only", is_flag=True, help="Judge without windows and calibration.")
def score(pairs: Path, out: Path | None, model_only: bool) -> None:
    """Add "supports", "refutes" and "neutral" (summing to 1) to each line, in input order.

    The file may be gzipped. If evidence has more than 1,500 characters, its passages nearest to the
    claim are judged and pooled. An invalid line is an error with its number, and nothing is
    written.
    """
    if out is not None:
        check_writable(out)
    lines = read_lines(pairs, required={"claim": str, "evidence": str})
    texts = [(str(line["evidence"]), str(line["claim"])) for line in lines]
    for line, row in zip(lines, _score_all(texts, model_only=model_only), strict=True):
        line.update(_round(row))
    write_lines(lines, out)


def _round(row: npt.NDArray[np.float32]) -> dict[str, float]:
    """The three probabilities, rounded to six digits so that they still sum to 1."""
    supports = round(float(row[0]), 6)
    refutes = min(round(float(row[1]), 6), round(1 - supports, 6))
    neutral = round(max(0.0, 1 - supports - refutes), 6)
    return {"supports": supports, "refutes": refutes, "neutral": neutral}


def _score_all(pairs: Sequence[tuple[str, str]], *, model_only: bool) -> npt.NDArray[np.float32]:
    """All pairs in steps, with progress on stderr; float32 (n, 3), input order."""
    from os import cpu_count

    from claims.evidence.pairs import judge_pairs
    from claims.wiring import build_judge

    judge = build_judge(Settings(judge_threads=cpu_count() or 1))

    def judge_some(some: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        return judge.judge.score(some) if model_only else judge_pairs(some, judge)

    rows = [np.zeros((0, 3), dtype=np.float32)]
    with show_progress() as progress:
        for start in range(0, len(pairs), _STEP):
            progress("scoring", start, len(pairs))
            rows.append(judge_some(pairs[start : start + _STEP]))
        progress("scoring", len(pairs), len(pairs))
    return np.concatenate(rows)
