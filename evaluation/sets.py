"""The labelled sets that quality is measured on, each with a fixed random sample.

The development sets lie in ../shared and are never trained on. In the repository, so that every
clone can measure something, are the groups of our own pairs that training leaves out, and files
that were written for measuring alone (cases/pairs).
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
# A choice between two, as in the set after whose manner it was written.
_TWO_WAY = {"riddles"}


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Rows with claim, evidence, label and group, our own also with kind; drawn from `of`.

    Figures compare only within one `corpus`: a hash over the rows drawn.
    """

    name: str
    rows: Sequence[dict[str, str]]
    of: int

    @property
    def corpus(self) -> str:
        """Short hash over claims, evidence and labels, in order."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update("\0".join((row["claim"], row["evidence"], row["label"])).encode())
        return digest.hexdigest()[:12]


def read_sets(shared: Path, *, most: int | None) -> Iterator[LabelledSet]:
    """Our own pairs: held out, then written apart; then the development sets, if they are there.

    At most `most` rows of each (None: all).
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
    """A random sample of rows, the same each time (None: all, in that order)."""
    random.Random(SEED).shuffle(rows)  # noqa: S311 - a sample, no secret
    return LabelledSet(name, rows[:most], len(rows))
