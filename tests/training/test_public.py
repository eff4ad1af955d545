"""The public pairs of the mixture, drawn from files in the format of ../shared."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from training.public import PAGES, draw_public_pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of all sets: 700 pages with one claim, and a page with seven claims of two labels."""
    for name in PAGES:
        rows = [("A claim.", f"Page {n}.", "SUPPORTED") for n in range(700)]
        rows += [(f"Claim {n}.", "Mixed.", "REFUTED" if n > 4 else "SUPPORTED") for n in range(7)]
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            for number, (claim, evidence, label) in enumerate(rows):
                row = {"claim": claim, "evidence": evidence, "label": label, "group": number}
                out.write(json.dumps(row) + "\n")
    return tmp_path


def test_pages_with_several_labels_come_first_and_labels_are_balanced(folder: Path) -> None:
    pairs = [pair for pair in draw_public_pages(folder) if pair.kind == "med.all"]
    mixed = [pair for pair in pairs if pair.evidence == "Mixed."]
    assert pairs[: len(mixed)] == mixed
    assert Counter(pair.label for pair in mixed) == {"SUPPORTED": 3, "REFUTED": 2}
    assert len({pair.group for pair in mixed}) == 1
    assert len(pairs) == PAGES["med.all"]


def test_draw_depends_only_on_the_seed(folder: Path) -> None:
    assert draw_public_pages(folder, seed=3) == draw_public_pages(folder, seed=3)
    assert draw_public_pages(folder, seed=3) != draw_public_pages(folder, seed=4)


def test_missing_set_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        draw_public_pages(tmp_path)
