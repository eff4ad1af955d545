"""Runs a demonstration like a user, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.shapes import from_json
from claims.types import ArticleRecord
from tests.e2e.up import find_processes
from tests.stack.judge_scores import SharedScores

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished run in a folder of its own."""

    name: str
    folder: Path
    status: int
    out: str
    err: str
    left: tuple[int, ...]

    @property
    def result(self) -> dict[str, Any]:
        """The content of build/NAME/result.json."""
        path = self.folder / "build" / self.name / "result.json"
        shape: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return shape

    @property
    def article(self) -> ArticleRecord:
        """`result` as a record."""
        return from_json(ArticleRecord, self.result)


def run_demo(name: str, folder: Path, scores: SharedScores, *, timeout_s: float) -> Demo:
    """Run the module of `make NAME` in `folder`: examples.demo or examples.demo_search.

    Pairs that the real judge has judged in this run of the tests are not judged again.
    """
    module = f"examples.{name.replace('-', '_')}"
    (folder / "tmp").mkdir()
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASSAY_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.stack.demo_with_scores", module, str(scores.path)],
        cwd=folder,
        # The data folder is in TMPDIR, which identifies all processes of the run.
        env=kept | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "COLUMNS": "150"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    left = tuple(find_processes(folder))
    return Demo(name, folder, done.returncode, done.stdout, done.stderr, left)
