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


def list_changes() -> list[str]:
    """The operation ids of the routes that change something or have it done."""
    route = r'@blueprint\.(?:post|put|patch|delete)\(.*?operation_id="(\w+)"'
    modules = sorted((ROOT / "service" / "api").glob("*.py"))
    texts = [path.read_text("utf-8") for path in modules]
    return [name for text in texts for name in re.findall(route, text, flags=re.DOTALL)]


@pytest.mark.parametrize("operation", list_changes())
def test_an_operation_begins_with_a_verb_that_is_explained(operation: str) -> None:
    table = GLOSSARY.split("## Operations\n")[1].split("\n## ")[0]
    verbs = " ".join(re.findall(r"^\| ([^|]+) \|", table, flags=re.MULTILINE))
    assert operation.partition("_")[0] in re.findall(r"\w+", re.sub(r"\(.*?\)", "", verbs))
