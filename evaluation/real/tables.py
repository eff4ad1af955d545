"""Figures and tables of answers to claims against several pages. Pure functions."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from claims.types import Strength, VerdictLabel, find_strength
from claims.verdicts.aggregate import Conclusion
from evaluation.metrics import area_under_curve
from evaluation.real.asking import Answer, PlainRule

DECISIVE = {VerdictLabel.SUPPORTED, VerdictLabel.REFUTED}
# Minimum number of claims of a kind for a line of its own; smaller kinds go into "others".
_LEAST_OF_KIND = 15
# Thresholds tried for the plain rule, as probabilities: 0.30 to 0.95.
TRIED = [round(0.3 + 0.05 * step, 2) for step in range(14)]


@dataclass(frozen=True, slots=True)
class Figures:
    """Number of claims, and shares in [0, 1].

    `right` and `decided` (SUPPORTED or REFUTED) are shares of all claims. `wrong` and `opposite`
    (REFUTED for SUPPORTED or the reverse) are shares of the decided claims. `false_conflicts` is
    the share of CONFLICTING_EVIDENCE among claims with another label.
    """

    claims: int
    right: float
    decided: float
    wrong: float
    opposite: float
    false_conflicts: float


def measure(labels: Sequence[VerdictLabel], answers: Sequence[VerdictLabel]) -> Figures:
    """Compare answers with labels; both have one entry per claim."""
    pairs = list(zip(labels, answers, strict=True))
    decided = [(label, answer) for label, answer in pairs if answer in DECISIVE]
    conflict = VerdictLabel.CONFLICTING_EVIDENCE
    agreeing = [answer for label, answer in pairs if label is not conflict]
    return Figures(
        len(pairs),
        _share(label is answer for label, answer in pairs),
        len(decided) / max(1, len(pairs)),
        _share(label is not answer for label, answer in decided),
        _share({label, answer} == DECISIVE for label, answer in decided),
        _share(answer is conflict for answer in agreeing),
    )


def measure_answers(answers: Sequence[Answer]) -> Figures:
    """The figures of the verdicts of the service."""
    return measure([answer.label for answer in answers], [answer.verdict for answer in answers])


def claim_alone(answers: Iterable[Answer]) -> float:
    """How well the bare judge distinguishes SUPPORTED from REFUTED by the claim without any page.

    Area under the curve in [0, 1]; 0.5 if the wording reveals nothing.
    """
    some = list(answers)
    return _area_alone([one.label for one in some], [one.alone[0] - one.alone[1] for one in some])


def _area_alone(labels: Sequence[VerdictLabel], alone: Sequence[float]) -> float:
    decided = [(one, lean) for one, lean in zip(labels, alone, strict=True) if one in DECISIVE]
    supported = [label is VerdictLabel.SUPPORTED for label, _ in decided]
    return area_under_curve(supported, [lean for _, lean in decided])


def describe_alone(labels: Sequence[VerdictLabel], alone: Sequence[float]) -> str:
    """How far the wording of claims of events reveals their labels to the judge, in words.

    `alone` has, for each claim without any page, the probability of support minus that of
    refutation.
    """
    return (
        "By the claims alone, without any page, the bare judge tells SUPPORTED from REFUTED with "
        f"an area under the curve of {_area_alone(labels, alone):.3f}."
    )


def _describe_alone(answers: Sequence[Answer]) -> str:
    alone = [answer.alone[0] - answer.alone[1] for answer in answers]
    words = describe_alone([answer.label for answer in answers], alone)
    return f"No mirrors are among them. {words}"


def by_strength(
    labels: Sequence[VerdictLabel], concluded: Mapping[str, Sequence[Conclusion]]
) -> str:
    """Markdown table of how often verdicts of each strength are right, for each name.

    `labels` and the conclusions of a name have one entry per claim. One that leans is right if its
    side is that of the label.
    """
    lines = ["| by | strength | verdicts | share of all | right |", "|---|---|---:|---:|---:|"]
    for name, conclusions in concluded.items():
        for strength, right in split_by_strength(labels, conclusions).items():
            share = len(right) / max(1, len(labels))
            figures = f"{len(right)} | {share:.3f} | {_cell(_mean(right))}"
            lines.append(f"| {name} | {strength} | {figures} |")
    return "\n".join(lines)


def split_by_strength(
    labels: Sequence[VerdictLabel], conclusions: Sequence[Conclusion]
) -> dict[Strength, list[bool]]:
    """For each strength, whether each of its verdicts is right."""
    found: dict[Strength, list[bool]] = {strength: [] for strength in Strength}
    for label, one in zip(labels, conclusions, strict=True):
        strength = find_strength(one.label, one.support, one.confidence)
        if strength is Strength.LEANING:
            supports = (one.support or 0.0) > 0.5
            side = VerdictLabel.SUPPORTED if supports else VerdictLabel.REFUTED
            found[strength].append(side is label)
        elif strength:
            found[strength].append(one.label is label)
    return found


def describe_key_passages(answers: Iterable[Answer]) -> str:
    """How often the first quotation of a right verdict is one that decides the claim, in words."""
    held = [
        one.key_passage
        for one in answers
        if one.verdict is one.label and one.verdict in DECISIVE and one.key_passage is not None
    ]
    return (
        f"Of {len(held)} right verdicts {_share(held):.3f} quote first a passage that decides the "
        "claim."
    )


def describe(answers: Sequence[Answer]) -> str:
    """The figures as a paragraph of text."""
    found = measure_answers(answers)
    whole, bare = paragraphs(answers)
    return (
        f"Of {found.claims} claims of {len({answer.event for answer in answers})} events "
        f"{found.right:.3f} are right, {found.decided:.3f} decided, {found.wrong:.3f} of these "
        f"wrong, {found.opposite:.3f} the very opposite; {found.false_conflicts:.3f} of those "
        f"whose pages agree are said to conflict. Against the deciding paragraphs {whole or 0:.3f} "
        f"are right, {bare or 0:.3f} by the bare judge. {_describe_alone(answers)}"
    )


def _share(holds: Iterable[bool]) -> float:
    values = list(holds)
    return sum(values) / max(1, len(values))


def fit_plain_rule(answers: Sequence[Answer]) -> PlainRule:
    """The thresholds with most right answers; among equals, those with fewest wrong decisions."""
    labels = [answer.label for answer in answers]

    def rank(rule: PlainRule) -> tuple[float, float]:
        found = measure(labels, [rule.decide(answer.strongest) for answer in answers])
        return found.right, -found.wrong

    return max(itertools.starmap(PlainRule, itertools.product(TRIED, TRIED)), key=rank)


def render(answers: Sequence[Answer], rule: PlainRule) -> str:
    """All tables, as Markdown."""
    readings: dict[str, Callable[[Answer], VerdictLabel]] = {
        "as it serves": lambda answer: answer.verdict,
        f"plain rule ({rule.supports:.2f}, {rule.refutes:.2f})": lambda answer: rule.decide(
            answer.strongest
        ),
    }
    labels = [answer.label for answer in answers]
    events = len({answer.event for answer in answers})
    lines = [
        f"{len(answers)} claims of {events} events.",
        "",
        "| verdicts | right | decided | wrong of these | opposite | false conflicts |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, read in readings.items():
        found = measure(labels, [read(answer) for answer in answers])
        lines.append(
            f"| {name} | {found.right:.3f} | {found.decided:.3f} | {found.wrong:.3f} "
            f"| {found.opposite:.3f} | {found.false_conflicts:.3f} |"
        )
    return "\n".join(
        [
            *lines,
            "",
            _describe_alone(answers),
            "",
            confusion(labels, [answer.verdict for answer in answers]),
            "",
            _by("label", answers, rule, lambda answer: answer.label.lower()),
            "",
            _by("kind", answers, rule, lambda answer: answer.kind),
        ]
    )


def confusion(labels: Sequence[VerdictLabel], answers: Sequence[VerdictLabel]) -> str:
    """Markdown confusion matrix: rows are the expected labels, columns the answers."""
    counts = Counter(zip(labels, answers, strict=True))
    lines = [
        "| expected \\ found | " + " | ".join(label.lower() for label in VerdictLabel) + " |",
        "|---|" + "---:|" * len(VerdictLabel),
    ]
    for label in VerdictLabel:
        cells = " | ".join(str(counts[label, found]) for found in VerdictLabel)
        lines.append(f"| {label.lower()} | {cells} |")
    return "\n".join(lines)


def by_name(
    title: str,
    names: Sequence[str],
    labels: Sequence[VerdictLabel],
    answers: Sequence[VerdictLabel],
) -> str:
    """Markdown table with a line per name; names with fewer than _LEAST_OF_KIND claims are merged.

    `names`, `labels` and `answers` have one entry per claim.
    """
    counts = Counter(names)
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        rows.setdefault("others" if counts[name] < _LEAST_OF_KIND else name, []).append(row)
    lines = [
        f"| {title} | claims | right | decided | wrong of these |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, some in sorted(rows.items(), key=lambda item: (item[0] == "others", item[0])):
        found = measure([labels[row] for row in some], [answers[row] for row in some])
        figures = f"{found.right:.3f} | {found.decided:.3f} | {found.wrong:.3f}"
        lines.append(f"| {name} | {len(some)} | {figures} |")
    return "\n".join(lines)


def _by(
    title: str, answers: Sequence[Answer], rule: PlainRule, key: Callable[[Answer], str]
) -> str:
    """Markdown table with a line per label or kind.

    The last two columns are the shares right on the deciding paragraphs (see `paragraphs`).
    """
    counts = Counter(map(key, answers))
    rows: dict[str, list[Answer]] = {}
    for answer in answers:
        name = key(answer)
        few = title == "kind" and counts[name] < _LEAST_OF_KIND
        rows.setdefault("others" if few else name, []).append(answer)
    rows = dict(sorted(rows.items(), key=lambda item: (item[0] == "others", item[0])))
    lines = [
        f"| {title} | claims | right | decided | wrong of these | plain rule | paragraph | bare |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, some in [*rows.items(), ("all", list(answers))]:
        labels = [answer.label for answer in some]
        found = measure(labels, [answer.verdict for answer in some])
        plain = measure(labels, [rule.decide(answer.strongest) for answer in some])
        whole, bare = paragraphs(some)
        lines.append(
            f"| {name} | {len(some)} | {found.right:.3f} | {found.decided:.3f} "
            f"| {found.wrong:.3f} | {plain.right:.3f} | {_cell(whole)} | {_cell(bare)} |"
        )
    return "\n".join(lines)


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _cell(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def paragraphs(answers: Sequence[Answer]) -> tuple[float | None, float | None]:
    """Shares right on the deciding paragraphs: by `assay score`, and by the bare judge.

    Only SUPPORTED and REFUTED claims have deciding paragraphs; (None, None) without such a claim.
    """
    asked = [answer for answer in answers if answer.paragraph is not None]
    if not asked:
        return None, None
    return (
        _share(answer.paragraph is answer.label for answer in asked),
        _share(answer.bare_paragraph is answer.label for answer in asked),
    )
