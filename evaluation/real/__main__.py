"""Verdicts on events and on their mirrors.

    python -m evaluation.real [--events N] [--mirrored | --fitting] [--judge FOLDER] [--write]
    python -m evaluation.real [--events N] [--mirrored] --reader [--write]
    python -m evaluation.real [--events N] [--mirrored] --questions FOLDER
    python -m evaluation.real [--events N] [--mirrored] --answers FOLDER [--model NAME] [--write]

Each claim of the events for measuring goes through the same pipeline as in the service, with the
pages of its event as sources: passages, ranking, judge, findings, origins, verdict model. Prints
the shares of claims that are right and decided, the shares of the decided claims that are wrong and
that have the opposite label, and the share of false conflicts, for all claims and by label and
kind. Baselines are printed as well: the plain rule (the higher of the bare judge's highest support
and highest refutation over the passages, if it reaches its threshold), the claim against its
deciding paragraphs alone, and the claim without any page. Then the same claims are judged against
the mirrors of these events, and the share right in both is printed.

`--mirrored` uses only the events that have a mirror, and prints only the figures of these events
and their mirrors. `--fitting` uses the events for fitting that the judge was not trained on, and
prints the best thresholds of the plain rule for them. The answers of a judge are cached in
build/answers (`--cache`) by the hash of its weights, so that a second run judges only new pairs.
`--write` puts the tables into docs/reference/quality.md; with `--mirrored` only those of mirrors.

With `--reader` the second reader of the settings (ASSAY_READER) reads the same claims, and the
tables compare the judge alone, the reader alone and both. `--questions` writes each question as a
text file with the words that a model gets; its name is a number that reveals nothing. The claims
and labels go into the index (`--index`, default: FOLDER-index.json), which must be kept from the
person or model that answers. `--answers` reads NUMBER.json for each NUMBER.txt, checks it as the
service does, and prints the same tables for the reader `--model`; `--record FILE` stores questions
and answers in one file, which `--answers` accepts as well. The table of a reader is that of its
test, if the data folder has one (`assay reader test`); otherwise each event has the table of the
answers to the other events. The last table has how often verdicts of each strength are right, of
the judge alone and of both.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.evidence.whole_evidence import READER_PASSAGES
from evaluation.document import REFERENCE, put_between_marks
from evaluation.judge_answers import ANSWERS, build_keeping_judge
from evaluation.real import MEASURING, MIRRORS_FOR_MEASURING
from evaluation.real.asking import PlainRule, ask, pick_events, pick_mirrored
from evaluation.real.mirrored import ask_turned, describe_turned, render_both
from evaluation.real.questions import find_index
from evaluation.real.reader_runs import measure_reader, write_all_questions
from evaluation.real.tables import fit_plain_rule, render
from training.events import Event, read_events, split_events
from training.mirrors import Mirrored, read_mirrored

# Thresholds of the plain rule, as probabilities; chosen by `--fitting --events 8` for release 4.
PLAIN = PlainRule(supports=0.5, refutes=0.35)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = _build_parser()
    options = parser.parse_args(arguments)
    _check(parser, options)
    events, mirrored = _pick(options)
    if options.questions:
        write_all_questions(events, mirrored, options)
        return 0
    judge = build_keeping_judge(options.judge, options.cache)
    if options.reader or options.answers:
        tables, strengths = measure_reader(events, mirrored, options, judge)
        mark = "asked reader" if options.reader else "recorded reader"
        show(tables, mark, write=options.write)
        show(strengths, f"{mark}, strengths", write=options.write)
        return 0
    _measure(events, mirrored, options, judge)
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.real",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--events", type=int, help="number, balanced by writer (default: all)")
    parser.add_argument("--judge", type=Path, default=SHIPPED_FOLDER, help="another judge")
    parser.add_argument("--mirrored", action="store_true", help="only events that have a mirror")
    parser.add_argument("--fitting", action="store_true", help="the events for fitting instead")
    parser.add_argument("--cache", type=Path, default=ANSWERS, help="where answers are kept")
    reader = parser.add_mutually_exclusive_group()
    reader.add_argument("--reader", action="store_true", help="ask the second reader")
    reader.add_argument("--questions", type=Path, help="write its questions into this folder")
    reader.add_argument("--answers", type=Path, help="read answers from this folder or record")
    parser.add_argument("--index", type=Path, help="file with the claims of the questions")
    parser.add_argument("--record", type=Path, help="store the answers in this file")
    parser.add_argument("--model", default="recorded", help="name of the model that answered")
    parser.add_argument(
        "--passages", type=int, default=READER_PASSAGES, help="passages of a question"
    )
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/reference/quality.md"
    )
    return parser


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Exit with a message if options contradict each other."""
    if not options.judge.is_dir():
        parser.error(f"--judge {options.judge} is not there: give the folder of a judge")
    if options.events is not None and options.events < 1:
        parser.error(f"--events {options.events}: one at least")
    if options.fitting and options.mirrored:
        parser.error("--fitting: --mirrored is for the events for measuring alone")
    if options.fitting and (options.reader or options.questions or options.answers):
        parser.error("--fitting: a second reader is measured on the events for measuring")
    if options.write and (options.fitting or options.judge != SHIPPED_FOLDER):
        parser.error("--write is for the judge that ships on the events for measuring")
    if options.answers and not options.answers.exists():
        parser.error(f"--answers {options.answers} is not there: give a folder of answers")
    if options.record and not options.answers:
        parser.error("--record: it keeps the answers of --answers")
    folder = options.questions or options.answers
    if folder is None or folder.is_file():
        return
    options.index = options.index or find_index(folder)
    if options.answers and not options.index.is_file():
        parser.error(f"--index {options.index} is not there: give what --questions wrote")
    if folder.resolve() in options.index.resolve().parents:
        parser.error("--index: it has the labels, and may not lie in the folder of the questions")


def _pick(options: argparse.Namespace) -> tuple[list[Event], list[Mirrored]]:
    """The events, and those of them that have a mirror."""
    if options.mirrored:
        mirrored = pick_mirrored(options.events)
        return [one.event for one in mirrored], mirrored
    events = pick_events(
        split_events(read_events())[1] if options.fitting else read_events(MEASURING),
        options.events,
    )
    return events, read_mirrored(events, MIRRORS_FOR_MEASURING)


def _measure(
    events: Sequence[Event],
    mirrored: Sequence[Mirrored],
    options: argparse.Namespace,
    judge: CalibratedJudge,
) -> None:
    """Print the tables of the judge alone."""
    answers = list(ask(events, judge))
    if not options.mirrored:
        table = render(answers, fit_plain_rule(answers) if options.fitting else PLAIN)
        show(table, "real", write=options.write)
    if mirrored:
        reflected = list(ask([one.mirror for one in mirrored], judge))
        turned = describe_turned(ask_turned(pick_mirrored(None), judge))
        show(f"{render_both(answers, reflected)} {turned}", "mirrors", write=options.write)


def show(table: str, mark: str, *, write: bool) -> None:
    """Print a table, and put it between its marks in docs/reference/quality.md with `write`."""
    print(table, end="\n\n")
    if write:
        put_between_marks(table, mark, REFERENCE / "quality.md")


if __name__ == "__main__":
    sys.exit(main())
