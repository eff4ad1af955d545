"""The hand-made cases: their form, and how they are counted."""

from __future__ import annotations

import pytest

from evaluation.findings import CASES, KINDS, NONE, Item, read_cases, tally
from evaluation.weighing import Found, fit

RESULTS = {
    "quantity": {"match", "differs", NONE},
    "date": {"match", "differs", NONE},
    "quotation": {"verbatim", "altered", "cut", "other speaker", NONE},
    "name": {"absent", "other role", NONE},
}


@pytest.mark.parametrize("folder", [CASES, CASES / "blind"])
def test_every_case_has_its_form(folder: object) -> None:
    cases = list(read_cases(folder))  # type: ignore[arg-type]
    assert len({case["id"] for case in cases}) == len(cases)
    for case in cases:
        assert case["expected"]
        for entry in case["expected"]:
            assert entry["part"] in case["claim"]
            assert entry["result"] in RESULTS[case["kind"]]


def test_there_are_three_hundred() -> None:
    assert sum(1 for _ in read_cases(CASES)) >= 300


def test_silence_costs_recall_and_not_precision() -> None:
    items = [
        Item("a", "date", "2019", "differs", "differs"),
        Item("b", "date", "2019", "differs", NONE),
        Item("c", "date", "2019", NONE, "match"),
    ]
    (_, date, *_, everything) = tally(items)
    assert (date.precision, date.recall) == (0.5, 0.5)
    assert everything.items == 3
    assert [row.kind for row in tally(items)] == [*KINDS, "all"]


def test_weights_keep_the_sign_of_their_meaning() -> None:
    import numpy as np

    from claims.entailment.weighing import FEATURES

    rng = np.random.default_rng(0)
    features = (rng.random((200, len(FEATURES))) < 0.3).astype(float)
    logs = np.log(rng.dirichlet((1, 1, 1), 200))
    labels = tuple(rng.choice(["SUPPORTED", "REFUTED", "NEI"], 200))
    weights = fit([Found("random", logs, features, labels, np.zeros(200, dtype=int))])
    signs = np.array(list(FEATURES.values()))
    assert (weights * signs >= 0).all()
    assert (weights[signs == 0] == 0).all()
