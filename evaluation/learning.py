"""Compare judges with each other: python -m evaluation.learning ["release 1=FOLDER" ...] [--write]

Measures the accuracy of each judge, without calibration and findings, on the same rows of every
labelled set with short evidence. All our own held-out groups are used, because on a few hundred
rows two judges differ by chance by as much as a release gains. Later releases were trained on more
of our own pairs, so the columns of the table are points of a learning curve. The first line of the
table is the accuracy on groups that the judges were trained on. FOLDER is `claims/entailment/judge`
of some commit, or a folder that training/export.py wrote.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean

from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
from evaluation.document import REFERENCE, put_between_marks
from evaluation.judge import Scores, measure_set
from evaluation.sets import OWN, LabelledSet, draw, read_sets
from training.pairs import DATA, MEASURED, read_pairs, split_groups

ROWS = 500
# Name of the set of training groups from the same files as the held-out groups.
TRAINED_ON = "own.trained_on"
# Maximum mean length of the evidence of a set, in characters. Longer evidence needs passage
# selection, which a bare judge does not have.
_SHORT = 600

ScorePairs = Callable[[Sequence[tuple[str, str]]], Scores]


def read_short_sets(shared: Path, *, rows: int) -> list[LabelledSet]:
    """Our own training pairs (at most `rows`), all our own held-out pairs, and at most `rows` rows
    of each other labelled set whose mean evidence length is at most _SHORT characters."""
    learnt, _ = split_groups(read_pairs(DATA / f"{name}.jsonl" for name in sorted(MEASURED)))
    return [
        draw(TRAINED_ON, [asdict(pair) for pair in learnt], rows),
        *(
            labelled if labelled.name == OWN else replace(labelled, rows=labelled.rows[:rows])
            for labelled in read_sets(shared, most=None)
            if mean(len(row["evidence"]) for row in labelled.rows) <= _SHORT
        ),
    ]


def render(
    names: Sequence[str], sets: Sequence[LabelledSet], table: Sequence[Sequence[float]]
) -> str:
    """Markdown table with a line per set and a column per judge.

    `table` has a column of accuracies per judge. The column ± is the standard error of the last
    judge.
    """
    lines = [
        "| set | rows | " + " | ".join(names) + " | ± |",
        "|---|---:|" + "---:|" * (len(names) + 1),
    ]
    for row, labelled in enumerate(sets):
        cells = " | ".join(f"{column[row]:.3f}" for column in table)
        error = math.sqrt(table[-1][row] * (1 - table[-1][row]) / len(labelled.rows))
        lines.append(f"| {labelled.name} | {len(labelled.rows)} | {cells} | {error:.3f} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.learning", description=__doc__)
    parser.add_argument("older", nargs="*", metavar="NAME=FOLDER", help="other judges, in order")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows per set")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reference/quality.md"
    )
    options = parser.parse_args(arguments)
    folders = {}
    for item in options.older:
        name, found, folder = item.partition("=")
        if not found or not Path(folder).is_dir():
            parser.error(f"{item}: give the name of a judge and its folder, as 'release 2=FOLDER'")
        folders[name] = Path(folder)
    folders["release that ships"] = SHIPPED_FOLDER
    sets = read_short_sets(options.shared, rows=options.rows)
    table = []
    for name, folder in folders.items():
        judge = OnnxJudge(folder, threads=os.cpu_count() or 1)
        print(f"measuring {name}", file=sys.stderr, flush=True)
        table.append([measure_set(labelled, judge.score).accuracy for labelled in sets])
    text = render(list(folders), sets, table)
    print(text)
    if options.write:
        put_between_marks(text, "learning", REFERENCE / "quality.md")


if __name__ == "__main__":
    main()
