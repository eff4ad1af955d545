"""Pinned floors: quality may rise, never fall unseen.

floors.json holds, for one corpus and sample, the least accuracy of each set and the least figures
of check-worthiness. Another corpus or sample is measured but not compared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from evaluation.judge import SetResult

_FILE = Path(__file__).parent / "floors.json"
# What a run may lie below its floor: results differ in the last digits between processors, which
# turns an answer or two of a small sample.
TOLERANCE = 0.021


def collect(results: Sequence[SetResult], worthiness: Mapping[str, float]) -> dict[str, float]:
    """The figures that have floors."""
    figures = {f"{result.name} accuracy": round(result.accuracy, 4) for result in results}
    figures["check-worthiness F1"] = round(worthiness["f1"], 4)
    figures["check-worthiness average precision"] = round(worthiness["average_precision"], 4)
    return figures


def hold(measured: Mapping[str, float], *, corpus: str, update: bool, file: Path = _FILE) -> int:
    """Compare with the floors: 0 when all hold, 1 when one is missed or would be lowered."""
    pinned = json.loads(file.read_text()) if file.exists() else {}
    if pinned.get("corpus") != corpus and not update:
        print(f"floors are for another corpus or sample ({corpus}): not compared", file=sys.stderr)
        return 0
    floors = pinned.get("floors", {}) if pinned.get("corpus") == corpus else {}
    missed = [name for name, floor in floors.items() if measured[name] < floor - TOLERANCE]
    for name in missed:
        print(f"below its floor: {name} {measured[name]} < {floors[name]}", file=sys.stderr)
    if missed:
        return 1
    if update:
        raised = {name: max(value, floors.get(name, 0.0)) for name, value in measured.items()}
        file.write_text(json.dumps({"corpus": corpus, "floors": raised}, indent=2) + "\n")
    print(f"all {len(floors)} floors hold" if floors else "floors pinned", file=sys.stderr)
    return 0
