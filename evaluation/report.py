"""The table of docs/quality.md, rendered and put between its marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from evaluation.judge import SetResult

_DOCUMENT = Path(__file__).parents[1] / "docs" / "quality.md"
_MARKS = ("<!-- make eval: begin -->", "<!-- make eval: end -->")


def render(
    results: Sequence[SetResult], worthiness: Mapping[str, float], pairs_per_s: float
) -> str:
    """Markdown: a line per set, then check-worthiness and speed."""
    lines = [
        "| set | rows | accuracy | macro-F1 | balanced acc. | ECE | majority | lexical baseline |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.name} | {r.pairs} of {r.of} | {r.accuracy:.3f} | {r.macro_f1:.3f}"
        f" | {r.balanced_accuracy:.3f} | {r.ece:.3f} | {r.majority:.3f} | {r.lexical:.3f} |"
        for r in results
    ]
    lines += [
        "",
        _describe(worthiness),
        "",
        f"Speed of this run: {pairs_per_s:.1f} rows per second, long rows included.",
    ]
    return "\n".join(lines)


def _describe(worthiness: Mapping[str, float]) -> str:
    return (
        f"Check-worthiness on ct24_dev ({worthiness['n']:.0f} sentences):"
        f" F1 {worthiness['f1']:.3f},"
        f" average precision {worthiness['average_precision']:.3f}"
        f" (share of positives {worthiness['positives']:.3f};"
        f" the baseline 'has a figure': F1 {worthiness['baseline_f1']:.3f})."
    )


def write(table: str, *, document: Path = _DOCUMENT) -> None:
    """Replace what stands between the marks. Raises ValueError when they are missing."""
    text = document.read_text(encoding="utf-8")
    begin, end = map(re.escape, _MARKS)
    if not re.search(f"{begin}.*{end}", text, re.DOTALL):
        raise ValueError(f"{document.name} has no marks {_MARKS}")
    body = f"{_MARKS[0]}\n{table}\n{_MARKS[1]}"
    document.write_text(
        re.sub(f"{begin}.*{end}", lambda _: body, text, flags=re.DOTALL), encoding="utf-8"
    )
