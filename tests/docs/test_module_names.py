"""Names of modules: a search for one finds one or two files, not five."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("claims", "service", "workers")
# Maximum modules of one name in these packages.
MOST = 2
# Names that stand more often, and why.
ALLOWED = {
    "__init__.py": "Python's",
    "articles.py": "one resource: its records, its routes, its calls",
    "reviews.py": "one resource: its records, its rules in the store, its routes, its calls",
    "sources.py": "one resource: its routes, its commands, its pages, its calls",
}


def list_modules() -> dict[str, list[str]]:
    """The paths of the modules, by basename."""
    found: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found[path.name].append(path.relative_to(ROOT).as_posix())
    return found


def test_no_basename_occurs_more_than_twice() -> None:
    crowded = {name: paths for name, paths in list_modules().items() if len(paths) > MOST}
    assert {name: paths for name, paths in crowded.items() if name not in ALLOWED} == {}


def test_every_exception_is_still_needed() -> None:
    assert [name for name in ALLOWED if len(list_modules()[name]) <= MOST] == []
