"""Verdicts on events: python -m evaluation.real [--events N] [--judge FOLDER] [--fitting] [--write]

Each claim of the events for measuring goes through the whole pipeline as it serves, with the pages
of its event as sources: passages, ranking, judge, findings, origins, the rule. Prints what share is
right and decided, what share of these is wrong or the very opposite, and how often pages that agree
are said to disagree, for all and for each label and kind; and the same for two things beside: the
plain rule (the higher of the highest support and the highest refutation over the passages, by the
bare judge, if it reaches its threshold), and the claim against the paragraphs that decide it.
`--fitting` asks those for fitting instead from which the judge has not learnt, and prints the
thresholds of the plain rule that are best there. What a judge answered is kept in build/answers by
the hash of its weights, so that another run asks only what is new. `--write` puts the tables into
docs/reference/quality.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from claims.entailment.onnx import SHIPPED_FOLDER
from evaluation.document import REFERENCE, put_between_marks
from evaluation.real import MEASURING
from evaluation.real.asking import ANSWERS, PlainRule, ask, build_keeping_judge, pick_events
from evaluation.real.tables import fit_plain_rule, render
from training.events import read_events, split_events

# Chosen by `--fitting --events 8`, for release 4.
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
    if options.write and (options.fitting or options.judge != SHIPPED_FOLDER):
        parser.error("--write is for the judge that ships on the events for measuring")
    events = pick_events(
        split_events(read_events())[1] if options.fitting else read_events(MEASURING),
        options.events,
    )
    answers = list(ask(events, build_keeping_judge(options.judge, options.answers)))
    rule = fit_plain_rule(answers) if options.fitting else PLAIN
    table = render(answers, rule)
    print(table)
    if options.write:
        put_between_marks(table, "real", REFERENCE / "quality.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
