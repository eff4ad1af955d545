"""Links in the documents: files, headings, and sections named in the text exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^()\s]+)\)")
NAMED = re.compile(r"(?<![\w./-])((?:[\w.-]+/)*[\w-]+\.md)\)?,\s+[\"“]([^\"”]+)[\"”]")


def headings(document: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", document.read_text("utf-8"), flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """The anchor of a heading as on GitHub: lower case, hyphens for spaces, no punctuation."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_target_exists(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        name, _, place = target.partition("#")
        path = (document.parent / name) if name else document
        assert path.exists(), target
        assert not place or place in map(anchor, headings(path)), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_named_section_exists(document: Path) -> None:
    for name, section in NAMED.findall(document.read_text("utf-8")):
        path = ROOT / name if name.startswith("docs/") else document.parent / name
        assert " ".join(section.split()) in headings(path), (name, section)
