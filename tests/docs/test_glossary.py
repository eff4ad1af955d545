"""The glossary and the code have the same names and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from claims.extraction.kinds import Kind
from claims.extraction.reasons import Reason
from claims.shelves.documents import EntryCode
from claims.sources.failures import FailureCode
from claims.types import Stage, Stance, VerdictLabel

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
# Codes from the pipeline and from `http_failure`, not from the fetcher itself.
OTHER_CODES = {"own-site", "http-NNN"}


def test_coverage_codes_are_exactly_those_of_the_code() -> None:
    section = GLOSSARY.split("## Coverage codes")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `([\w-]+)` \|", section, flags=re.MULTILINE)
    assert set(listed) == {str(code) for code in FailureCode} | OTHER_CODES
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("word", [*Stance, *VerdictLabel, *Stage])
def test_every_label_and_stage_is_explained(word: str) -> None:
    assert re.search(rf"\b{word}\b", GLOSSARY)


@pytest.mark.parametrize(
    ("section", "codes"),
    [("Reasons", Reason), ("Kinds", Kind), ("Entries of a shelf", EntryCode)],
)
def test_other_codes_are_exactly_those_of_the_code(section: str, codes: Iterable[str]) -> None:
    table = GLOSSARY.split(f"## {section}\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, flags=re.MULTILINE) == [str(c) for c in codes]
