"""Cases with related pages, as a search brings them: claims of FEVER with their neighbours.

A group of FEVER is what is claimed of one page of the encyclopaedia, sentence by sentence. A claim
is checked against its own evidence beside sentences that others of its group rest on: same subject,
like words, something else said. FEVER's labels do not hold here: of the claims without enough
evidence, every third is settled by a sentence of its neighbours. So all were labelled anew by
reading the sentences, without the labels and the judge in view; those on which the reader was not
sure are left out (related_labels.json).
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from claims.entailment.stances import CalibratedJudge
from claims.retrieval.rank import bm25_scores
from evaluation.composed import SIDES, Case, look_up, write_page
from evaluation.sets import read_sets

SET = "fever_train_gold.dev"
SITUATION = "among related pages"
LABELS = Path(__file__).with_name("related_labels.json")
NEIGHBOURS = 3
CLAIMS_PER_LABEL = 2


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A claim, FEVER's label, its own evidence and that of its neighbours, the nearest first."""

    claim: str
    label: str
    group: str
    evidence: tuple[str, ...]


def read_related(shared: Path, judge: CalibratedJudge) -> list[Case]:
    """The cases, if the set is there; progress on stderr."""
    rows = next((one.rows for one in read_sets(shared, most=None) if one.name == SET), ())
    labels: dict[str, str] = json.loads(LABELS.read_text(encoding="utf-8"))
    cases = []
    for number, near in enumerate(find_neighbours(rows)):
        label = labels.get(key_of(near))
        if label is None:
            continue
        pages = [write_page(text, site=f"page{n}") for n, text in enumerate(near.evidence)]
        cases.append(
            Case(
                near.group,
                look_up(near.claim, pages, judge),
                label == "SUPPORTED",
                label == "REFUTED",
                situation=SITUATION,
                kind="encyclopaedia",
                claim=near.claim,
            )
        )
        if number % 100 == 0:
            print(f"  {number} claims among related pages", file=sys.stderr, flush=True)
    return cases


def key_of(near: Neighbourhood) -> str:
    """Under which LABELS has it: its claim and the sentences that were read."""
    return sha256("\n".join((near.claim, *near.evidence)).encode()).hexdigest()[:16]


def find_neighbours(rows: Sequence[dict[str, str]]) -> Iterator[Neighbourhood]:
    """Some claims of each label of every group in which enough else is said."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    for name, group in sorted(groups.items()):
        drawn = random.Random(name).sample(group, len(group))  # noqa: S311 - a sample, no secret
        taken = dict.fromkeys(SIDES, 0)
        for row in drawn:
            related = _rank_others(row, group)
            if len(related) >= NEIGHBOURS and taken[row["label"]] < CLAIMS_PER_LABEL:
                taken[row["label"]] += 1
                evidence = (row["evidence"], *related[:NEIGHBOURS])
                yield Neighbourhood(row["claim"], row["label"], name, evidence)


def _rank_others(row: dict[str, str], group: Sequence[dict[str, str]]) -> list[str]:
    """What else the group rests on, nearest to the claim first; no part of it twice."""
    others: list[str] = []
    for other in group:
        text, known = other["evidence"], [row["evidence"], *others]
        if other["claim"] != row["claim"] and not any(text in one or one in text for one in known):
            others.append(text)
    if not others:
        return []
    scores = bm25_scores(row["claim"], others)
    return [others[number] for number in np.argsort(-scores, kind="stable")]
