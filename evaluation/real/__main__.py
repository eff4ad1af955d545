"""Verdicts on events and on their mirrors.

    python -m evaluation.real [--events N] [--mirrored | --fitting] [--judge FOLDER] [--write]

Each claim of the events for measuring goes through the same pipeline as in the service, with the
pages of its event as sources: passages, ranking, judge, findings, origins, verdict model. Prints
the shares of claims that are right and decided, the shares of the decided that are wrong and that
have the opposite label, and the share of false conflicts, for all claims and by label and kind.
Baselines are printed as well: the plain rule (the higher of the bare judge's highest support and
highest refutation over the passages, if it reaches its threshold), the claim against its deciding
paragraphs alone, and the claim without any page. Then the same claims against the mirrors of these
events, and how often they are right in both. `--mirrored` picks from the events that have a mirror,
and prints only how they and the mirrors are judged. `--fitting` uses the events for fitting that
the judge was not trained on, and prints the best thresholds of the plain rule there. Answers of a
judge are cached in build/answers by the hash of its weights, so that a second run judges only new
pairs. `--write` puts the tables into docs/reference/quality.md; with `--mirrored` only those of
mirrors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from claims.entailment.onnx import SHIPPED_FOLDER
from evaluation.document import REFERENCE, put_between_marks
from evaluation.real import MEASURING, MIRRORS_FOR_MEASURING
from evaluation.real.asking import (
    ANSWERS,
    PlainRule,
    ask,
    build_keeping_judge,
    pick_events,
    pick_mirrored,
)
from evaluation.real.mirrored import ask_turned, describe_turned, render_both
from evaluation.real.tables import fit_plain_rule, render
from training.events import read_events, split_events
from training.mirrors import read_mirrored

# Thresholds of the plain rule, as probabilities; chosen by `--fitting --events 8` for release 4.
PLAIN = PlainRule(supports=0.5, refutes=0.35)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.real",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--events", type=int, help="so many, the writers in turns (default: all)")
    parser.add_argument("--judge", type=Path, default=SHIPPED_FOLDER, help="another judge")
    parser.add_argument("--mirrored", action="store_true", help="only events that have a mirror")
    parser.add_argument("--fitting", action="store_true", help="the events for fitting instead")
    parser.add_argument("--answers", type=Path, default=ANSWERS, help="where answers are kept")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/reference/quality.md"
    )
    options = parser.parse_args(arguments)
    if not options.judge.is_dir():
        parser.error(f"--judge {options.judge} is not there: give the folder of a judge")
    if options.events is not None and options.events < 1:
        parser.error(f"--events {options.events}: one at least")
    if options.fitting and options.mirrored:
        parser.error("--fitting: --mirrored is for the events for measuring alone")
    if options.write and (options.fitting or options.judge != SHIPPED_FOLDER):
        parser.error("--write is for the judge that ships on the events for measuring")
    judge = build_keeping_judge(options.judge, options.answers)
    if options.mirrored:
        mirrored = pick_mirrored(options.events)
        events = [one.event for one in mirrored]
    else:
        events = pick_events(
            split_events(read_events())[1] if options.fitting else read_events(MEASURING),
            options.events,
        )
        mirrored = read_mirrored(events, MIRRORS_FOR_MEASURING)
    answers = list(ask(events, judge))
    if not options.mirrored:
        table = render(answers, fit_plain_rule(answers) if options.fitting else PLAIN)
        show(table, "real", write=options.write)
    if mirrored:
        reflected = list(ask([one.mirror for one in mirrored], judge))
        told = describe_turned(ask_turned(pick_mirrored(None), judge))
        show(f"{render_both(answers, reflected)} {told}", "mirrors", write=options.write)
    return 0


def show(table: str, mark: str, *, write: bool) -> None:
    """Print a table, and put it between its marks in docs/reference/quality.md with `write`."""
    print(table, end="\n\n")
    if write:
        put_between_marks(table, mark, REFERENCE / "quality.md")


if __name__ == "__main__":
    sys.exit(main())
