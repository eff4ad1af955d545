"""Precision and recall of findings: python -m evaluation.findings [--blind] [--errors] [--write]

Measured on hand-made cases (evaluation/cases), which give for each item of a claim the finding that
a careful reader makes in the passage. Precision is over the findings made other than "none".
`--blind` measures held-out cases that were not read while the rules were written
(evaluation/cases/blind).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.pairs import NO_PAGE
from claims.evidence.passages import score_passages
from claims.settings import Settings
from claims.text import words
from claims.types import Finding, FindingResult, Passage, Span
from claims.wiring import build_judge
from evaluation.document import REFERENCE, put_between_marks

CASES = Path(__file__).parent / "cases"
KINDS = ("quotation", "name")
NONE = "none"
_SHORT = {FindingResult.ABSENT: "absent"}


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a claim (`part`), the `expected` result and the result of the code (`said`).

    NONE means no finding.
    """

    case: str
    kind: str
    part: str
    expected: str
    said: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts for one kind: items, expected findings, findings made, and right ones among those."""

    kind: str
    items: int
    expected: int
    made: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the findings made that are right, in [0, 1]; 1 when none was made."""
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        """Share of the expected findings that were made, in [0, 1]; 1 when none was expected."""
        return self.right / self.expected if self.expected else 1.0


def measure(judge: CalibratedJudge, folder: Path = CASES) -> list[Item]:
    """Every expected item of every case in the folder's files, with the result of the service."""
    cases = list(read_cases(folder))
    questions = [(str(case["claim"]), [passage_of(case)]) for case in cases]
    items = []
    for case, (scored,) in zip(cases, score_passages(questions, judge), strict=True):
        kind = str(case["kind"])
        found = [finding for finding in scored.findings if finding.kind == kind]
        items += [
            Item(case["id"], kind, entry["part"], entry["result"], _said(entry["part"], found))
            for entry in case["expected"]
        ]
        # A finding about a part of the claim without an expected result counts as an error.
        parts = [entry["part"] for entry in case["expected"]]
        items += [
            Item(case["id"], kind, finding.claim, NONE, finding.result)
            for finding in found
            if finding.result != FindingResult.ABSENT
            and not any(_overlap(finding.claim, part) for part in parts)
        ]
    return items


def tally(items: Sequence[Item]) -> list[Tally]:
    """One row per kind, and a last row over all kinds."""
    return [
        *(_count(kind, [item for item in items if item.kind == kind]) for kind in KINDS),
        _count("all", items),
    ]


def _count(kind: str, items: Sequence[Item]) -> Tally:
    return Tally(
        kind=kind,
        items=len(items),
        expected=sum(item.expected != NONE for item in items),
        made=sum(item.said != NONE for item in items),
        right=sum(item.said != NONE and item.said == item.expected for item in items),
    )


def read_cases(folder: Path) -> Iterator[dict[str, Any]]:
    """The cases in all files of the folder; evaluation/cases/README.md describes the format."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def passage_of(case: Mapping[str, Any]) -> Passage:
    """The passage of a case, on a page with the title and the date of the case."""
    text = str(case["passage"])
    page = replace(
        NO_PAGE, title=str(case["title"]) or None, published_at=str(case["page_date"]) or None
    )
    return Passage(text=text, span=Span(0, len(text)), page=page)


def _said(part: str, found: Sequence[Finding]) -> str:
    """The result for a part of the claim; of several findings the one closest to it in length."""
    about = [finding for finding in found if _overlap(finding.claim, part)]
    for finding in sorted(about, key=lambda f: abs(len(f.claim) - len(part))):
        if finding.kind == "name" and finding.result == FindingResult.DIFFERS:
            return "absent"  # the passage has another name in its place
        if finding.result != FindingResult.ABSENT or finding.kind == "name":
            return _SHORT.get(FindingResult(finding.result), finding.result)
    return NONE


def _overlap(one: str, other: str) -> bool:
    """Whether the words of one text are a contiguous part of the words of the other."""
    a, b = (f" {' '.join(words(text))} " for text in (one, other))
    return a in b or b in a


def render(rows: Sequence[Tally]) -> str:
    """The table of docs/reference/quality.md."""
    lines = [
        "| findings about | items | expected | made | precision | recall |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.kind} | {row.items} | {row.expected} | {row.made} "
        f"| {row.precision:.3f} | {row.recall:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blind", action="store_true", help="the cases kept aside")
    parser.add_argument("--errors", action="store_true", help="list what is wrong")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/reference/quality.md"
    )
    options = parser.parse_args()
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1))
    items = measure(judge, CASES / "blind" if options.blind else CASES)
    table = render(tally(items))
    print(table)
    for item in items if options.errors else ():
        if item.said not in (NONE, item.expected):
            print(f"{item.case} {item.part!r}: expected {item.expected}, said {item.said}")
    if options.write:
        put_between_marks(
            table, "blind findings" if options.blind else "findings", REFERENCE / "quality.md"
        )


if __name__ == "__main__":
    main()
