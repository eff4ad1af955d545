"""Contrast of text and lines on each background of the style sheet, in both colour schemes."""

from __future__ import annotations

import re

import pytest

from claims.report.environment import STATIC_FOLDER
from claims.report.formatting import Tone

CSS = (STATIC_FOLDER / "pieces.css").read_text("utf-8")
LIGHT, DARK = re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)
TEXT_MIN = 4.5  # WCAG 2.2, success criterion 1.4.3
GRAPHIC_MIN = 3.0  # WCAG 2.2, success criterion 1.4.11
GROUNDS = ("paper", "sheet")
TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "quiet", "accent") for ground in GROUNDS),
    ("accent-ink", "accent"),
    *((f"{tone}-ink", f"{tone}-soft") for tone in Tone),
    *((f"{tone}-ink", ground) for tone in Tone for ground in GROUNDS),
    *(("ink", f"{tone}-soft") for tone in Tone),
    *(("paper", f"{tone}-ink") for tone in Tone),
]
JUDGED = [tone for tone in Tone if tone not in (Tone.PENDING, Tone.FAILED)]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1, as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(scheme: str, one: str, other: str) -> float:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", scheme))
    low, high = sorted((luminance(colours[one]), luminance(colours[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_has_enough_contrast(scheme: str, text: str, ground: str) -> None:
    assert contrast(scheme, text, ground) >= TEXT_MIN


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("line", [*(f"{tone}-line" for tone in JUDGED), "field-line"])
def test_meaningful_lines_have_enough_contrast(scheme: str, line: str, ground: str) -> None:
    assert contrast(scheme, line, ground) >= GRAPHIC_MIN


def test_every_tone_has_its_own_underline() -> None:
    styles = {
        tone: re.search(rf"\.tone-{tone} \{{[^}}]*--tone-style: (\w+);", CSS)[1]  # type: ignore[index]
        for tone in JUDGED
    }
    assert len(set(styles.values())) == len(JUDGED)
