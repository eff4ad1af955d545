"""The tables about verdicts in docs/quality.md. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claims.text import fold_spaces
from claims.types import VerdictLabel
from claims.verdicts.explain import put_deciding_first
from evaluation.composed import Case

# Kinds with fewer cases are put together, and so many wrong verdicts are shown.
_LEAST_OF_KIND = 25
_SHOWN = 12
_LABELS = tuple(VerdictLabel)


@dataclass(frozen=True, slots=True)
class Point:
    """What two bars give: the share of cases that are decided, SUPPORTED or REFUTED (`coverage`).

    Of these the shares that a careful reader would not decide so (`wrong`), whose contrary alone is
    there (`opposite`), and that miss one of two sides that conflict (`one_sided`); of the cases
    that conflict, the share that is found to (`conflicts`).
    """

    cases: int
    bars: tuple[float, float]
    coverage: float
    wrong: float
    opposite: float
    one_sided: float
    conflicts: float


def risk_table(risks: Sequence[float], points: Sequence[Point]) -> str:
    """What the bars for each risk give."""
    lines = [
        "| risk | bars | decided | wrong | opposite | one-sided | conflicts found |",
        "|---:" * 7 + "|",
    ]
    lines += [
        f"| {risk:.2f} | {p.bars[0]:.3f}, {p.bars[1]:.3f} | {p.coverage:.3f} | {p.wrong:.3f} "
        f"| {p.opposite:.3f} | {p.one_sided:.3f} | {p.conflicts:.3f} |"
        for risk, p in zip(risks, points, strict=True)
    ]
    return "\n".join(lines)


def confusion(gold: Sequence[VerdictLabel | None], answers: Sequence[VerdictLabel]) -> str:
    """How often each label was found where each was expected."""
    counts = Counter(zip(gold, answers, strict=True))
    head = "| expected \\ found | " + " | ".join(label.lower() for label in _LABELS) + " |"
    rows = [
        f"| {y.lower()} | " + " | ".join(str(counts[y, a]) for a in _LABELS) + " |" for y in _LABELS
    ]
    return "\n".join([head, "|---|" + "---:|" * len(_LABELS), *rows])


def by_group(
    title: str, names: Sequence[str], right: Sequence[bool], answers: Sequence[VerdictLabel]
) -> str:
    """Accuracy, and how many are decided and wrong, of the cases of each name."""
    often = {name for name, count in Counter(names).items() if count >= _LEAST_OF_KIND}
    rows: dict[str, list[tuple[bool, bool]]] = {}
    for name, is_right, answer in zip(names, right, answers, strict=True):
        row = (is_right, answer in _LABELS[:2])
        rows.setdefault(name if name in often else "others", []).append(row)
    lines = [
        f"| {title} | cases | accuracy | decided | wrong of these |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, some in sorted(rows.items(), key=lambda item: (item[0] == "others", item[0])):
        decided = [is_right for is_right, was_decided in some if was_decided]
        wrong = f"{1 - sum(decided) / len(decided):.3f}" if decided else ""
        lines.append(
            f"| {name} | {len(some)} | {sum(r for r, _ in some) / len(some):.3f} "
            f"| {len(decided) / len(some):.3f} | {wrong} |"
        )
    return "\n".join(lines)


def failures(
    cases: Sequence[Case], answers: Sequence[VerdictLabel], sure: npt.NDArray[np.float64]
) -> str:
    """The wrong decisive verdicts of most confidence: claim and deciding sentence, each once."""
    lines, seen = [], set()
    for row in np.argsort(-sure, kind="stable"):
        case, answer = cases[row], answers[row]
        if answer is case.label or answer not in _LABELS[:2] or case.claim in seen:
            continue
        seen.add(case.claim)
        quote = fold_spaces(put_deciding_first(answer, case.evidence)[0].quote)
        lines.append(
            f"- {answer.lower()} with {sure[row]:.2f}, expected {str(case.label).lower()} "
            f"({case.kind}, {case.situation}): {case.claim}<br>“{quote}”"
        )
    return "\n".join(lines[:_SHOWN])
