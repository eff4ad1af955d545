"""Variants made by rules keep or change the label correctly."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from training.compose import RULES, SHARES, PageStock, compose
from training.pairs import Pair

BRIDGE = Pair(
    "The bridge in Kelm cost 47 million crowns.",
    "Kelm opened its bridge. It cost 47 million crowns, Ada Holm told Ivo Brandt.",
    "SUPPORTED",
    "x:1",
    "quantity",
)
SPEAKER = Pair(
    "Ada Holm spoke about the bridge in Kelm.", BRIDGE.evidence, "SUPPORTED", "x:1", "speaker"
)
OTHER = Pair("Rain fell in Orm.", "Rain fell in Orm all day. Fields are wet.", "NEI", "x:2", "k")
PAGES = PageStock([BRIDGE, SPEAKER, OTHER])


def apply(rule: str, pair: Pair, seed: int = 0) -> Pair | None:
    return RULES[rule](pair, PAGES, random.Random(seed))


@pytest.mark.parametrize("rule", ["surrounded", "joined", "dressed"])
@pytest.mark.parametrize("seed", range(5))
def test_boilerplate_around_the_evidence_keeps_label_and_claim(rule: str, seed: int) -> None:
    varied = apply(rule, BRIDGE, seed)
    assert varied is not None
    assert (varied.label, varied.claim, varied.group) == (BRIDGE.label, BRIDGE.claim, "x:1")
    assert BRIDGE.evidence in varied.evidence
    assert varied.evidence != BRIDGE.evidence


@pytest.mark.parametrize("seed", range(10))
def test_another_figure_in_the_page_refutes_the_claim(seed: int) -> None:
    varied = apply("altered", BRIDGE, seed)
    assert varied is not None
    assert varied.label == "REFUTED"
    assert varied.claim == BRIDGE.claim
    assert " 47 " not in varied.evidence
    assert len(varied.evidence) == len(BRIDGE.evidence)


def test_figure_is_altered_only_if_it_occurs_once() -> None:
    assert apply("altered", OTHER) is None
    twice = Pair(BRIDGE.claim, BRIDGE.evidence + " 47 ships passed.", "SUPPORTED", "x:1", "k")
    assert apply("altered", twice) is None
    part = Pair("It cost 4 crowns.", "It cost 4,500 crowns.", "SUPPORTED", "x:1", "k")
    assert apply("altered", part) is None


def test_exchanged_names_remove_the_support() -> None:
    varied = apply("swapped", SPEAKER)
    assert varied is not None
    assert varied.label == "NOT_SUPPORTED"
    assert "Ivo Brandt told Ada Holm" in varied.evidence
    assert apply("swapped", OTHER) is None


def test_page_of_another_group_gives_nei() -> None:
    varied = apply("elsewhere", BRIDGE)
    assert varied is not None
    assert (varied.label, varied.evidence) == ("NEI", OTHER.evidence)


def test_the_same_seed_gives_the_same_pairs_in_the_same_order() -> None:
    many = [BRIDGE, SPEAKER, OTHER] * 200
    first = compose(many, seed=1)
    assert first == compose(many, seed=1) != compose(many, seed=2)
    changed = Counter(a != b for a, b in zip(many, first, strict=True))
    assert 0.2 * len(many) < changed[True] < (sum(SHARES.values()) + 0.1) * len(many)
    assert all(a.claim == b.claim for a, b in zip(many, first, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_a_claim_of_two_parts_is_supported_only_if_both_are(seed: int) -> None:
    labels = {"SUPPORTED": "It cost 47 million crowns.", "NEI": "The mayor paid for it."}
    labels["REFUTED"] = "It cost 50 million crowns."
    about = [BRIDGE, *(Pair(c, BRIDGE.evidence, y, "x:1", "k") for y, c in labels.items())]
    pages = PageStock([*about, OTHER])
    for pair in about:
        varied = RULES["added"](pair, pages, random.Random(seed))
        assert varied is not None
        parts = [one for one in about if one.claim.rstrip(".")[1:] in varied.claim]
        assert len(parts) == 2
        found = {one.label for one in parts}
        expected = "REFUTED" if "REFUTED" in found else "NEI" if "NEI" in found else "SUPPORTED"
        assert varied.label == expected
    assert RULES["added"](OTHER, pages, random.Random(seed)) is None


def test_added_parts_may_come_from_other_pages() -> None:
    whole = Pair("It rained.", OTHER.evidence, "SUPPORTED", "x:2", "k")
    varied = compose([OTHER], shares={"added": 1.0}, pages=PageStock([OTHER, whole]))
    assert varied[0].label == "NEI"
    assert compose([OTHER], shares={"added": 1.0}) == [OTHER]
