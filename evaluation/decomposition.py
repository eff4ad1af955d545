"""How completely a sentence is split into claims: python -m evaluation.decomposition [--rows N]

Measured on sentences with atomic claims written by annotators (../shared/data/decomposition).
Recall is the share of the annotators' claims that our claims, joined, entail; precision is the
share of our claims that the annotators' claims, joined, entail. The judge decides entailment, with
a threshold of 0.5. The baseline takes the unchanged sentence as one claim.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.entailment.calibration import CalibratedJudge
from claims.extraction import extract_claims
from claims.settings import Settings
from claims.wiring import build_judge

FILE = Path("data", "decomposition", "factcheckgpt_sentence_to_claims.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Decomposed:
    """A sentence with the annotators' claims (`theirs`) and the extracted claims (`ours`)."""

    theirs: Sequence[str]
    ours: Sequence[str]


def read_sentences(shared: Path, *, most: int) -> list[tuple[Decomposed, Decomposed]]:
    """(extracted claims, unchanged sentence) for each sentence with a factual claim.

    At most `most` sentences.
    """
    with gzip.open(shared / FILE, "rt", encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    found = []
    for row in [row for row in rows if row["claims"] and "factual" in row["claim_checkworthy"]]:
        read = extract_claims(row["response"])
        sentence = row["sentence"].strip()
        if sentence not in {
            *(claim.sentence for claim in read.claims),
            *(left_out.sentence for left_out in read.not_checked),
        }:
            continue  # the sentence boundaries of the data set differ from ours
        ours = [claim.text for claim in read.claims if claim.sentence == sentence]
        theirs = row["claims"]
        found.append((Decomposed(theirs, ours), Decomposed(theirs, [row["sentence"]])))
    return found[:most]


def measure(some: Sequence[Decomposed], judge: CalibratedJudge) -> tuple[float, float]:
    """(recall, precision) in [0, 1].

    When no claim was extracted from a sentence, all its reference claims count as missed.
    """
    asked = [(" ".join(d.ours), claim) for d in some if d.ours for claim in d.theirs]
    given = [(" ".join(d.theirs), claim) for d in some for claim in d.ours]
    wanted = sum(len(d.theirs) for d in some)
    recalled = (judge.score(asked)[:, 0] >= 0.5).sum()
    right = (judge.score(given)[:, 0] >= 0.5).sum()
    return float(recalled) / max(1, wanted), float(right) / max(1, len(given))


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=150, help="sentences")
    options = parser.parse_args()
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1))
    pairs = read_sentences(options.shared, most=options.rows)
    print("| claims | sentences | claims per sentence | recall | precision |")
    print("|---|---:|---:|---:|---:|")
    for name, some in (("ours", [a for a, _ in pairs]), ("the sentence", [b for _, b in pairs])):
        recall, precision = measure(some, judge)
        per = sum(len(d.ours) for d in some) / len(some)
        print(f"| {name} | {len(some)} | {per:.2f} | {recall:.3f} | {precision:.3f} |")


if __name__ == "__main__":
    main()
