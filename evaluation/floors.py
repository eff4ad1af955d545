"""Pinned floors: lower limits that make a fall in quality fail `make eval`.

floors.json holds, for each set, the hash of the measured rows and the lowest accepted value of each
figure. A set with other rows, or one that is missing, is not compared. For sets of MAY_FALL the
highest value is held and a fall is printed, but does not fail (docs/adr/0069).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.calibrate import SETS
from evaluation.findings import Tally
from evaluation.judge import SetResult
from evaluation.metrics import calibration_error
from evaluation.real.asking import Answer
from evaluation.real.mirrored import MirrorsRead, pair_answers, share_right_in_both
from evaluation.real.tables import measure_answers, paragraphs
from evaluation.worthiness import Worthiness

_FILE = Path(__file__).parent / "floors.json"
# Accepted difference below a floor, as a share; in small sets at least one answer. Results differ
# in the last digits between kinds of processor, which changes up to three answers in a sample of
# 120 rows (on two kinds, the same judge reaches 0.700 and 0.708 on the full pages of WiCE).
TOLERANCE = 0.026
# Sets that do not decide about a release: they measure something else than whether a claim follows
# from pages, or, like events without their mirrors, reward a judge for the wording of a claim.
MAY_FALL = frozenset(
    (
        "aggrefact_cliff.val",
        "begin_v1.dev",
        "cad_snli.dev",
        "conjnli.dev",
        "events",
        "fever_train_gold.dev",
        "healthver.dev",
        "liar_plus.valid",
        "nli4ct.dev",
        "scifact_rte.dev",
        "wice_claim_goldsents.dev",
        "wice_claim_oraclechunks.dev",
    )
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures in [0, 1] by name; `corpus` identifies the rows they were measured on.

    `rows` has the number of rows for figures that are measured on few rows.
    """

    corpus: str
    figures: Mapping[str, float]
    rows: Mapping[str, int] = field(default_factory=dict)


def collect(
    results: Sequence[SetResult],
    worthiness: Sequence[Worthiness],
    findings: Sequence[Tally],
    answers: Sequence[Answer],
    read: MirrorsRead,
) -> dict[str, Measured]:
    """The figures that have floors, by set; the accuracy of each kind of claim belongs to its set.

    Every figure is one where higher is better: "calibration" is 1 - ECE over all sets that
    calibration is fitted to, and "no false conflicts" is 1 - the share of false conflicts.
    """
    measured = {
        result.name: Measured(
            result.corpus,
            _main_figure(result)
            | {f"accuracy of {kind}": round(rate, 4) for kind, (_, rate) in result.kinds.items()},
            {f"accuracy of {kind}": rows for kind, (rows, _) in result.kinds.items()},
        )
        for result in results
    }
    measured["calibration"] = _measure_calibration([one for one in results if one.name in SETS])
    for row in findings:
        measured[f"findings: {row.kind}"] = Measured(
            f"{row.items} items",
            {"precision": round(row.precision, 4), "recall": round(row.recall, 4)},
        )
    on_events, (paragraph, _) = measure_answers(answers), paragraphs(answers)
    measured["events"] = Measured(
        f"{on_events.claims} claims",
        {
            "right": round(on_events.right, 4),
            "no false conflicts": round(1 - on_events.false_conflicts, 4),
            "deciding paragraphs": round(paragraph or 0.0, 4),
        },
    )
    measured |= measure_mirrors(read)
    for one in worthiness:
        figures = {"f1": one.f1, "average_precision": one.average_precision}
        if one.extracted_f1 is not None:
            figures["extracted"] = one.extracted_f1
        measured[f"check-worthiness: {one.name}"] = Measured(
            f"{one.sentences} rows", {name: round(value, 4) for name, value in figures.items()}
        )
    return measured


def measure_mirrors(read: MirrorsRead) -> dict[str, Measured]:
    """Shares of claims of events and mirrors that are right, and right in both: on whole pages, and
    of turned claims on their deciding paragraphs."""
    pairs = pair_answers(read.events, read.mirrors)
    together = measure_answers([*read.events, *read.mirrors])
    return {
        "events and mirrors": Measured(
            f"{len(pairs)} claims",
            {
                "right": round(together.right, 4),
                "right in both": round(share_right_in_both(pairs), 4),
                "no false conflicts": round(1 - together.false_conflicts, 4),
            },
            {"right in both": len(pairs)},
        ),
        "turned claims, deciding paragraphs": Measured(
            f"{read.turned.claims} claims",
            {"right in both": round(read.turned.both, 4), "order": round(read.turned.order, 4)},
        ),
    }


def _main_figure(result: SetResult) -> dict[str, float]:
    """The accuracy; for sets that ask only whether a claim is supported, the area under the curve.

    On such sets the accuracy depends mostly on the threshold (docs/adr/0027).
    """
    if result.area is None:
        return {"accuracy": round(result.accuracy, 4)}
    return {"area under the curve": round(result.area, 4)}


def _measure_calibration(results: Sequence[SetResult]) -> Measured:
    """1 - ECE of the answers to all these sets together.

    On a single set of 120 rows the ECE is mostly chance (docs/adr/0020).
    """
    right = [one for result in results for one in result.right]
    sure = [one for result in results for one in result.confidence]
    corpus = hashlib.sha256(" ".join(result.corpus for result in results).encode()).hexdigest()
    return Measured(corpus[:12], {"all sets": round(1 - calibration_error(right, sure), 4)})


def hold(measured: Mapping[str, Measured], *, update: bool, file: Path = _FILE) -> int:
    """Compare with the floors in `file`; returns 0 when all hold and 1 when one is missed.

    With `update` and no missed floor, floors are raised to the measured values, never lowered.
    """
    pinned: dict[str, dict[str, object]] = json.loads(file.read_text()) if file.exists() else {}
    missed: list[str] = []
    fallen: list[str] = []
    held = 0
    for name, new in measured.items():
        floors = _floors_of(pinned.get(name), new.corpus)
        if pinned.get(name) and not floors:
            print(f"{name}: the floors are for other rows, not compared", file=sys.stderr)
        for figure, floor in floors.items():
            held += name not in MAY_FALL
            if new.figures.get(figure, 0.0) < floor - _tolerance(new.rows.get(figure)):
                line = f"{name} {figure} {new.figures.get(figure, 0.0)} < {floor}"
                (fallen if name in MAY_FALL else missed).append(line)
    for line in fallen:
        print(f"lower than it was, which may be: {line}", file=sys.stderr)
    for line in missed:
        print(f"below its floor: {line}", file=sys.stderr)
    if missed:
        return 1
    if update:
        for name, new in measured.items():
            floors = _floors_of(pinned.get(name), new.corpus)
            raised = {key: max(value, floors.get(key, 0.0)) for key, value in new.figures.items()}
            pinned[name] = {"corpus": new.corpus, "floors": raised}
        file.write_text(json.dumps(pinned, indent=2, sort_keys=True) + "\n")
    print("floors pinned" if update else f"all {held} floors hold", file=sys.stderr)
    return 0


def _tolerance(rows: int | None) -> float:
    """TOLERANCE, or the share of one answer where this is more; floors have four decimals."""
    return max(TOLERANCE, 1 / rows + 1e-4) if rows else TOLERANCE


def _floors_of(pinned: Mapping[str, object] | None, corpus: str) -> dict[str, float]:
    """The floors pinned for the rows with this hash; empty when other rows were pinned."""
    if not pinned or pinned["corpus"] != corpus:
        return {}
    floors = pinned["floors"]
    assert isinstance(floors, dict)
    return floors
