"""Fit and measure the verdicts: python -m evaluation.verdicts [--groups N] [--write]

On composed cases with several pages (evaluation/composed.py), claims among related pages
(evaluation/related.py) and the claims of WiCE against their full pages, which tell only whether a
claim is supported, the weights of claims/verdicts/aggregate.py are fitted by log loss, each row
predicted by a fit that has not seen its group. The bars are the lowest from which at most RISK of
what a side decides would be wrong, on these very rows. Prints accuracy, ECE, Brier score, coverage
by risk, confusion, the cases by situation and kind, what comes of other sets, and the wrong
verdicts of most confidence with their text; --write keeps the model and puts tables and diagrams
into docs/.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.stances import CalibratedJudge
from claims.settings import Settings
from claims.types import VerdictLabel
from claims.verdicts import aggregate
from claims.verdicts.aggregate import (
    Side,
    Trust,
    VerdictModel,
    log_odds,
    votes_by_origin,
)
from claims.wiring import build_judge
from evaluation.composed import FOLDS, SIDES, Case, compose_cases, look_up, write_page
from evaluation.diagram import coverage_by_risk, reliability
from evaluation.document import DOCS, put_between_marks
from evaluation.metrics import calibration_error
from evaluation.related import read_related
from evaluation.sets import read_sets
from evaluation.verdict_tables import Point, by_group, confusion, failures, risk_table

# Of what a side decides, the share where it is not there; and what others would give.
RISK = 0.12
RISKS = (0.02, 0.05, 0.10, 0.12, 0.15, 0.20)
PAGES = "wice_claim_fulldoc.dev"
# Sets whose evidence may stand for a page, and how many rows of each are looked at.
SINGLE = (
    "cad_snli.dev",
    "fever_symmetric_v0.2.dev",
    "fever_train_gold.dev",
    "healthver.dev",
    "scifact_rte.dev",
)
_ROWS = 150
_DECISIVE = {VerdictLabel.SUPPORTED, VerdictLabel.REFUTED}

Vector = npt.NDArray[np.float64]


def read_pages(shared: Path, judge: CalibratedJudge) -> list[Case]:
    """The claims of WiCE against their full pages, if they are there."""
    cases = []
    for labelled in read_sets(shared, most=None):
        if labelled.name == PAGES:
            for number, row in enumerate(labelled.rows):
                page = write_page(row["evidence"], site="page")
                evidence = look_up(row["claim"], [page], judge)
                group = str(row.get("group", row.get("id")))
                cases.append(Case(group, evidence, row["label"] == "SUPPORTED", None))
                if number % 50 == 0:
                    print(f"  {number}/{len(labelled.rows)} pages", file=sys.stderr, flush=True)
    return cases


def read_rows(shared: Path, judge: CalibratedJudge) -> list[Case]:
    """Claims of other sets with their evidence as the only page, if they are there."""
    cases = []
    for labelled in read_sets(shared, most=_ROWS):
        if labelled.name in SINGLE:
            for row in labelled.rows:
                evidence = look_up(row["claim"], [write_page(row["evidence"], site="page")], judge)
                supports, refutes = SIDES[row["label"]]
                cases.append(Case("", evidence, supports, refutes, situation=labelled.name))
            print(f"  {labelled.name}", file=sys.stderr, flush=True)
    return cases


def _features(cases: Sequence[Case], side: int) -> Vector:
    """(n, 2): log-odds of the strongest vote of a side, and of the others as they count."""
    unit = Side(0.0, 1.0, 1.0)
    rows = []
    for case in cases:
        votes = [pair[side] for pair in votes_by_origin(case.evidence).values()]
        _, first, further = unit.parts(votes)
        rows.append((first, further))
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def fit_side(cases: Sequence[Case], side: int) -> Side:
    """Bias and weights of least log loss; our own cases and the pages weigh the same."""
    known = [case for case in cases if side == 0 or case.refutes is not None]
    there = np.array([(case.supports, case.refutes)[side] for case in known], dtype=np.float64)
    pages = np.array([case.refutes is None for case in known])
    weights = np.where(pages, 0.5 / max(1, pages.sum()), 0.5 / max(1, (~pages).sum()))
    x = np.column_stack([np.ones(len(known)), _features(known, side)])
    w = np.array([0.0, 1.0, 0.4])
    for step in range(4000):
        p = 1 / (1 + np.exp(-(x @ w)))
        # Weights of votes are never below 0, and a faint pull keeps the rare ones near the start.
        slope = x.T @ (weights * (p - there)) + 1e-3 * (w - [0.0, 1.0, 0.4])
        w = w - 0.3 * (1 - step / 4000) * slope
        w[1:] = np.maximum(w[1:], 0.0)
    bias, first, further = (round(float(value), 3) for value in w)
    return Side(bias, first, further)


def strengths(cases: Sequence[Case], model: VerdictModel) -> Vector:
    """(n, 2): strength of support and of refutation."""
    rows = []
    for case in cases:
        votes = votes_by_origin(case.evidence).values()
        rows.append(
            (
                model.supports.strength([vote for vote, _ in votes]),
                model.refutes.strength([vote for _, vote in votes]),
            )
        )
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def unseen_strengths(cases: Sequence[Case]) -> Vector:
    """The same, each row by a fit that has not seen its group."""
    found = np.zeros((len(cases), 2))
    folds = np.array([case.fold for case in cases])
    for fold in range(FOLDS):
        rest = [case for case in cases if case.fold != fold]
        model = VerdictModel(fit_side(rest, 0), fit_side(rest, 1))
        here = [case for case in cases if case.fold == fold]
        found[folds == fold] = strengths(here, model)
    return found


def choose_bar(strength: Vector, right: npt.NDArray[np.bool_], risk: float) -> float:
    """The lowest bar from which at most `risk` of the rows that reach it are wrong; 1 if none."""
    order = np.argsort(-strength, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    # A bar lets in all rows of its strength: only the last of equals counts.
    last = np.append(np.diff(strength[order]) < 0, True)
    held = np.flatnonzero((wrong <= risk) & last)
    return round(float(strength[order[held[-1]]]) - 0.0005, 3) if len(held) else 1.0


def choose_bars(
    cases: Sequence[Case], strength: Vector, model: VerdictModel, risk: float
) -> VerdictModel:
    """The model with the bars for a risk: that the side which decides is not there."""
    there = np.array([(case.supports, bool(case.refutes)) for case in cases])
    bars = [choose_bar(strength[:, side], there[:, side], risk) for side in (0, 1)]
    return replace(
        model,
        supports=replace(model.supports, bar=bars[0]),
        refutes=replace(model.refutes, bar=bars[1]),
    )


def at_bars(cases: Sequence[Case], strength: Vector, model: VerdictModel) -> Point:
    """What the bars of a model give."""
    answers = decide(strength, model)
    pairs = [(answer, case.label) for answer, case in zip(answers, cases, strict=True)]
    decided = [(answer, label) for answer, label in pairs if answer in _DECISIVE]
    conflict = VerdictLabel.CONFLICTING_EVIDENCE
    conflicts = [answer for answer, label in pairs if label is conflict]

    def share(holds: Callable[[VerdictLabel, VerdictLabel | None], bool]) -> float:
        return sum(holds(answer, label) for answer, label in decided) / max(1, len(decided))

    return Point(
        len(cases),
        (model.supports.bar, model.refutes.bar),
        len(decided) / len(cases),
        wrong=share(lambda answer, label: answer is not label),
        opposite=share(lambda answer, label: {answer, label} == _DECISIVE),
        one_sided=share(lambda _, label: label is conflict),
        conflicts=conflicts.count(conflict) / max(1, len(conflicts)),
    )


def decide(strength: Vector, model: VerdictModel) -> list[VerdictLabel]:
    """The label of each row."""
    return [aggregate.decide(float(s), float(r), model) for s, r in strength]


def probabilities(strength: Vector, answers: Sequence[VerdictLabel]) -> Vector:
    """That of each answer."""
    return np.array(
        [aggregate.probability(a, s, r) for a, (s, r) in zip(answers, strength, strict=True)]
    )


def fit_trust(p: Vector, right: Sequence[bool]) -> Trust:
    """Platt's scaling of least log loss, by Newton's method; never falling."""
    x = np.column_stack([[log_odds(value) for value in p], np.ones(len(p))])
    there = np.array(right, dtype=np.float64)
    w = np.array([1.0, 0.0])
    for _ in range(30):
        q = 1 / (1 + np.exp(-(x @ w)))
        bend = (x.T * (q * (1 - q))) @ x + 1e-3 * np.eye(2)
        w = w - np.linalg.solve(bend, x.T @ (q - there) + 1e-3 * (w - [1.0, 0.0]))
    return Trust(max(0.0, round(float(w[0]), 3)), round(float(w[1]), 3))


def unseen_confidences(cases: Sequence[Case], p: Vector, right: Sequence[bool]) -> Vector:
    """The confidence of each row, by a scaling that has not seen its group."""
    folds, was_right = np.array([case.fold for case in cases]), np.array(right)
    found = np.zeros(len(cases))
    for fold in range(FOLDS):
        trust = fit_trust(p[folds != fold], was_right[folds != fold].tolist())
        found[folds == fold] = [trust.confidence(float(value)) for value in p[folds == fold]]
    return found


def report(cases: Sequence[Case], others: Sequence[Case], *, write: bool) -> VerdictModel:
    """Fit, print, and with `write` keep everything."""
    own = [case for case in cases if case.label is not None]
    unseen = unseen_strengths(cases)[[case.label is not None for case in cases]]
    model = VerdictModel(fit_side(cases, 0), fit_side(cases, 1))
    models = [choose_bars(own, unseen, model, risk) for risk in RISKS]
    points = [at_bars(own, unseen, one) for one in models]
    model = models[RISKS.index(RISK)]
    gold = [case.label for case in own]
    # Which verdicts are decisive depends on their confidence: the scaling is fitted first, on the
    # answers that bars and unscaled probabilities give.
    model = replace(model, trust=_fit_trust_of(decide(unseen, model), gold, unseen))
    answers = decide(unseen, model)
    right = [a is y for a, y in zip(answers, gold, strict=True)]
    p = probabilities(unseen, answers)
    sure = unseen_confidences(own, p, right)
    error = calibration_error(right, sure)
    brier = float(np.mean((sure - np.array(right)) ** 2))
    table = "\n\n".join(
        [
            (
                f"{len(own)} cases of {len({case.group for case in own})} groups and "
                f"{len(cases) - len(own)} pages of WiCE; each row by a fit that has not seen "
                "its group."
            ),
            (
                f"Accuracy {np.mean(right):.3f}, ECE of the confidence {error:.3f}, "
                f"Brier score {brier:.3f}."
            ),
            risk_table(RISKS, points),
            confusion(gold, answers),
            by_group("situation", [case.situation for case in own], right, answers),
            by_group("kind", [case.kind for case in own], right, answers),
            _measure_others(others, model),
        ]
    )
    wrong = failures(own, answers, sure)
    print(table, wrong, sep="\n\n")
    print(json.dumps(asdict(model)))
    if write:
        put_between_marks(table, "verdicts", DOCS / "quality.md")
        put_between_marks(wrong, "wrong verdicts", DOCS / "quality.md")
        aggregate.MODEL_FILE.write_text(json.dumps(asdict(model)) + "\n")
        (DOCS / "images" / "reliability.svg").write_text(reliability(sure, right))
        (DOCS / "images" / "coverage.svg").write_text(coverage_by_risk(_curve(own, unseen)))
    return model


def _fit_trust_of(
    answers: Sequence[VerdictLabel], gold: Sequence[VerdictLabel | None], strength: Vector
) -> Trust:
    right = [answer is label for answer, label in zip(answers, gold, strict=True)]
    return fit_trust(probabilities(strength, answers), right)


def _measure_others(cases: Sequence[Case], model: VerdictModel) -> str:
    """What the model makes of other sets, each row one page."""
    answers = decide(strengths(cases, model), model)
    right = [a is case.label for a, case in zip(answers, cases, strict=True)]
    return by_group("set, one page each", [case.situation for case in cases], right, answers)


def measure_shipped(judge: CalibratedJudge, *, groups: int) -> Point:
    """What the shipped model decides, and how much of it is wrong, on some composed cases."""
    cases = compose_cases(judge, groups=groups)
    model = aggregate.load_model()
    return at_bars(cases, strengths(cases, model), model)


def _curve(cases: Sequence[Case], strength: Vector) -> list[tuple[float, float]]:
    """(coverage, wrong share) of the cases, most confident first, if all were decided."""
    sides = [VerdictLabel.SUPPORTED if s >= r else VerdictLabel.REFUTED for s, r in strength]
    sure = probabilities(strength, sides)
    right = np.array([a is case.label for a, case in zip(sides, cases, strict=True)])
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    share = np.arange(1, len(order) + 1) / len(order)
    return [(float(c), float(w)) for c, w in zip(share, wrong, strict=True)]


def main(*, build: Callable[[Settings], CalibratedJudge] = build_judge) -> None:
    """Gather, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--groups", type=int, default=160, help="held-out groups of our own")
    parser.add_argument("--write", action="store_true", help="keep model, tables and diagrams")
    options = parser.parse_args()
    judge = build(Settings(judge_threads=os.cpu_count() or 1))
    cases = [
        *compose_cases(judge, groups=options.groups),
        *read_related(options.shared, judge),
        *read_pages(options.shared, judge),
    ]
    report(cases, read_rows(options.shared, judge), write=options.write)


if __name__ == "__main__":
    main()
