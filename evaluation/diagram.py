"""Reliability and risk-coverage diagrams as SVG, for light and dark pages. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evaluation.metrics import ECE_BINS

_SIZE, _EDGE = 320, 44
_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" role="img" '
    'font-family="sans-serif" font-size="11">'
    f'<rect width="{_SIZE}" height="{_SIZE}" fill="#fff"/>'
)


def reliability(confidence: npt.ArrayLike, right: Sequence[bool]) -> str:
    """Reliability diagram: the share of right verdicts in each of ECE_BINS bins of confidence.

    `confidence` and `right` have one entry per verdict. The area of a dot grows with the number of
    verdicts in its bin. On the diagonal the confidence equals the share that is right.
    """
    sure, was_right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    bins = np.minimum((sure * ECE_BINS).astype(int), ECE_BINS - 1)
    dots = []
    for number in range(ECE_BINS):
        rows = bins == number
        if rows.any():
            x, y = _at(float(sure[rows].mean()), float(was_right[rows].mean()))
            radius = 2 + 14 * float(np.sqrt(rows.mean()))
            dots.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#2b6cb0" '
                f'fill-opacity="0.75"><title>{int(rows.sum())} verdicts</title></circle>'
            )
    (x0, y0), (x1, y1) = _at(0, 0), _at(1, 1)
    line = f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#888" stroke-dasharray="4 4"/>'
    return _frame("confidence", "share that is right", [line, *dots])


def coverage_by_risk(curve: Sequence[tuple[float, float]]) -> str:
    """Risk-coverage diagram: share of wrong verdicts against share of cases decided.

    `curve` has (coverage, risk) points in [0, 1], by falling confidence.
    """
    step = max(1, len(curve) // 200)
    points = [_at(x, y) for x, y in curve[::step]]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    line = f'<path d="{path}" fill="none" stroke="#2b6cb0" stroke-width="2"/>'
    return _frame("share of cases decided", "of these wrong", [line])


def _at(x: float, y: float) -> tuple[float, float]:
    """SVG coordinates of a point of the unit square."""
    room = _SIZE - 2 * _EDGE
    return _EDGE + x * room, _SIZE - _EDGE - y * room


def _frame(across: str, up: str, parts: Sequence[str]) -> str:
    """The SVG document: grid, axis labels and the given elements."""
    lines = []
    for tenth in range(0, 11, 2):
        x, bottom = _at(tenth / 10, 0)
        left, y = _at(0, tenth / 10)
        right, _ = _at(1, 0)
        lines += [
            f'<path d="M{left} {y:.1f}H{right}" stroke="#e2e2e2"/>',
            (
                f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle" fill="#555">'
                f"{tenth / 10:.1f}</text>"
            ),
            (
                f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555">'
                f"{tenth / 10:.1f}</text>"
            ),
        ]
    middle = _SIZE / 2
    names = [
        f'<text x="{middle}" y="{_SIZE - 8}" text-anchor="middle" fill="#222">{across}</text>',
        (
            f'<text x="12" y="{middle}" text-anchor="middle" fill="#222" '
            f'transform="rotate(-90 12 {middle})">{up}</text>'
        ),
    ]
    return _HEAD + "".join([*lines, *names, *parts]) + "</svg>\n"
