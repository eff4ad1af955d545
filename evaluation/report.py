"""The tables of docs/reference/quality.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluation.judge import LABELS, NOT_SUPPORTED, SetResult
from evaluation.worthiness import Worthiness, render

_PREVIOUS = Path(__file__).parent / "previous.json"


def write_table(results: Sequence[SetResult], worthiness: Sequence[Worthiness]) -> str:
    """Markdown: a line per set, confusion counts, accuracy by kind, and check-worthiness."""
    columns = (
        "set, rows, accuracy, previous, macro-F1, balanced, area, ECE, majority, lexical"
        ", claim only"
    )
    lines = [f"| {columns.replace(', ', ' | ')} |", "|---" * len(columns.split(", ")) + "|"]
    lines += [
        f"| {r.name} | {r.pairs} of {r.of} | {r.accuracy:.3f} | {_before(r)} | {r.macro_f1:.3f}"
        f" | {r.balanced_accuracy:.3f} | {_write_area(r)} | {r.ece:.3f} | {r.majority:.3f}"
        f" | {r.lexical:.3f} | {r.claim_only:.3f} |"
        for r in results
    ]
    lines += ["", "Answers by label, in rows:", "", *_confusions(results)]
    for result in results:
        if result.kinds:
            kinds = ", ".join(f"{k} {a:.2f} ({n})" for k, (n, a) in result.kinds.items())
            lines += ["", f"Accuracy by kind of claim on {result.name} (rows): {kinds}."]
    lines += ["", "Check-worthiness (python -m evaluation.worthiness):", "", render(worthiness)]
    return "\n".join(lines)


def _write_area(result: SetResult) -> str:
    return "" if result.area is None else f"{result.area:.3f}"


def keep_previous(results: Sequence[SetResult], *, file: Path = _PREVIOUS) -> None:
    """Write the accuracies of an older release to `file`, with the hashes of the measured rows."""
    noted = {r.name: {"corpus": r.corpus, "accuracy": round(r.accuracy, 4)} for r in results}
    file.write_text(json.dumps(noted, indent=2) + "\n", encoding="utf-8")


def _before(result: SetResult, *, file: Path = _PREVIOUS) -> str:
    """The accuracy of the older release on the same rows; "" when it was not measured on them."""
    noted = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    before = noted.get(result.name, {})
    return f"{before['accuracy']:.3f}" if before.get("corpus") == result.corpus else ""


def _confusions(results: Sequence[SetResult]) -> Iterator[str]:
    """Markdown table with one line per set and label: the number of rows with each answer."""
    answers = (*LABELS, NOT_SUPPORTED)
    yield "| set | label | " + " | ".join(answers) + " |"
    yield "|---|---|" + "---|" * len(answers)
    for result in results:
        for label in answers:
            counts = [result.confusion.get((label, given), 0) for given in answers]
            if any(counts):
                yield f"| {result.name} | {label} | " + " | ".join(map(str, counts)) + " |"
