"""The glossary and the code have the same names and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from claims.extraction.kinds import Kind
from claims.extraction.reasons import Reason
from claims.shelves.documents import EntryCode
from claims.types import Stage, Stance, VerdictLabel

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*Stance, *VerdictLabel, *Stage])
def test_every_label_and_stage_is_explained(word: str) -> None:
    assert re.search(rf"\b{word}\b", GLOSSARY)


@pytest.mark.parametrize(
    ("section", "codes"),
    [("Reasons", Reason), ("Kinds", Kind), ("Entries of a shelf", EntryCode)],
)
def test_code_tables_match_the_enums(section: str, codes: Iterable[str]) -> None:
    table = GLOSSARY.split(f"## {section}\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, flags=re.MULTILINE) == [str(c) for c in codes]
