"""Public labelled pairs for the training mixture: a fixed number from each set of ../shared/data.

Contains only sets whose licence allows the release of weights trained on them; the model card lists
them.
"""

from __future__ import annotations

import gzip
import json
import random
from functools import cache
from pathlib import Path

from training.pairs import Pair

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "verification" / "train"

# Number of pairs drawn from each set: enough that the accuracy of the base model on it is kept.
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
# Number of pairs from each set for training on sheets, which take more pairs in the same time.
PAGES = {
    "fever_train_gold.train": 14000,
    "cad_snli.train": 3000,
    "conjnli.train_auto": 300,
    "scifact_rte.train": 562,
    "fool_me_twice.dev": 1169,
    "begin_v1.test": 700,
    "summedits.part": 400,
    "bump.all": 100,
    "halueval_qa_seed.all": 150,
    "q2_wow.all": 150,
    "med.all": 150,
    "breaking_nli.test": 150,
}
# Maximum length of the evidence, in words; a longer pair takes the time of several short ones.
_MOST_WORDS = 260
# Maximum number of claims with the same label per page, for sheets.
_MOST_OF_A_LABEL = 3


def draw_public(folder: Path = FOLDER, *, seed: int = 0, scale: float = 1.0) -> list[Pair]:
    """The mixture with `scale` times its number of pairs, in a fixed order.

    Raises FileNotFoundError when `folder` does not hold the sets.
    """
    found = []
    for name, share in MIXTURE.items():
        rows = [row for row in _rows(folder / f"{name}.jsonl.gz") if _is_short(row)]
        chosen = random.Random(f"{seed} {name}").sample(rows, min(len(rows), round(share * scale)))
        found += [_pair(name, row) for row in chosen]
    return found


def draw_public_pages(folder: Path = FOLDER, *, seed: int = 0) -> list[Pair]:
    """The pairs of PAGES, grouped by evidence; evidence with more different labels comes first.

    Raises FileNotFoundError when `folder` does not hold the sets.
    """
    found: list[Pair] = []
    for name, share in PAGES.items():
        rng = random.Random(f"{seed} {name}")
        by_evidence: dict[str, list[dict[str, str]]] = {}
        for row in _rows(folder / f"{name}.jsonl.gz"):
            if _is_short(row):
                by_evidence.setdefault(row["evidence"], []).append(row)
        pages = list(by_evidence.values())
        rng.shuffle(pages)
        pages.sort(key=lambda rows: len({row["label"] for row in rows}), reverse=True)
        taken = 0
        for rows in pages:
            if taken >= share:
                break
            of_label: dict[str, list[dict[str, str]]] = {}
            for row in rng.sample(rows, len(rows)):
                of_label.setdefault(row["label"], []).append(row)
            some = [row for one in of_label.values() for row in one[:_MOST_OF_A_LABEL]]
            # All pairs of a page get one group: `make_sheets` makes a sheet per group and page.
            found += [_pair(name, {**row, "group": rows[0]["group"]}) for row in some]
            taken += len(some)
    return found


def _pair(name: str, row: dict[str, str]) -> Pair:
    return Pair(row["claim"], row["evidence"], row["label"], f"{name}:{row['group']}", name)


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _is_short(row: dict[str, str]) -> bool:
    return len(row["evidence"].split()) <= _MOST_WORDS
