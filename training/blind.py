"""Blind labels: a second reader labels our own pairs without seeing the first labels.

    python -m training.blind draw 300 > questions.jsonl     pairs to label: id, evidence, claim
    python -m training.blind agree answers.jsonl [...]      agreement with the second reader

An answer is a line {"id", "label"}; the answers so far are in training/blind/. The sample depends
only on `--seed` and on the files (default: all of training/data).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from evaluation.sets import WRITTEN_APART
from training.pairs import DATA, LABELS, Pair, read_pairs


def pair_id(pair: Pair) -> str:
    """An id of 16 hex digits from claim and evidence; it stays the same when files grow."""
    return hashlib.sha256(f"{pair.claim}\0{pair.evidence}".encode()).hexdigest()[:16]


def draw(count: int, files: Sequence[Path], *, seed: int) -> list[dict[str, str]]:
    """`count` random pairs without their labels; ValueError when there are fewer pairs."""
    pairs = random.Random(seed).sample(read_pairs(files), count)
    return [{"id": pair_id(p), "evidence": p.evidence, "claim": p.claim} for p in pairs]


def agree(answers: dict[str, str], pairs: Sequence[Pair]) -> tuple[Counter[tuple[str, str]], int]:
    """Counts of (our label, second label), and the number of answers whose pair no longer exists.

    `answers` maps pair ids to labels.
    """
    labels = {pair_id(pair): pair.label for pair in pairs}
    counts = Counter((labels[name], given) for name, given in answers.items() if name in labels)
    return counts, len(answers) - counts.total()


def read_answers(files: Sequence[Path]) -> dict[str, str]:
    """Labels by pair id. Raises ValueError for a label that is not in LABELS."""
    found: dict[str, str] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["label"] not in LABELS:
                raise ValueError(f"{file.name}: {row['label']!r} is not one of {', '.join(LABELS)}")
            found[row["id"]] = row["label"]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.blind", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("count", type=int)
    drawing.add_argument("--seed", type=int, default=0)
    drawing.add_argument("--files", type=Path, nargs="*")
    agreeing = commands.add_parser("agree")
    agreeing.add_argument("answers", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    if options.command == "draw":
        files = options.files or sorted(DATA.glob("*.jsonl"))
        for question in draw(options.count, files, seed=options.seed):
            print(json.dumps(question, ensure_ascii=False))
        return 0
    ours = read_pairs([*sorted(DATA.glob("*.jsonl")), *sorted(WRITTEN_APART.glob("*.jsonl"))])
    counts, gone = agree(read_answers(options.answers), ours)
    right = sum(count for (label, given), count in counts.items() if label == given)
    print(f"{counts.total()} pairs labelled blind: agreement {right / max(1, counts.total()):.3f}")
    for (label, given), count in sorted(counts.items()):
        if label != given:
            print(f"  ours {label}, second reader {given}: {count}")
    if gone:
        print(f"  {gone} answers are to pairs that have changed since")
    return 0


if __name__ == "__main__":
    sys.exit(main())
