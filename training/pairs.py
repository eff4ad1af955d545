"""Our own pairs: read the files, check their format, measure how far the claim reveals the label.

    python -m training.pairs [FILE ...]     checks files (default: all of training/data)

training/data/README.md describes the format and the rules for writers. A line is a group: a page,
claims about it, and a contrast page on the same people and events, with which the same claims have
other labels. A group is never split between training and held-out pairs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.claim_only import cross_fitted_accuracy

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[1] / "examples"
# Files of which every group with a number divisible by HELD_OUT_EVERY is held out. All groups of
# the other files are for training.
MEASURED = frozenset("v w x y z aa ab ac ad ae af ag ah ai aj ak al am an".split())
HELD_OUT_EVERY = 10
LABELS = ("SUPPORTED", "REFUTED", "NEI")
# Maximum difference in accuracy between the claim-only baseline and the majority class;
# tests/training/test_pairs.py checks it.
CLAIM_ONLY_MARGIN = 0.05

# Allowed length of a claim and of a page, in words.
_CLAIM_WORDS = range(3, 71)
_PAGE_WORDS = range(5, 900)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without)\b|n['’]t\b", re.I
)
# Allowed share of claims with a negation among the claims of one label, so that a negation does not
# reveal the label; and allowed share of each label. Per file.
_NEGATED_SHARE = (0.02, 0.55)
_LABEL_SHARE = (0.18, 0.48)
# Names of the example article, which training data must not contain: the demo has to be unseen.
_RESERVED = re.compile(r"\b(?:Noboa|Rubio|Choneros|Sommerfeld|Fito|Quito)\b")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim with one page.

    `group` (FILE:LINE) names the pairs that stay together in a split; `kind` is the kind of claim.
    """

    claim: str
    evidence: str
    label: str
    group: str
    kind: str


def read_groups(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """(line number, group) of each line. Raises ValueError with the number of a line that is not
    JSON."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path.name}:{number}: not JSON: {error}") from error


def read_pairs(paths: Iterable[Path] | None = None) -> list[Pair]:
    """All pairs of the files, with page and contrast page (default: all of training/data)."""
    found: list[Pair] = []
    for path in paths if paths is not None else sorted(DATA.glob("*.jsonl")):
        for number, group in read_groups(path):
            found.extend(_pairs_of(group, f"{path.stem}:{number}"))
    return found


def _pairs_of(group: dict[str, object], name: str) -> Iterator[Pair]:
    claims, contrast = group["claims"], group["contrast"]
    assert isinstance(claims, list)
    assert isinstance(contrast, dict)
    for claim, other in zip(claims, contrast["labels"], strict=True):
        text, kind = claim["claim"], claim["kind"]
        yield Pair(text, str(group["evidence"]), claim["label"], name, kind)
        yield Pair(text, contrast["evidence"], other, name, kind)


def split_groups(pairs: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """(training pairs, held-out pairs); every tenth group of the MEASURED files is held out."""
    kept: list[Pair] = []
    held: list[Pair] = []
    for pair in pairs:
        file, number = pair.group.split(":")
        out = file in MEASURED and int(number) % HELD_OUT_EVERY == 0
        (held if out else kept).append(pair)
    return kept, held


def find_faults(path: Path) -> list[str]:
    """Messages about the faults of a file, with line numbers; empty when the file is valid."""
    faults: list[str] = []
    openings: Counter[str] = Counter()
    for number, group in read_groups(path):
        faults.extend(f"{path.name}:{number}: {fault}" for fault in _group_faults(group))
        openings[" ".join(str(group.get("evidence", "")).split()[:4])] += 1
    faults.extend(
        f"{path.name}: {count} pages open with {words!r}: vary the openings"
        for words, count in openings.items()
        if count > 2
    )
    return faults or list(_balance_faults(path))


def _group_faults(group: dict[str, object]) -> Iterator[str]:
    if set(group) != {"domain", "evidence", "claims", "contrast"}:
        yield f"keys are {sorted(group)}: a group has domain, evidence, claims, contrast"
        return
    claims, contrast = group["claims"], group["contrast"]
    if not (isinstance(claims, list) and isinstance(contrast, dict)):
        yield "claims is a list and contrast an object"
        return
    labels = contrast.get("labels", [])
    if not claims or len(claims) != len(labels):
        yield f"{len(claims)} claims and {len(labels)} contrast labels: one for each, at least one"
        return
    pages = [str(group["evidence"]), str(contrast.get("evidence", ""))]
    yield from _text_faults(claims, pages)
    first = [claim.get("label") for claim in claims]
    if unknown := {str(label) for label in [*first, *labels]} - set(LABELS):
        yield f"labels {sorted(unknown)}: use {', '.join(LABELS)}"
    if 3 * sum(a != b for a, b in zip(first, labels, strict=True)) < len(claims):
        yield "fewer than a third of the labels change under the contrast page"


def _text_faults(claims: Sequence[dict[str, str]], pages: Sequence[str]) -> Iterator[str]:
    for page in pages:
        if len(page.split()) not in _PAGE_WORDS:
            yield f"a page of {len(page.split())} words: {_PAGE_WORDS[0]} to {_PAGE_WORDS[-1]}"
    texts = [claim.get("claim", "") for claim in claims]
    for text in texts:
        if len(text.split()) not in _CLAIM_WORDS:
            yield f"claim of {len(text.split())} words: {text!r}"
    if len(set(texts)) < len(texts):
        yield "the same claim twice"
    if not all(claim.get("kind") for claim in claims):
        yield "a claim without kind"
    for text in [*texts, *pages]:
        if reserved := _RESERVED.search(text):
            yield f"{reserved.group()!r} is a name of the example article: use another"


def _balance_faults(path: Path) -> list[str]:
    pairs = read_pairs([path])
    faults = []
    for label in LABELS:
        claims = [pair.claim for pair in pairs if pair.label == label]
        share = len(claims) / len(pairs)
        if not _LABEL_SHARE[0] <= share <= _LABEL_SHARE[1]:
            faults.append(
                f"{path.name}: {share:.0%} of the pairs are {label}: keep to a third each"
            )
        negated = sum(bool(_NEGATION.search(claim)) for claim in claims) / max(1, len(claims))
        if not _NEGATED_SHARE[0] <= negated <= _NEGATED_SHARE[1]:
            faults.append(
                f"{path.name}: {negated:.0%} of {label} claims hold a negation: a quarter"
            )
    return faults


@dataclass(frozen=True, slots=True)
class ClaimAlone:
    """Accuracies in [0, 1] of the claim-only baseline and of the majority label."""

    claim_alone: float
    majority: float


def measure_claim_alone(pairs: Sequence[Pair]) -> ClaimAlone:
    """Measure the claim-only baseline, cross-validated by group, and the majority label."""
    labels = [pair.label for pair in pairs]
    claims, groups = [pair.claim for pair in pairs], [pair.group for pair in pairs]
    return ClaimAlone(
        cross_fitted_accuracy(claims, labels, groups=groups),
        max(Counter(labels).values()) / len(labels),
    )


def describe(pairs: Sequence[Pair]) -> str:
    """Size, label balance and claim-only accuracy of the pairs, as one line of text."""
    counts = Counter(pair.label for pair in pairs)
    measured = measure_claim_alone(pairs)
    shares = ", ".join(f"{name} {counts[name] / len(pairs):.0%}" for name in LABELS)
    groups = len({pair.group for pair in pairs})
    return (
        f"{groups} groups, {len(pairs)} pairs ({shares}); "
        f"claim alone {measured.claim_alone:.3f}, majority {measured.majority:.3f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring. Exit code 1 when a file has faults."""
    parser = argparse.ArgumentParser(prog="python -m training.pairs", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    paths = parser.parse_args(arguments).files or sorted(DATA.glob("*.jsonl"))
    faults = [fault for path in paths for fault in find_faults(path)]
    for fault in faults:
        print(fault, file=sys.stderr)
    for path in paths if not faults else []:
        print(f"{path.stem:>4}: {describe(read_pairs([path]))}")
    if not faults:
        print(f" all: {describe(read_pairs(paths))}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
