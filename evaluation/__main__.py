"""make eval: measure the judge and claim extraction, and check the results against pinned floors.

python -m evaluation [--rows N | --full] [--write] [--update] [--record] [--previous FOLDER]

Without the ../shared folder only the sets in this repository are measured. `--write` puts the
tables into docs/reference/quality.md. `--update` raises the floors to the measured values and
refuses to lower one. Most answers of the shipped judge are read from judge_answers.jsonl; a part of
these is computed again, to see that they are its own. `--record` computes all of them, which takes
ten minutes on two cores, and stores them there. `--previous` measures the judge of an older release
on the same rows and stores its accuracy for the column "previous".
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.evidence.pairs import judge_pairs
from claims.settings import Settings
from claims.wiring import build_judge
from evaluation import findings, floors, report, worthiness
from evaluation.document import REFERENCE, put_between_marks
from evaluation.judge import SetResult, measure_set
from evaluation.judge_answers import RecordedAnswers, name_weights
from evaluation.real.asking import ask, ask_first, pick_mirrored
from evaluation.real.mirrored import MirrorsRead, ask_turned, describe_turned, render_both
from evaluation.real.tables import describe
from evaluation.sets import read_sets

# Rows per set in the default sample; a run then takes a few minutes on two cores.
SAMPLE = 120
# Number of events for measuring used here, about two minutes; evaluation/real uses all of them.
REAL_EVENTS = 6
# The same with mirrors; only the mirrors are judged, since their events are among the first
# REAL_EVENTS. The paragraphs that decide the claims of all mirrors take a minute.
MIRRORED_EVENTS = 3


def main() -> int:
    """Measure, print and compare with the floors; returns exit code 1 when a floor is missed."""
    options = _read_options()
    folder = options.previous or SHIPPED_FOLDER
    recorded = RecordedAnswers(name_weights(folder), is_new=options.record)
    settings = Settings(judge_threads=os.cpu_count() or 1)
    judge = build_judge(settings, scores=recorded, folder=folder)
    results = measure_judge(judge, options.shared, most=None if options.full else options.rows)
    checks = worthiness.measure_all(options.shared)
    if len(checks) < 2:
        print(f"no labelled sets in {options.shared}: only our own pairs", file=sys.stderr)
    if options.previous:
        report.keep_previous(results)
    table = report.write_table(results, checks)
    print(table)
    if options.write:
        put_between_marks(table, "make eval", REFERENCE / "quality.md")
    if options.previous:
        return 0
    found = findings.tally(findings.measure(judge))
    print(findings.render(found))
    answers = ask_first(judge, events=REAL_EVENTS)
    print(f"\n{describe(answers)}")
    read = reading_of_mirrors(judge)
    measured = floors.collect(results, checks, found, answers, read)
    print(f"{recorded.computed:,} of {len(recorded.rows):,} answers were computed.")
    if options.record:
        recorded.write()
    if change := recorded.find_change():
        print(change, file=sys.stderr)
    return floors.hold(measured, update=options.update) or int(change is not None)


def reading_of_mirrors(judge: CalibratedJudge) -> MirrorsRead:
    """The judge on events with their mirrors; printed."""
    mirrored = pick_mirrored(MIRRORED_EVENTS)
    events = list(ask([one.event for one in mirrored], judge))
    mirrors = list(ask([one.mirror for one in mirrored], judge))
    read = MirrorsRead(events, mirrors, ask_turned(pick_mirrored(None), judge))
    print(f"\n{render_both(events, mirrors)} {describe_turned(read.turned)}")
    return read


def measure_judge(judge: CalibratedJudge, shared: Path, *, most: int | None) -> list[SetResult]:
    """Measure all sets with at most `most` rows each (None: all). Progress goes to stderr."""
    results = []
    for labelled in read_sets(shared, most=most):
        results.append(measure_set(labelled, lambda pairs: judge_pairs(pairs, judge)))
        print(f"  {results[-1].name}: {results[-1].accuracy:.3f}", file=sys.stderr, flush=True)
    return results


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=SAMPLE, help="rows per set")
    parser.add_argument("--full", action="store_true", help="every row (hours)")
    parser.add_argument("--previous", type=Path, help="measure an older judge, to compare with")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reference/quality.md"
    )
    parser.add_argument("--update", action="store_true", help="raise the floors")
    parser.add_argument("--record", action="store_true", help="compute and store all answers")
    options = parser.parse_args()
    if options.previous and (options.write or options.update or options.record):
        parser.error("--previous measures an older judge: nothing of it is stored")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
