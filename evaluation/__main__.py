"""make eval: measure the judge and claim extraction, and check the results against pinned floors.

python -m evaluation [--rows N | --full] [--write] [--update] [--previous FOLDER]

Without the ../shared folder only the sets in this repository are measured. `--write` puts the
tables into docs/reference/quality.md. `--update` raises the floors to the measured values and
refuses to lower one. `--previous` measures the judge of an older release on the same rows and
stores its accuracy for the column "previous".
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.pairs import judge_pairs
from claims.settings import Settings
from claims.wiring import build_judge
from evaluation import findings, floors, report, worthiness
from evaluation.document import REFERENCE, put_between_marks
from evaluation.judge import SetResult, measure_set
from evaluation.real.asking import ask, ask_first, pick_mirrored, remember
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
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1), folder=options.previous)
    results, pairs_per_s = measure_judge(
        judge, options.shared, most=None if options.full else options.rows
    )
    checks = worthiness.measure_all(options.shared)
    if len(checks) < 2:
        print(f"no labelled sets in {options.shared}: only our own pairs", file=sys.stderr)
    if options.previous:
        report.keep_previous(results)
    table = report.write_table(results, checks, pairs_per_s)
    print(table)
    if options.write:
        put_between_marks(table, "make eval", REFERENCE / "quality.md")
    if options.previous:
        return 0
    found = findings.tally(findings.measure(judge))
    print(findings.render(found))
    judge = remember(judge)  # the events that have a mirror are among the first events
    answers = ask_first(judge, events=REAL_EVENTS)
    print(f"\n{describe(answers)}")
    read = reading_of_mirrors(judge)
    measured = floors.collect(results, checks, found, answers, read)
    return floors.hold(measured, update=options.update)


def reading_of_mirrors(judge: CalibratedJudge) -> MirrorsRead:
    """The judge on events with their mirrors; printed."""
    mirrored = pick_mirrored(MIRRORED_EVENTS)
    events = list(ask([one.event for one in mirrored], judge))
    mirrors = list(ask([one.mirror for one in mirrored], judge))
    read = MirrorsRead(events, mirrors, ask_turned(pick_mirrored(None), judge))
    print(f"\n{render_both(events, mirrors)} {describe_turned(read.turned)}")
    return read


def measure_judge(
    judge: CalibratedJudge, shared: Path, *, most: int | None
) -> tuple[list[SetResult], float]:
    """Measure all sets; returns the results and the rows judged per second over all sets.

    `most` is the maximum number of rows per set (None: all). Progress goes to stderr.
    """
    results = []
    started = time.monotonic()
    for labelled in read_sets(shared, most=most):
        results.append(measure_set(labelled, lambda pairs: judge_pairs(pairs, judge)))
        print(f"  {results[-1].name}: {results[-1].accuracy:.3f}", file=sys.stderr, flush=True)
    return results, sum(result.pairs for result in results) / (time.monotonic() - started)


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
    options = parser.parse_args()
    if options.previous and (options.write or options.update):
        parser.error("--previous measures an older judge: nothing of it is written or pinned")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
