"""Compare verdicts with the labels that a careful reader gives from the pages (expected.json)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.types import ClaimRecord

FOLDER = Path(__file__).parent
NOT_CHECKED = "NOT_CHECKED"
# A sentence with several claims has the first of these labels that one of its claims has, because
# it is supported only if every part is.
_GRAVEST_FIRST = ("REFUTED", "CONFLICTING_EVIDENCE", "NOT_ENOUGH_EVIDENCE", "SUPPORTED")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One labelled sentence with the expected label and the label found, or NOT_CHECKED.

    `altered` marks a statement that was changed on purpose.
    """

    sentence: str
    expected: str
    found: str
    altered: bool

    @property
    def matches(self) -> bool:
        """Whether the label found is the expected one."""
        return self.found == self.expected


def compare(claims: Sequence[ClaimRecord]) -> list[Comparison]:
    """Compare the claims of the example article with expected.json."""
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
    """The label of a sentence from the labels of its claims; NOT_CHECKED without a verdict."""
    labels = {
        claim.verdict.label for claim in claims if claim.sentence == sentence and claim.verdict
    }
    return next((label for label in _GRAVEST_FIRST if label in labels), NOT_CHECKED)
