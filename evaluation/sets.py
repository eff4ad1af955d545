"""The labelled sets for quality measurements, each with a fixed random sample.

The development sets are in ../shared and are never trained on. The repository itself holds the
groups of our own pairs that are held out from training, and files that were written for measuring
only (cases/pairs), so that every clone can measure quality.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.pairs import read_pairs, split_groups

SEED = 7
OWN = "own.held_out"
_FOLDER = Path("data", "verification", "dev")
WRITTEN_APART = Path(__file__).parent / "cases" / "pairs"
# Files measured without their NEI rows, like the public set whose style they follow.
_TWO_WAY = {"riddles"}


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A sample of rows with claim, evidence, label and group (our own pairs also have a kind).

    `of` is the number of rows of the full set. Figures can be compared only for equal `corpus`.
    """

    name: str
    rows: Sequence[dict[str, str]]
    of: int

    @property
    def corpus(self) -> str:
        """First 12 hex digits of the SHA-256 over claims, evidence and labels, in order."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update("\0".join((row["claim"], row["evidence"], row["label"])).encode())
        return digest.hexdigest()[:12]


def read_sets(shared: Path, *, most: int | None) -> Iterator[LabelledSet]:
    """Our own held-out pairs, the files of cases/pairs, then the development sets in `shared`.

    At most `most` rows of each (None: all). Development sets that are missing are left out.
    """
    _, held = split_groups(read_pairs())
    yield draw(OWN, [asdict(pair) for pair in held], most)
    for path in sorted(WRITTEN_APART.glob("*.jsonl")):
        pairs = read_pairs([path])
        if path.stem in _TWO_WAY:
            pairs = [pair for pair in pairs if pair.label != "NEI"]
        yield draw(f"own.{path.stem}", [asdict(pair) for pair in pairs], most)
    for path in sorted((shared / _FOLDER).glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        yield draw(path.name.removesuffix(".jsonl.gz"), rows, most)


def draw(name: str, rows: list[dict[str, str]], most: int | None) -> LabelledSet:
    """A random sample of at most `most` rows (None: all), the same in every run.

    Shuffles `rows` in place.
    """
    random.Random(SEED).shuffle(rows)  # noqa: S311 - a sample, no secret
    return LabelledSet(name, rows[:most], len(rows))
