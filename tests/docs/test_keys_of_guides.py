"""Idempotency keys of the guides: a reader of two guides who follows both gets no mismatch."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEY = re.compile(r"""Idempotency-Key: ([^'"]+)'|idempotency_key="([^"]+)\"""")


def test_no_two_pages_use_the_same_idempotency_key() -> None:
    pages: defaultdict[str, set[str]] = defaultdict(set)
    for page in DOCS.rglob("*.md"):
        for match in KEY.finditer(page.read_text(encoding="utf-8")):
            pages[match[1] or match[2]].add(page.name)
    assert len(pages) >= 5
    assert {key: names for key, names in pages.items() if len(names) > 1} == {}
