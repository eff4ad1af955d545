"""Public labelled pairs for the mixture: a fixed share of each set of ../shared/data.

Only sets whose licence lets weights trained on them ship are named here; the model card lists them.
"""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

from training.pairs import Pair

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "verification" / "train"

# Set, and pairs drawn from it: enough of each that what the base learnt from it is not lost.
MIXTURE = {
    "fever_train_gold.train": 2400,
    "cad_snli.train": 900,
    "conjnli.train_auto": 300,
    "scifact_rte.train": 562,
    "fool_me_twice.dev": 1169,
    "begin_v1.test": 500,
    "summedits.part": 500,
    "bump.all": 200,
    "halueval_qa_seed.all": 250,
    "q2_wow.all": 250,
    "med.all": 150,
    "breaking_nli.test": 150,
}
# Longer evidence would take the time of several short pairs.
_MOST_WORDS = 260


def draw_public(folder: Path = FOLDER, *, seed: int = 0, scale: float = 1.0) -> list[Pair]:
    """The mixture, `scale` times its size, in a fixed order.

    Raises FileNotFoundError when `folder` does not hold the sets.
    """
    found = []
    for name, share in MIXTURE.items():
        rows = [row for row in _rows(folder / f"{name}.jsonl.gz") if _is_short(row)]
        chosen = random.Random(f"{seed} {name}").sample(rows, min(len(rows), round(share * scale)))
        found += [
            Pair(row["claim"], row["evidence"], row["label"], f"{name}:{row['group']}", name)
            for row in chosen
        ]
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _is_short(row: dict[str, str]) -> bool:
    return len(row["evidence"].split()) <= _MOST_WORDS
