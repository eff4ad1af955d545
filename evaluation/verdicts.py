"""Fit and measure the verdicts: python -m evaluation.verdicts [--groups N] [--write]

Composed cases with several pages: a claim of a held-out group of ours is checked against its
page, its contrast page, both together (which may conflict), and each beside a page about
something else; a copy of a page changes nothing, for copies are one origin. The evidence of each
page is what the service finds in it. With the claims of WiCE against their full pages, which tell
only whether a claim is supported, the weights of claims/verdicts/aggregate.py are fitted by log
loss, each row predicted by a fit that has not seen its group. The bars are the lowest from which
at most RISK of the decisive verdicts of a side would be wrong, on these very rows. Prints
accuracy, ECE, Brier score, confusion and coverage by risk; --write keeps the model and puts
tables and diagrams into docs/.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.stances import CalibratedJudge
from claims.pipeline import find_evidence, rank_evidence
from claims.scoring import NO_PAGE
from claims.settings import Settings
from claims.types import Evidence, Page, VerdictLabel
from claims.verdicts import aggregate
from claims.verdicts.aggregate import Side, VerdictModel, votes_by_origin
from claims.wiring import build_judge
from evaluation.diagram import coverage_by_risk, reliability
from evaluation.document import DOCS, put_between_marks
from evaluation.metrics import calibration_error
from evaluation.sets import read_sets
from training.pairs import Pair, read_pairs, split_groups

# Of decisive verdicts, the share that may be wrong; and what the bars would be for others.
RISK = 0.12
RISKS = (0.02, 0.05, 0.10, 0.12, 0.15, 0.20)
PAGES = "wice_claim_fulldoc.dev"
FOLDS = 5
_LABELS = tuple(VerdictLabel)
_SIDES = {"SUPPORTED": (1, 0), "REFUTED": (0, 1), "NEI": (0, 0)}

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """The evidence for a claim, and which sides it really has (None: not known)."""

    group: str
    evidence: tuple[Evidence, ...]
    supports: bool
    refutes: bool | None
    claim: str = ""

    @property
    def label(self) -> VerdictLabel | None:
        """What a careful reader concludes; None where that is not known."""
        if self.refutes is None:
            return None
        return aggregate.label_of(self.supports, self.refutes)

    @property
    def fold(self) -> int:
        """The same in every run, and for all cases of a group."""
        return sum(self.group.encode()) % FOLDS


def compose_own(judge: CalibratedJudge, *, groups: int) -> list[Case]:
    """Cases from held-out groups of our own pairs."""
    _, held = split_groups(read_pairs())
    by_group: dict[str, list[Pair]] = {}
    for pair in held:
        by_group.setdefault(pair.group, []).append(pair)
    names = sorted(by_group)
    random.Random(11).shuffle(names)  # noqa: S311 - a sample, no secret
    names = names[:groups]
    cases: list[Case] = []
    for number, name in enumerate(names):
        other = by_group[names[number - 1]][0].evidence
        claims: dict[str, list[Pair]] = {}
        for pair in by_group[name]:
            claims.setdefault(pair.claim, []).append(pair)
        # Drawn, for many groups list what is supported first.
        drawn = random.Random(name).sample(sorted(claims), min(4, len(claims)))  # noqa: S311
        for claim, pairs in ((claim, claims[claim]) for claim in drawn):
            cases += _cases_of(name, claim, pairs, other, judge)
        if number % 20 == 0:
            print(f"  {number}/{len(names)} groups", flush=True)
    return cases


def _cases_of(
    group: str, claim: str, pairs: Sequence[Pair], other: str, judge: CalibratedJudge
) -> list[Case]:
    found = {
        pair.evidence: gather(claim, pair.evidence, judge, origin=f"o{number}")
        for number, pair in enumerate(pairs, start=1)
    }
    aside = gather(claim, other, judge, origin="o9")
    cases = []
    for pair in pairs:
        supports, refutes = _SIDES[pair.label]
        evidence = found[pair.evidence]
        cases += [
            Case(group, (*evidence, *more), bool(supports), bool(refutes), claim)
            for more in ([(), aside] if aside else [()])
        ]
    if len(found) > 1:
        sides = [_SIDES[pair.label] for pair in pairs]
        cases.append(
            Case(
                group,
                tuple(item for some in found.values() for item in some),
                any(s for s, _ in sides),
                any(r for _, r in sides),
                claim,
            )
        )
    return cases


def gather(claim: str, text: str, judge: CalibratedJudge, *, origin: str) -> tuple[Evidence, ...]:
    """The evidence that the service finds for a claim in one page of this text."""
    page = Page(
        url="",
        canonical_url="",
        title=None,
        publisher=None,
        published_at=None,
        fetched_at=NO_PAGE.fetched_at,
        sha256="",
        text=text,
    )
    gathered = rank_evidence(claim, [page], ())
    found = find_evidence(claim, gathered.passages, judge)
    return tuple(replace(item, page=replace(item.page, origin=origin)) for item in found)


def read_pages(shared: Path, judge: CalibratedJudge) -> list[Case]:
    """The claims of WiCE against their full pages, if they are there."""
    cases = []
    for labelled in read_sets(shared, most=None):
        if labelled.name == PAGES:
            for number, row in enumerate(labelled.rows):
                evidence = gather(row["claim"], row["evidence"], judge, origin="o1")
                group = str(row.get("group", row.get("id")))
                cases.append(Case(group, evidence, row["label"] == "SUPPORTED", None))
                if number % 50 == 0:
                    print(f"  {number}/{len(labelled.rows)} pages", flush=True)
    return cases


def _features(cases: Sequence[Case], side: int) -> Vector:
    """(n, 2): log-odds of the strongest vote of a side, and of the others as they count."""
    unit = Side(0.0, 1.0, 1.0, 0.5)
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
    return Side(bias, first, further, 0.5)


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
    """The lowest bar from which at most `risk` of the rows at or above it are wrong; 1 if none."""
    order = np.argsort(-strength, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    # A bar lets in all rows of its strength: only the last of equals counts.
    last = np.append(np.diff(strength[order]) < 0, True)
    held = np.flatnonzero((wrong <= risk) & last)
    return round(float(strength[order[held[-1]]]) - 0.0005, 3) if len(held) else 1.0


@dataclass(frozen=True, slots=True)
class Point:
    """At one bar for each side: the share of cases that are decided, SUPPORTED or REFUTED; and of
    these the shares whose side is not there (`wrong`), whose other side is there and there alone
    (`opposite`), and that miss the one of two sides that conflict (`one_sided`)."""

    cases: int
    bars: tuple[float, float]
    coverage: float
    wrong: float
    opposite: float
    one_sided: float


def choose_bars(cases: Sequence[Case], strength: Vector, risk: float) -> tuple[float, float]:
    """The bars of both sides for a risk: that the side which decides is not there."""
    there = np.array([(case.supports, bool(case.refutes)) for case in cases])
    return (
        choose_bar(strength[:, 0], there[:, 0], risk),
        choose_bar(strength[:, 1], there[:, 1], risk),
    )


def at_bars(cases: Sequence[Case], strength: Vector, bars: tuple[float, float]) -> Point:
    """What two bars give."""
    answers = decide(strength, bars)
    decided = [(a, case) for a, case in zip(answers, cases, strict=True) if a in _LABELS[:2]]

    def share(holds: Callable[[VerdictLabel, Case], bool]) -> float:
        return sum(holds(a, case) for a, case in decided) / max(1, len(decided))

    return Point(
        len(cases),
        bars,
        len(decided) / len(cases),
        wrong=share(lambda a, c: not (c.supports if a is VerdictLabel.SUPPORTED else c.refutes)),
        opposite=share(lambda a, c: {a, c.label} == set(_LABELS[:2])),
        one_sided=share(lambda _, c: c.label is VerdictLabel.CONFLICTING_EVIDENCE),
    )


def decide(strength: Vector, bars: tuple[float, float]) -> list[VerdictLabel]:
    """The label of each row."""
    return [aggregate.label_of(bool(s >= bars[0]), bool(r >= bars[1])) for s, r in strength]


def confidences(strength: Vector, answers: Sequence[VerdictLabel]) -> Vector:
    """That of each answer."""
    return np.array(
        [aggregate.probability(a, s, r) for a, (s, r) in zip(answers, strength, strict=True)]
    )


def report(cases: Sequence[Case], *, write: bool) -> VerdictModel:
    """Fit, print, and with `write` keep everything."""
    own = [case for case in cases if case.label is not None]
    unseen = unseen_strengths(cases)[[case.label is not None for case in cases]]
    points = [at_bars(own, unseen, choose_bars(own, unseen, risk)) for risk in RISKS]
    chosen = points[RISKS.index(RISK)]
    model = VerdictModel(
        replace(fit_side(cases, 0), bar=chosen.bars[0]),
        replace(fit_side(cases, 1), bar=chosen.bars[1]),
    )
    answers = decide(unseen, chosen.bars)
    sure = confidences(unseen, answers)
    gold = [case.label for case in own]
    right = [a is y for a, y in zip(answers, gold, strict=True)]
    error = calibration_error(right, sure)
    brier = float(np.mean((sure - np.array(right)) ** 2))
    table = "\n\n".join(
        [
            (
                f"{len(own)} composed cases of {len({case.group for case in own})} groups and "
                f"{len(cases) - len(own)} pages of WiCE; each row by a fit that has not seen "
                "its group."
            ),
            (
                f"Accuracy {np.mean(right):.3f}, ECE of the confidence {error:.3f}, "
                f"Brier score {brier:.3f}."
            ),
            _risk_table(points),
            _confusion(gold, answers),
        ]
    )
    print(table)
    print(json.dumps(asdict(model)))
    if write:
        put_between_marks(table, "verdicts", DOCS / "quality.md")
        aggregate.MODEL_FILE.write_text(json.dumps(asdict(model)) + "\n")
        (DOCS / "images" / "reliability.svg").write_text(reliability(sure, right))
        (DOCS / "images" / "coverage.svg").write_text(coverage_by_risk(_curve(own, unseen)))
    return model


def measure_shipped(judge: CalibratedJudge, *, groups: int) -> Point:
    """What the shipped model decides, and how much of it is wrong, on some composed cases."""
    cases = compose_own(judge, groups=groups)
    model = aggregate.load_model()
    return at_bars(cases, strengths(cases, model), (model.supports.bar, model.refutes.bar))


def _risk_table(points: Sequence[Point]) -> str:
    rows = [
        f"| {risk:.2f} | {p.bars[0]:.3f} | {p.bars[1]:.3f} | {p.coverage:.3f} "
        f"| {p.wrong:.3f} | {p.opposite:.3f} | {p.one_sided:.3f} |"
        for risk, p in zip(RISKS, points, strict=True)
    ]
    head = "| risk | bar of support | of refutation | decided | wrong | opposite | one-sided |"
    return "\n".join([head, "|---:" * 7 + "|", *rows])


def _confusion(gold: Sequence[VerdictLabel | None], answers: Sequence[VerdictLabel]) -> str:
    counts = Counter(zip(gold, answers, strict=True))
    head = "| expected \\ found | " + " | ".join(label.lower() for label in _LABELS) + " |"
    rows = [
        f"| {y.lower()} | " + " | ".join(str(counts[y, a]) for a in _LABELS) + " |" for y in _LABELS
    ]
    return "\n".join([head, "|---|" + "---:|" * len(_LABELS), *rows])


def _curve(cases: Sequence[Case], strength: Vector) -> list[tuple[float, float]]:
    """(coverage, wrong share) of the cases, most confident first, if all were decided."""
    sides = [VerdictLabel.SUPPORTED if s >= r else VerdictLabel.REFUTED for s, r in strength]
    sure = confidences(strength, sides)
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
    cases = [*compose_own(judge, groups=options.groups), *read_pages(options.shared, judge)]
    report(cases, write=options.write)


if __name__ == "__main__":
    main()
