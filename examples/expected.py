"""Hold verdicts against what a careful reader concludes from the pages (expected.json)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.types import ClaimRecord

FOLDER = Path(__file__).parent
NOT_CHECKED = "NOT_CHECKED"
# Of a sentence with several claims, the first of these labels that one of its claims has: the
# sentence holds only if every part of it does.
_GRAVEST_FIRST = ("REFUTED", "CONFLICTING_EVIDENCE", "NOT_ENOUGH_EVIDENCE", "SUPPORTED")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One labelled sentence: what was expected and what came out (a label or NOT_CHECKED)."""

    sentence: str
    expected: str
    found: str
    altered: bool

    @property
    def matches(self) -> bool:
        """Whether it came out as expected."""
        return self.found == self.expected


def compare(claims: Sequence[ClaimRecord]) -> list[Comparison]:
    """Claims of the example article, held against expected.json."""
    rows = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return [
        Comparison(
            sentence=row["sentence"],
            expected=row["label"],
            found=label_sentence(row["sentence"], claims),
            altered=row.get("altered", False),
        )
        for row in rows
    ]


def label_sentence(sentence: str, claims: Sequence[ClaimRecord]) -> str:
    """The label of a sentence from those of its claims."""
    labels = {
        claim.verdict.label for claim in claims if claim.sentence == sentence and claim.verdict
    }
    return next((label for label in _GRAVEST_FIRST if label in labels), NOT_CHECKED)
