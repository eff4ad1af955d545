"""Measures judge and second reader on the labels that people have signed in a running service.

    python -m evaluation.reviews [--url URL] [--write FILE]

Prints how often the proposal, the judge alone and the second reader alone had the label that a
person signed, and how far two people agree. `--write` keeps the claims with their evidence and
the signed labels as JSON lines. People saw the proposal before they decided, and choose which
claims they look at, so these figures are better than those of a blind test.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.errors import NotFound
from claims.reviews.agreement import (
    Matrix,
    compare_people,
    compare_proposals,
    measure_agreement,
)
from claims.shapes import to_json
from claims.types import ClaimId, ClaimRecord, Reading, ReviewEntry, Verdict, VerdictLabel
from service.cli.connection import connect
from service.client import Client

_SIGNED = ("signed", "published")
_READERS = ("judge", "second reader")


@dataclass(frozen=True, slots=True)
class Signed:
    """A claim with the label that a person signed, the reason given, and the verdict that was seen.

    `verdict` is None when the claim had none, or its check is no longer kept.
    """

    claim: ClaimRecord
    label: VerdictLabel
    reason: str | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The claims of a service whose review has begun: the signed ones, and all steps."""

    signed: tuple[Signed, ...]
    steps: tuple[tuple[ReviewEntry, ...], ...]


def collect(client: Client) -> Reviewed:
    """Read all reviews of a service."""
    signed, steps = [], []
    for state in ("in-review", *_SIGNED):
        for claim in client.export_claims(review=state):
            of_claim = client.get_reviews(claim.id)
            steps.append(of_claim)
            if state in _SIGNED:
                signed.append(_read_signed(client, claim, of_claim))
    return Reviewed(tuple(signed), tuple(steps))


def _read_signed(client: Client, claim: ClaimRecord, steps: Sequence[ReviewEntry]) -> Signed:
    # The last decision of the review may be the publication, which has no reason.
    reason, sign_off = next((one.reason, one.sign_off) for one in reversed(steps) if one.sign_off)
    verdict = _find_verdict(client, claim.id, sign_off.check)
    return Signed(claim, sign_off.label, reason, verdict)


def _find_verdict(client: Client, claim_id: ClaimId, check: int | None) -> Verdict | None:
    if check is None:
        return None
    try:
        return client.get_check(claim_id, check).verdict
    except NotFound:
        return None


def list_answers(verdict: Verdict) -> dict[str, VerdictLabel]:
    """The labels of the judge and the second reader alone."""
    reading = verdict.reader if isinstance(verdict.reader, Reading) else None
    judged = reading.judged if reading and reading.judged else verdict.label
    return {"judge": judged} | ({"second reader": reading.label} if reading else {})


def count_answers(reviewed: Reviewed) -> dict[str, Matrix]:
    """For each of proposal, judge and second reader: its labels with the signed ones."""
    proposed = compare_proposals(reviewed.steps)
    found: dict[str, Counter[tuple[VerdictLabel, VerdictLabel]]] = {}
    for one in reviewed.signed:
        for name, label in list_answers(one.verdict).items() if one.verdict else ():
            found.setdefault(name, Counter())[label, one.label] += 1
    answers: dict[str, Matrix] = {"proposal": proposed} if proposed else {}
    return answers | {name: found[name] for name in _READERS if name in found}


def write_tables(reviewed: Reviewed) -> Iterator[str]:
    """Markdown tables: answers by signed label, and two people by each other's."""
    without = sum(one.verdict is None for one in reviewed.signed)
    yield f"{len(reviewed.signed)} claims are signed, {without} of them without a kept verdict."
    for name, matrix in count_answers(reviewed).items():
        equal, _ = measure_agreement(matrix)
        yield ""
        yield f"{name}: {equal:.3f} of {sum(matrix.values())} have the signed label."
        yield ""
        yield from _write_matrix(matrix, f"{name} \\ signed")
    for (one, other), matrix in compare_people(reviewed.steps).items():
        equal, kappa = measure_agreement(matrix)
        yield ""
        yield f"{one} and {other}: {equal:.3f} of {sum(matrix.values())} equal, kappa {kappa:.3f}."
        yield ""
        yield from _write_matrix(matrix, f"{one} \\ {other}")


def _write_matrix(matrix: Matrix, corner: str) -> Iterator[str]:
    yield f"| {corner} | {' | '.join(VerdictLabel)} |"
    yield "|---" * (len(VerdictLabel) + 1) + "|"
    for row in VerdictLabel:
        counts = (str(matrix.get((row, column), 0)) for column in VerdictLabel)
        yield f"| {row} | {' | '.join(counts)} |"


def write_labelled(signed: Signed) -> Mapping[str, Any]:
    """A line of labelled data: the claim, the evidence that was seen, and the signed label."""
    evidence = signed.verdict.evidence if signed.verdict else ()
    return {
        "claim": signed.claim.text,
        "claimant": signed.claim.claimant,
        "claimed_at": to_json(signed.claim)["claimed_at"],
        "label": signed.label,
        "proposal": signed.verdict.label if signed.verdict else None,
        "reason": signed.reason,
        "evidence": [
            {"text": one.quote, "url": one.page.url, "sha256": one.page.sha256} for one in evidence
        ],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables for the service at --url, and write the labelled claims."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.reviews", description=__doc__)
    parser.add_argument("--url", help="address of the service; else ASSAY_URL")
    parser.add_argument("--write", type=Path, metavar="FILE", help="JSON lines of labelled claims")
    given = parser.parse_args(arguments)
    reviewed = collect(connect(given.url))
    print("\n".join(write_tables(reviewed)))
    if given.write:
        lines = (json.dumps(write_labelled(one), ensure_ascii=False) for one in reviewed.signed)
        given.write.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
