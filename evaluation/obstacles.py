"""Detection of pages that are not articles: python -m evaluation.obstacles [--errors] [--write]

Measured on made pages (evaluation/cases/obstacles): robot checks, consent walls, paywalls, lists
and similar obstacles, and articles of all kinds, some of them about these topics. The column
"detected" counts the pages that are correctly classified as article or not; "right code" counts the
pages with the expected obstacle code. --errors lists the errors, --write puts the table into
docs/reference/quality.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.sources.extractor import has_text
from claims.sources.main_text import read_html
from evaluation.document import REFERENCE, put_between_marks

CASES = Path(__file__).parent / "cases" / "obstacles"
ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Classified:
    """A page with its kind, the expected obstacle code (None for an article) and the code given."""

    name: str
    kind: str
    expected: str | None
    given: str | None


def measure() -> Iterator[Classified]:
    """Classify every page as the fetcher does."""
    for path in sorted(CASES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            reading = read_html(case["html"], url=case["url"])
            given = reading.obstacle or (None if has_text(reading.text) else "no-text")
            yield Classified(case["id"], case["kind"], case["expected"], given)


def render(pages: Sequence[Classified]) -> str:
    """Markdown table with one row per kind, articles first."""
    lines = ["| kind | pages | detected | right code |", "|---|---:|---:|---:|"]
    for kind in sorted({page.kind for page in pages}, key=lambda kind: (kind != ARTICLE, kind)):
        some = [page for page in pages if page.kind == kind]
        detected = sum((page.given is None) == (page.expected is None) for page in some)
        right = sum(page.given == page.expected for page in some)
        lines.append(f"| {kind} | {len(some)} | {detected} | {right} |")
    return "\n".join(lines)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the wrongly classified pages")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reference/quality.md"
    )
    options = parser.parse_args()
    pages = list(measure())
    print(table := render(pages))
    for page in pages if options.errors else ():
        if page.given != page.expected:
            print(f"{page.name} ({page.kind}): {page.given}")
    if options.write:
        put_between_marks(table, "obstacles", REFERENCE / "quality.md")


if __name__ == "__main__":
    main()
