"""Ablation of the parts of a verdict: python -m evaluation.parts [--events N]

Measured on events for fitting that the judge was not trained on. The lines are the judge with and
without calibration. The columns are the verdict model, cross-validated by event, at two minimum
confidences, and the plain rule: the highest support and the highest refutation, each with its
threshold. The thresholds for an event are those with most right answers on the other events. The
last line is the plain rule on the bare judge's answers to whole passages, without their sentences.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.types import LEAST_CONFIDENCE, VerdictLabel
from evaluation.judge_answers import ANSWERS, build_keeping_judge
from evaluation.real.asking import PlainRule, pick_events, weigh
from evaluation.real.tables import TRIED, Figures, measure
from evaluation.verdicts import Case, decide, find_unseen_probabilities
from training.events import Event, read_events, split_events

Pair = tuple[float, float]
LEAST = (0.5, LEAST_CONFIDENCE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim with its evidence.

    `highest` are the highest probabilities of support and of refutation in the evidence, `bare`
    those of the bare judge on the passages.
    """

    case: Case
    highest: Pair
    bare: Pair


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.parts", description=__doc__)
    parser.add_argument("--events", type=int, help="number, balanced by writer (default: all)")
    parser.add_argument("--judge", type=Path, default=SHIPPED_FOLDER, help="another judge")
    parser.add_argument("--cache", type=Path, default=ANSWERS, help="where answers are kept")
    options = parser.parse_args(arguments)
    judge = build_keeping_judge(options.judge, options.cache)
    events = pick_events(split_events(read_events())[1], options.events)
    heads = [f"least confidence {least}" for least in LEAST]
    print(f"{sum(len(event.claims) for event in events)} claims of {len(events)} events.\n")
    print(f"| parts | {' | '.join(heads)} | plain rule |\n|---|---|---|---|")
    variants = {
        "as it serves": judge,
        "no calibration": replace(judge, calibration=Calibration()),
    }
    for name, variant in variants.items():
        asked = [one for event in events for one in ask(event, variant)]
        cells = columns([one.case for one in asked], [one.highest for one in asked])
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    cells = columns([one.case for one in asked], [one.bare for one in asked])
    print(f"| the bare judge on passages | | | {cells[-1]} |")
    return 0


def ask(event: Event, judge: CalibratedJudge) -> list[Asked]:
    """Run the pipeline on the claims of an event."""
    found = []
    for one, gathered, verdict in weigh(event, judge):
        label = frozenset({VerdictLabel(one.label)})
        case = Case(event.name, verdict.evidence, label, one.kind, one.claim)
        p = [item.probabilities for item in verdict.evidence]
        highest = (
            max((item.supports for item in p), default=0.0),
            max((item.refutes for item in p), default=0.0),
        )
        rows = judge.judge.score([(item.text, one.claim) for item in gathered.passages])
        supports, refutes = rows[:, :2].max(axis=0, initial=0.0)
        found.append(Asked(case, highest, (float(supports), float(refutes))))
    return found


def columns(cases: Sequence[Case], sides: Sequence[Pair]) -> list[str]:
    """Table cells: the verdict model at each minimum confidence, then the plain rule on `sides`."""
    labels = [label for case in cases for label in case.labels]
    probable = find_unseen_probabilities(cases)
    found = [decide(cases, probable, least) for least in LEAST]
    found.append(choose_in_turn(labels, sides, [case.group for case in cases]))
    return [_cell(measure(labels, answers)) for answers in found]


def choose_in_turn(
    labels: Sequence[VerdictLabel], sides: Sequence[Pair], events: Sequence[str]
) -> list[VerdictLabel]:
    """Cross-validated answers of the plain rule, one per claim.

    The thresholds for an event are those with most right answers on the other events. `labels`,
    `sides` (support, refutation) and `events` have one entry per claim.
    """
    grid = [(s, r) for s in TRIED for r in TRIED]
    found = {bars: [PlainRule(*bars).decide(pair) for pair in sides] for bars in grid}
    names = sorted(set(events))
    right = {
        bars: {
            name: sum(
                label is answer
                for label, answer, event in zip(labels, answers, events, strict=True)
                if event == name
            )
            for name in names
        }
        for bars, answers in found.items()
    }
    total = {bars: sum(by_event.values()) for bars, by_event in right.items()}
    best = {name: max(grid, key=lambda bars: total[bars] - right[bars][name]) for name in names}
    return [found[best[event]][row] for row, event in enumerate(events)]


def _cell(found: Figures) -> str:
    return f"{found.right:.3f} right, {found.decided:.3f} decided, {found.wrong:.3f} wrong"


if __name__ == "__main__":
    sys.exit(main())
