"""Batches keep families together and say which of two rows is the more supported. Skipped without
torch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from tokenizers import Tokenizer  # noqa: E402

from training.batches import Example, collate, cut_batches, tokenize_families  # noqa: E402
from training.judge import PREVIOUS  # noqa: E402
from training.loop import order_loss  # noqa: E402
from training.pairs import Pair  # noqa: E402

SUPPORTED, REFUTED, NEI, NOT_SUPPORTED = 0, 1, 2, -1


def test_family_stays_in_one_batch_and_counts_with_all_its_rows() -> None:
    families = [tuple(Example((5,) * 10, 0) for _ in range(rows)) for rows in (3, 2, 3, 1)]
    cut = cut_batches(
        families, lambda one: max(len(e.ids) for e in one), seed=1, tokens=50, rows=len
    )
    assert sorted(len(family) for some in cut for family in some) == [1, 2, 3, 3]
    assert all(sum(map(len, some)) * 10 <= 50 for some in cut)


def test_rows_of_one_claim_are_ordered_by_how_far_they_support_it() -> None:
    labels = (REFUTED, SUPPORTED, NEI, NOT_SUPPORTED)
    examples = [Example((5, 6), label, claim=1) for label in labels]
    batch = collate([*examples, Example((5, 6), SUPPORTED, claim=2), Example((5,), REFUTED)])
    assert {tuple(row) for row in batch.ordered.tolist()} == {(1, 0), (1, 2), (2, 0), (1, 3)}


def test_order_loss_ignores_logits_common_to_both_rows() -> None:
    logits = torch.tensor([[1.0, 0.0, 0.5], [0.2, 0.4, 0.1]])
    ordered = torch.tensor([[0, 1]])
    wording = torch.tensor([3.0, -2.0, 0.0])
    assert order_loss(logits, ordered) == pytest.approx(
        float(order_loss(logits + wording, ordered))
    )
    assert order_loss(logits, ordered) < order_loss(logits, ordered.flip(1))


def test_pairs_of_one_claim_get_one_number() -> None:
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    pairs = [Pair(claim, "page", "NEI", "a:1", "x") for claim in ("one", "one", "two")]
    (first, second), (third,) = tokenize_families(tokenizer, [pairs[:2], pairs[2:]])
    assert first.claim == second.claim
    assert third.claim not in (None, first.claim)
