"""Fit and measure the verdicts: python -m evaluation.verdicts [--events N] [--write]

The weights of claims/verdicts/aggregate.py are fitted by maximum likelihood on claims of the events
for fitting that the judge was not trained on (training.events.split_events) and of their mirrors
(training/mirrors.py), each checked against all pages of its event through the whole pipeline, and
on claims of WiCE against their full pages, whose labels give only whether a claim is supported.
Prints cross-validated results by event: the shares decided, wrong, and right in event and mirror at
several least confidences, the calibration of the confidence, the claims by label and kind, and the
wrong verdicts with the highest confidence. `--write` writes the model and
how often verdicts of each strength were right (claims/verdicts/track_record.json), and puts tables
and diagrams into docs/. Answers of the judge are cached in build/answers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import CalibratedJudge
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.evidence.choosing import find_evidence
from claims.evidence.order import put_deciding_first
from claims.evidence.sides import list_sides, votes_by_origin
from claims.pipeline import rank_evidence
from claims.text import fold_spaces
from claims.types import LEAST_CONFIDENCE, Evidence, JudgeName, VerdictLabel
from claims.verdicts import aggregate
from claims.verdicts.aggregate import Conclusion, Side, VerdictModel
from claims.verdicts.track_record import RECORD_FILE
from evaluation.diagram import coverage_by_risk, reliability
from evaluation.document import DOCS, REFERENCE, put_between_marks
from evaluation.judge_answers import ANSWERS, build_keeping_judge
from evaluation.metrics import calibration_error
from evaluation.real.asking import pick_events, weigh, write_text
from evaluation.real.tables import (
    DECISIVE,
    by_name,
    by_strength,
    confusion,
    describe_alone,
    measure,
    split_by_strength,
)
from evaluation.sets import read_sets
from training.events import Event, read_events, split_events
from training.mirrors import read_mirrored

PAGES = "wice_claim_fulldoc.dev"
# Weight of a WiCE claim in the fit, where an event claim has 1: its label is about support alone.
PAGE_WEIGHT = 0.25
# Number of WiCE rows used, drawn with the seed of evaluation/sets.py.
PAGE_ROWS = 150
FOLDS = 10
# Least confidences for which risk and coverage are printed.
TRIED = (0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)
_SHOWN = 12
_LABELS = tuple(VerdictLabel)
_SUPPORTED, _REFUTED, _CONFLICT, _OPEN = map(
    _LABELS.index,
    (
        VerdictLabel.SUPPORTED,
        VerdictLabel.REFUTED,
        VerdictLabel.CONFLICTING_EVIDENCE,
        VerdictLabel.NOT_ENOUGH_EVIDENCE,
    ),
)
# Start of the fit: bias, weight of the first and of further votes for support; the same for
# refutation; and the log-odds added for a conflict.
_START = np.array([0.0, 0.6, 0.3, 0.0, 0.6, 0.3, -1.0])
# Strength of the L2 penalty towards _START, in rows; needed because few claims conflict.
_PULL = 2.0
_NEVER_BELOW_0 = (1, 2, 4, 5)

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """The evidence for a claim and the set of labels it may have.

    A claim of an event has one label. A claim of WiCE has all labels that include support, or all
    that do not. `alone` is the bare judge's answer to a claim of an event without any page: the
    probability of support minus that of refutation.
    """

    group: str
    evidence: tuple[Evidence, ...]
    labels: frozenset[VerdictLabel]
    kind: str = ""
    claim: str = ""
    alone: float = 0.0

    @property
    def label(self) -> VerdictLabel | None:
        """The gold label; None when more than one label is possible."""
        return next(iter(self.labels)) if len(self.labels) == 1 else None

    @property
    def fold(self) -> int:
        """The fold, from 0 to FOLDS - 1; the same in every run and for all cases of a group."""
        return sum(self.group.encode()) % FOLDS


def ask_events(events: Sequence[Event], judge: CalibratedJudge) -> Iterator[Case]:
    """The claims of the events with the evidence that the pipeline finds; progress on stderr."""
    for number, event in enumerate(events, start=1):
        for one, _, verdict in weigh(event, judge):
            label = frozenset({VerdictLabel(one.label)})
            (supports, refutes, _) = judge.judge.score([("", one.claim)])[0]
            alone = float(supports - refutes)
            yield Case(event.name, verdict.evidence, label, one.kind, one.claim, alone)
        print(f"  {number}/{len(events)} events", file=sys.stderr, flush=True)


def ask_pages(shared: Path, judge: CalibratedJudge) -> Iterator[Case]:
    """The claims of WiCE with evidence from their full pages; progress on stderr.

    Yields nothing when `shared` does not have the set.
    """
    supported = {VerdictLabel.SUPPORTED, VerdictLabel.CONFLICTING_EVIDENCE}
    rows = next((one.rows for one in read_sets(shared, most=PAGE_ROWS) if one.name == PAGES), ())
    for number, row in enumerate(rows):
        passages = rank_evidence(row["claim"], [write_text(row["evidence"])], ()).passages
        labels = supported if row["label"] == "SUPPORTED" else set(_LABELS) - supported
        group = str(row.get("group", row.get("id")))
        yield Case(group, find_evidence(row["claim"], passages, judge), frozenset(labels))
        if number % 50 == 0:
            print(f"  {number}/{len(rows)} pages", file=sys.stderr, flush=True)


def fit(cases: Sequence[Case]) -> VerdictModel:
    """Maximum-likelihood fit by projected gradient descent; weights of votes stay at or above 0."""
    states = _features(cases)
    allowed = np.array([[label in case.labels for label in _LABELS] for case in cases], float)
    weights = np.array([PAGE_WEIGHT if case.label is None else 1.0 for case in cases])
    w = _START.copy()
    for step in range(4000):
        odds = states @ w
        powers = np.exp(odds - odds.max(axis=1, keepdims=True))
        p = powers / powers.sum(axis=1, keepdims=True)
        among = p * allowed
        among /= among.sum(axis=1, keepdims=True)
        slope = np.einsum("r,rk,rkf->f", weights, p - among, states) + _PULL * (w - _START)
        w = w - 0.2 * (1 - step / 4000) * slope / (weights.sum() + _PULL)
        w[list(_NEVER_BELOW_0)] = np.maximum(w[list(_NEVER_BELOW_0)], 0.0)
    found = [round(float(value), 3) for value in w]
    return VerdictModel(Side(*found[:3]), Side(*found[3:6]), found[6])


def _features(cases: Sequence[Case]) -> Vector:
    """Features float64 (n, 4, 7): the factor of each weight in the log-odds of each label."""
    unit = Side(1.0, 1.0, 1.0)
    states = np.zeros((len(cases), len(_LABELS), len(_START)))
    for row, case in enumerate(cases):
        votes = votes_by_origin(case.evidence).values()
        supports = unit.parts([vote for vote, _ in votes])
        refutes = unit.parts([vote for _, vote in votes])
        states[row, _SUPPORTED, :3] = states[row, _CONFLICT, :3] = supports
        states[row, _REFUTED, 3:6] = states[row, _CONFLICT, 3:6] = refutes
        states[row, _CONFLICT, 6] = 1.0
    return states


def find_probabilities(cases: Iterable[Case], model: VerdictModel) -> Vector:
    """The probability of each label, float64 (n, 4), in the order of VerdictLabel."""
    rows = [aggregate.weigh_votes(votes_by_origin(case.evidence).values(), model) for case in cases]
    return np.array([[row[label] for label in _LABELS] for row in rows]).reshape(-1, len(_LABELS))


def find_unseen_probabilities(cases: Sequence[Case]) -> Vector:
    """Cross-validated probabilities, float64 (n, 4): no fit uses the fold of the row."""
    found = np.zeros((len(cases), len(_LABELS)))
    folds = np.array([case.fold for case in cases])
    for fold in sorted(set(folds)):
        model = fit([case for case in cases if case.fold != fold])
        found[folds == fold] = find_probabilities([c for c in cases if c.fold == fold], model)
    return found


def decide(
    cases: Sequence[Case], probable: Vector, least_confidence: float = LEAST_CONFIDENCE
) -> list[VerdictLabel]:
    """The verdict of each case; `probable` is (n, 4)."""
    return [
        aggregate.decide(
            dict(zip(_LABELS, row, strict=True)),
            list_sides(case.evidence),
            least_confidence,
        )
        for case, row in zip(cases, probable.tolist(), strict=True)
    ]


def share_in_both(cases: Sequence[Case], right: Sequence[bool]) -> float:
    """The share of claims right in the event and in its mirror, of those with a case in each.

    0 when no claim has two cases.
    """
    by_claim: dict[tuple[str, str], list[bool]] = {}
    for case, hit in zip(cases, right, strict=True):
        by_claim.setdefault((case.group, case.claim), []).append(hit)
    pairs = [all(hits) for hits in by_claim.values() if len(hits) == 2]
    return sum(pairs) / max(1, len(pairs))


def describe_risk(cases: Sequence[Case], probable: Vector) -> str:
    """Markdown table of risk and coverage, with a line per least confidence."""
    labels = [label for case in cases for label in case.labels]
    lines = [
        "| least confidence | right | decided | wrong | opposite | false conflicts | in both |",
        "|---:" * 7 + "|",
    ]
    for least in TRIED:
        answers = decide(cases, probable, least)
        found = measure(labels, answers)
        both = share_in_both(cases, [a is b for a, b in zip(answers, labels, strict=True)])
        lines.append(
            f"| {least:.2f} | {found.right:.3f} | {found.decided:.3f} | {found.wrong:.3f} "
            f"| {found.opposite:.3f} | {found.false_conflicts:.3f} | {both:.3f} |"
        )
    return "\n".join(lines)


def describe_confidence(
    answers: Sequence[VerdictLabel], right: Sequence[bool], sure: Vector
) -> str:
    """Markdown table of mean confidence, share right and ECE, by group of verdicts."""
    lines = ["| verdict | claims | mean confidence | right | ECE |", "|---|" + "---:|" * 4]
    for name, some in (
        ("supported or refuted", [answer in DECISIVE for answer in answers]),
        ("not enough evidence", [answer is _LABELS[_OPEN] for answer in answers]),
        ("all", [True] * len(answers)),
    ):
        rows = np.flatnonzero(some)
        hits = [right[row] for row in rows.tolist()]
        if len(rows):
            lines.append(
                f"| {name} | {len(rows)} | {sure[rows].mean():.3f} | {np.mean(hits):.3f} "
                f"| {calibration_error(hits, sure[rows]):.3f} |"
            )
    return "\n".join(lines)


def conclude_all(answers: Sequence[VerdictLabel], probable: Vector) -> list[Conclusion]:
    """The conclusions with these labels; `probable` is (n, 4)."""
    return [
        Conclusion(
            answer, 0.5 + (row[_SUPPORTED] - row[_REFUTED]) / 2, float(row[_LABELS.index(answer)])
        )
        for answer, row in zip(answers, probable.tolist(), strict=True)
    ]


def count_strengths(
    gold: Sequence[VerdictLabel], concluded: Sequence[Conclusion]
) -> dict[str, dict[str, int]]:
    """For each strength the number of verdicts and of right ones."""
    return {
        strength.value: {"verdicts": len(hits), "right": sum(hits)}
        for strength, hits in split_by_strength(gold, concluded).items()
    }


def list_failures(cases: Sequence[Case], answers: Sequence[VerdictLabel], sure: Vector) -> str:
    """Markdown list of the _SHOWN wrong decisive verdicts with the highest confidence."""
    lines = []
    for row in np.argsort(-sure, kind="stable"):
        case, answer = cases[row], answers[row]
        if answer is case.label or answer not in DECISIVE:
            continue
        quote = fold_spaces(put_deciding_first(answer, case.evidence)[0].quote)
        lines.append(
            f"- {answer.lower()} with {sure[row]:.2f}, expected {str(case.label).lower()} "
            f"({case.kind}): {case.claim}<br>“{quote}”"
        )
    return "\n".join(lines[:_SHOWN])


def report(cases: Sequence[Case], judge: JudgeName, *, write: bool) -> VerdictModel:
    """Fit the model and print the tables; with `write` also write model, tables and diagrams.

    `judge` is named in the record of the strengths.
    """
    model = fit(cases)
    known = [row for row, case in enumerate(cases) if case.label is not None]
    own = [cases[row] for row in known]
    probable = find_unseen_probabilities(cases)[known]
    gold = [VerdictLabel(case.label or "") for case in own]
    answers = decide(own, probable)
    concluded = conclude_all(answers, probable)
    right = [answer is label for answer, label in zip(answers, gold, strict=True)]
    sure = np.array([p[_LABELS.index(a)] for p, a in zip(probable, answers, strict=True)])
    table = "\n\n".join(
        [
            (
                f"{len(own)} claims of {len({case.group for case in own})} events and "
                f"their mirrors, and {len(cases) - len(own)} pages of WiCE; each row by a fit that "
                f"has not seen its event. {describe_alone(gold, [case.alone for case in own])}"
            ),
            describe_risk(own, probable),
            describe_confidence(answers, right, sure),
            by_strength(gold, {"judge alone": concluded}),
            confusion(gold, answers),
            by_name("kind", [case.kind for case in own], gold, answers),
        ]
    )
    wrong = list_failures(own, answers, sure)
    record = {"judge": asdict(judge), "strengths": count_strengths(gold, concluded)}
    print(table, wrong, json.dumps(asdict(model)), json.dumps(record), sep="\n\n")
    if write:
        put_between_marks(table, "verdicts", REFERENCE / "quality.md")
        put_between_marks(wrong, "wrong verdicts", REFERENCE / "quality.md")
        aggregate.MODEL_FILE.write_text(json.dumps(asdict(model)) + "\n")
        RECORD_FILE.write_text(json.dumps(record) + "\n")
        (DOCS / "images" / "reliability.svg").write_text(reliability(sure, right))
        (DOCS / "images" / "coverage.svg").write_text(coverage_by_risk(_curve(own, probable)))
    return model


def _curve(cases: Sequence[Case], probable: Vector) -> list[tuple[float, float]]:
    """(coverage, share wrong) by falling confidence, with every claim forced to a side."""
    sides = decide(cases, probable, least_confidence=0.0)
    sure = probable[:, [_SUPPORTED, _REFUTED]].max(axis=1)
    right = np.array([side is case.label for side, case in zip(sides, cases, strict=True)])
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    share = np.arange(1, len(order) + 1) / len(order)
    return [(float(c), float(w)) for c, w in zip(share, wrong, strict=True)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.verdicts", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--events", type=int, help="number, balanced by writer (default: all)")
    parser.add_argument("--judge", type=Path, default=SHIPPED_FOLDER, help="another judge")
    parser.add_argument("--cache", type=Path, default=ANSWERS, help="where answers are kept")
    parser.add_argument("--write", action="store_true", help="keep model, tables and diagrams")
    options = parser.parse_args(arguments)
    judge = build_keeping_judge(options.judge, options.cache)
    events = pick_events(split_events(read_events())[1], options.events)
    mirrors = [one.mirror for one in read_mirrored(events)]
    cases = [*ask_events([*events, *mirrors], judge), *ask_pages(options.shared, judge)]
    report(cases, judge.judge.name, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
