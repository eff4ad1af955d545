"""Detection of pages with the same origin: python -m evaluation.origins [--errors] [--write]

Measured on made groups of pages about one event (evaluation/cases/origins): copies with another
headline, copies that were cut, extended, rewritten or stripped of their agency credit; and
independent reports that look similar: two agencies, one press conference, a shared paragraph of
background, a shared quotation, two stories by one agency. Counts pairs of pages within a group; a
pair is right when it has one origin and is detected as such. The thresholds were chosen on these
groups, so the figures are too optimistic. --write puts the table into docs/reference/quality.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from claims.verdicts.origins import name_origins
from evaluation.document import REFERENCE, put_between_marks
from evaluation.real.asking import write_text

CASES = Path(__file__).parent / "cases" / "origins" / "pages.jsonl"


@dataclass(frozen=True, slots=True)
class Count:
    """Counts of page pairs in one group.

    `same` have one origin, `detected` are detected as one origin, `right` are both.
    """

    name: str
    pattern: str
    pairs: int
    same: int
    detected: int
    right: int


def measure() -> list[Count]:
    """The counts of each group."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [_count(json.loads(line)) for line in lines]


def _count(case: dict[str, Any]) -> Count:
    rows = case["pages"]
    pages = [write_text(row["text"], url=row["url"]) for row in rows]
    origins = [reference.origin for reference in name_origins(pages).references]
    pairs = [
        (rows[a]["origin"] == rows[b]["origin"], origins[a] == origins[b])
        for a, b in combinations(range(len(rows)), 2)
    ]
    return Count(
        case["id"],
        case["pattern"],
        len(pairs),
        sum(same for same, _ in pairs),
        sum(said for _, said in pairs),
        sum(same and said for same, said in pairs),
    )


def f1(counts: Sequence[Count]) -> float:
    """F1 over all pairs, in [0, 1]; 1 when no pair has or is given one origin."""
    both = sum(one.same + one.detected for one in counts)
    return 2 * sum(one.right for one in counts) / both if both else 1.0


def render(counts: Sequence[Count]) -> str:
    """Markdown table with one row per pattern, and a last row over all."""
    lines = [
        "| pattern | pairs | one origin | detected | right | F1 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    parts = [
        (pattern, [one for one in counts if one.pattern == pattern])
        for pattern in dict.fromkeys(one.pattern for one in counts)
    ]
    parts.append(("all", list(counts)))
    for name, some in parts:
        sums = [
            sum(getattr(one, field) for one in some)
            for field in ("pairs", "same", "detected", "right")
        ]
        lines.append(
            f"| {name.replace('_', ' ')} | " + " | ".join(map(str, sums)) + f" | {f1(some):.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the groups with wrong pairs")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reference/quality.md"
    )
    options = parser.parse_args()
    counts = measure()
    print(table := render(counts))
    for one in counts if options.errors else ():
        if not one.same == one.detected == one.right:
            counted = f"{one.same} pairs are one origin, {one.detected} detected"
            print(f"{one.name} ({one.pattern}): {counted}")
    if options.write:
        put_between_marks(table, "origins", REFERENCE / "quality.md")


if __name__ == "__main__":
    main()
