"""How well claims are read out of their context: python -m evaluation.reading

On 60 hand-labelled sentences with what stands before them (evaluation/cases/reading): whether the
claimant of the claims read from the sentence is the right one, and what became of each pronoun in
their texts. A pronoun is right when the claim names in its place whom it stands for, left when it
still stands there (such a claim says that it needs context), and wrong otherwise.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claims.extraction import extract_claims
from claims.types import Claim

CASES = Path(__file__).parent / "cases" / "reading" / "attribution.jsonl"


def read_case(case: Mapping[str, Any]) -> tuple[str, list[str]]:
    """What became of the claimant, and of each pronoun: "right", "wrong", "left", "no claim"."""
    text = f"{case['context']} {case['sentence']}"
    claims = [c for c in extract_claims(text).claims if c.sentence == case["sentence"]]
    if not claims:
        return "no claim", ["no claim"] * len(case["pronouns"])
    pronouns = [
        _judge_pronoun(claims, entry["pronoun"], entry["stands_for"]) for entry in case["pronouns"]
    ]
    return _judge_claimant(claims, case["claimant"]), pronouns


def _judge_claimant(claims: list[Claim], expected: str | None) -> str:
    found = {claim.claimant for claim in claims}
    if expected is None:
        return "right" if found == {None} else "wrong"
    if found == {None}:
        return "left"
    return "right" if any(_same(name, expected) for name in found if name) else "wrong"


def _judge_pronoun(claims: list[Claim], pronoun: str, stands_for: str) -> str:
    texts = " ".join(claim.text for claim in claims)
    if re.search(rf"\b{pronoun}\b", texts, re.IGNORECASE):
        return "left"
    return "right" if stands_for.split()[-1].lower() in texts.lower() else "wrong"


def _same(found: str, expected: str) -> bool:
    """By the last word of a name, as news shorten it."""
    return found.split()[-1].lower() == expected.split()[-1].lower()


def read_cases() -> Iterator[dict[str, Any]]:
    """The cases, in order."""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def measure() -> tuple[Counter[str], Counter[str]]:
    """How often each came out, for claimants and for pronouns."""
    claimants: Counter[str] = Counter()
    pronouns: Counter[str] = Counter()
    for case in read_cases():
        claimant, some = read_case(case)
        claimants[claimant] += 1
        pronouns.update(some)
    return claimants, pronouns


def main() -> None:
    """Print both."""
    outcomes = ("right", "wrong", "left", "no claim")
    print("| | " + " | ".join(outcomes) + " |")
    print("|---|" + "---:|" * len(outcomes))
    for name, counts in zip(("claimants", "pronouns"), measure(), strict=True):
        print(f"| {name} | " + " | ".join(str(counts[o]) for o in outcomes) + " |")


if __name__ == "__main__":
    main()
