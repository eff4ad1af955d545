"""Find the characters of a text that a reader would not see, or that reorder the visible text.

Bidirectional controls and zero-width characters can make a claim look like another one (CVE
2021-42574, "Trojan Source"). The pages print the names of these characters instead. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Bidirectional controls, zero-width characters, tags, and controls other than tab and line ends.
# The joiners U+200C and U+200D are part of Persian, Hindi and emoji: they are named only next to
# ASCII letters or digits, where they have no use.
_UNSEEN = re.compile(
    "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
    "\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
    "|(?<=[0-9A-Za-z])[\u200c\u200d]|[\u200c\u200d](?=[0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; for an unseen character `name` is its name and `text` its code point."""

    text: str
    name: str | None = None


def reveal(text: str) -> tuple[Part, ...]:
    """The parts of `text` in order, unseen characters on their own as "U+202E" and the like."""
    parts = []
    start = 0
    for match in _UNSEEN.finditer(text):
        if match.start() > start:
            parts.append(Part(text[start : match.start()]))
        character = match.group()
        code = f"U+{ord(character):04X}"
        parts.append(Part(code, unicodedata.name(character, "control character")))
        start = match.end()
    if start < len(text):
        parts.append(Part(text[start:]))
    return tuple(parts)


def reveal_line(text: str) -> str:
    """`text` as one string for places without markup, such as a window title: "[U+202E]"."""
    return "".join(f"[{part.text}]" if part.name else part.text for part in reveal(text))
