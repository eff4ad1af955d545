"""What each part of a verdict is worth: python -m evaluation.real.parts [--events N]

On events for fitting. Calibration, the weights of findings and what is held back are switched off,
one by one and together; each line is what then comes of three rules: the one that ships; the same
with its two bars chosen anew; and the plain one, the highest support and the highest refutation
with a threshold for each. Bars and thresholds are chosen, by most right answers, on all events but
the one they are tried on. The last line is the plain rule on the bare judge's answers to the
passages alone, without the sentences in them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from claims.entailment.calibration import Calibration
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.entailment.stances import CalibratedJudge, ScoredPassage
from claims.entailment.weighing import Weighing
from claims.pipeline import find_evidence, judging, rank_evidence
from claims.types import Gathered, VerdictLabel
from claims.verdicts import aggregate
from evaluation.real.__main__ import ANSWERS, build_keeping_judge
from evaluation.real.asking import PlainRule, pick_events, write_page
from evaluation.real.tables import TRIED, Figures, measure
from training.events import read_events

Pair = tuple[float, float]
Decide = Callable[[Pair, Pair], VerdictLabel]
# Bars tried for the rule that ships.
_BARS = [round(0.2 + 0.05 * step, 2) for step in range(15)]


@dataclass(frozen=True, slots=True)
class Switches:
    """Which parts are on."""

    calibration: bool = True
    findings: bool = True
    holding_back: bool = True

    @property
    def name(self) -> str:
        """What is off."""
        off = {
            "calibration": self.calibration,
            "weights of findings": self.findings,
            "holding back": self.holding_back,
        }
        return ", ".join(f"no {name}" for name, on in off.items() if not on) or "as it serves"


ALL_OFF = Switches(calibration=False, findings=False, holding_back=False)
VARIANTS = (
    Switches(),
    Switches(calibration=False),
    Switches(findings=False),
    Switches(holding_back=False),
    Switches(findings=False, holding_back=False),
    ALL_OFF,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A claim with the passages found for it."""

    event: str
    claim: str
    label: VerdictLabel
    gathered: Gathered


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.real.parts", description=__doc__)
    parser.add_argument("--events", type=int, help="so many, the writers in turns (default: all)")
    parser.add_argument("--judge", type=Path, default=SHIPPED_FOLDER, help="another judge")
    parser.add_argument("--answers", type=Path, default=ANSWERS, help="where answers are kept")
    options = parser.parse_args(arguments)
    judge = build_keeping_judge(options.judge, options.answers)
    questions = [
        Question(
            event.name, one.claim, VerdictLabel(one.label), rank_evidence(one.claim, pages, ())
        )
        for event in pick_events(read_events(), options.events)
        if (pages := [write_page(page) for page in event.pages])
        for one in event.claims
    ]
    print(f"{len(questions)} claims of {len({one.event for one in questions})} events.\n")
    print("| parts | rule that ships | bars chosen anew | plain rule |\n|---|---|---|---|")
    for switches in VARIANTS:
        sides = [weigh(question, judge, switches) for question in questions]
        print(f"| {switches.name} | " + " | ".join(columns(questions, sides)) + " |", flush=True)
    bare = [(found, found) for found in (ask_bare(one, judge) for one in questions)]
    print(f"| the bare judge on passages | | | {columns(questions, bare)[-1]} |")
    return 0


def weigh(question: Question, judge: CalibratedJudge, switches: Switches) -> tuple[Pair, Pair]:
    """The strengths of both sides by the model that ships, and the highest of both over the
    evidence, with some parts off."""
    with holding_back(on=switches.holding_back):
        evidence = find_evidence(
            question.claim, question.gathered.passages, switch(judge, switches)
        )
    votes = aggregate.votes_by_origin(evidence).values()
    model = aggregate.load_model()
    strengths = (
        model.supports.strength([vote for vote, _ in votes]),
        model.refutes.strength([vote for _, vote in votes]),
    )
    highest = (
        max((item.probabilities.supports for item in evidence), default=0.0),
        max((item.probabilities.refutes for item in evidence), default=0.0),
    )
    return strengths, highest


def switch(judge: CalibratedJudge, switches: Switches) -> CalibratedJudge:
    """The judge without calibration or weights of findings, where these are off."""
    return replace(
        judge,
        calibration=judge.calibration if switches.calibration else Calibration(),
        weighing=judge.weighing if switches.findings else Weighing(),
    )


@contextmanager
def holding_back(*, on: bool) -> Iterator[None]:
    """Within, what lacks a figure of the claim keeps its support, unless `on`."""
    before = judging.hold_back

    def keep(item: ScoredPassage) -> ScoredPassage:
        return item

    judging.hold_back = before if on else keep
    try:
        yield
    finally:
        judging.hold_back = before


def ask_bare(question: Question, judge: CalibratedJudge) -> Pair:
    """The highest support and refutation that the bare judge sees in the passages."""
    passages = question.gathered.passages
    rows = judge.judge.score([(passage.text, question.claim) for passage in passages])
    supports, refutes = rows[:, :2].max(axis=0, initial=0.0)
    return float(supports), float(refutes)


def columns(questions: Sequence[Question], sides: Sequence[tuple[Pair, Pair]]) -> list[str]:
    """What comes of each rule, as table cells."""
    model = aggregate.load_model()
    labels = [question.label for question in questions]
    strengths, highest = [pair for pair, _ in sides], [pair for _, pair in sides]
    events = [question.event for question in questions]
    return [
        _cell(measure(labels, [aggregate.decide(s, r, model) for s, r in strengths])),
        _cell(measure(labels, choose_in_turn(labels, strengths, events, _by_bars, _BARS))),
        _cell(measure(labels, choose_in_turn(labels, highest, events, _by_plain_rule, TRIED))),
    ]


def _by_bars(sides: Pair, bars: Pair) -> VerdictLabel:
    model = aggregate.load_model()
    moved = replace(
        model,
        supports=replace(model.supports, bar=bars[0]),
        refutes=replace(model.refutes, bar=bars[1]),
    )
    return aggregate.decide(*sides, moved)


def _by_plain_rule(sides: Pair, bars: Pair) -> VerdictLabel:
    return PlainRule(*bars).decide(sides)


def choose_in_turn(
    labels: Sequence[VerdictLabel],
    sides: Sequence[Pair],
    events: Sequence[str],
    decide: Decide,
    tried: Sequence[float],
) -> list[VerdictLabel]:
    """The answers, those of each event by the bars that give most right answers on the others."""
    grid = [(s, r) for s in tried for r in tried]
    found = {bars: [decide(pair, bars) for pair in sides] for bars in grid}
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
