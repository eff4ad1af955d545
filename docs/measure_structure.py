"""Count modules, lengths, Any, word lists and repeated lines.

Usage: python -m docs.measure_structure [ROOT of a checkout, this one by default]

The length of a function includes its docstring. Word lists are found as by
tests/claims/english/test_word_lists.py. Repeated lines are in a run of six lines (without blank
lines and the first lines of imports) that occurs elsewhere in the same row of the table.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

from tests.claims.english.test_word_lists import find_word_lists

PACKAGES = ("claims", "service", "workers", "evaluation", "training")
COLUMNS = (
    *("package", "modules", "lines", "module median", "module 90 %", "functions"),
    *("function median", "function 90 %", "Any", "modules with word lists", "repeated lines"),
)
RUN = 6


def measure(paths: list[Path]) -> list[int]:
    """The figures of these modules, in the order of COLUMNS without the name."""
    texts = [path.read_text("utf-8") for path in paths]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    modules = [len(text.splitlines()) for text in texts]
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        *(len(modules), sum(modules), *find_typical(modules)),
        *(len(functions), *find_typical(functions)),
        sum(isinstance(node, ast.Name) and node.id == "Any" for node in nodes),
        sum(any(find_word_lists(text)) for text in texts),
        count_repeated(texts),
    ]


def find_typical(lengths: list[int]) -> tuple[int, int]:
    """Median and 90th percentile, rounded."""
    return round(median(lengths)), round(quantiles(lengths, n=10, method="inclusive")[-1])


def count_repeated(texts: list[str]) -> int:
    """Lines in runs of RUN that occur more than once in these texts."""
    stripped = [[line.strip() for line in text.splitlines()] for text in texts]
    lines = [[x for x in some if x and not x.startswith(("import ", "from "))] for some in stripped]
    runs = [[tuple(some[at : at + RUN]) for at in range(len(some) - RUN + 1)] for some in lines]
    times = Counter(run for some in runs for run in some)
    return sum(
        len({at + n for at, run in enumerate(some) if times[run] > 1 for n in range(RUN)})
        for some in runs
    )


def main() -> None:
    """Print one row for each package, for all, and for claims without claims/english."""
    root = Path(sys.argv[1] if sys.argv[1:] else ".")
    groups = {name: sorted((root / name).rglob("*.py")) for name in PACKAGES}
    groups["all"] = [path for paths in groups.values() for path in paths]
    groups["claims but english"] = [p for p in groups["claims"] if p.parent.name != "english"]
    rows = [COLUMNS, ("---", *("---:" for _ in COLUMNS[1:]))]
    rows += [(name, *map(str, measure(paths))) for name, paths in groups.items()]
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main()
