"""Which weights training updates, and where dropout applies. Skipped without torch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from tokenizers import Tokenizer  # noqa: E402

from training.families import FamilyMaker  # noqa: E402
from training.judge import PREVIOUS, freeze, plan_mirrors, set_dropout  # noqa: E402
from training.mirrors import read_mirrored_for_training  # noqa: E402
from training.model import JudgeNet, Shape  # noqa: E402
from training.pairs import DATA, read_pairs  # noqa: E402
from training.public import FOLDER  # noqa: E402

SMALL = Shape(vocabulary=200, width=48, heads=12, inner=(96, 96))


def test_dropout_applies_to_trained_layers_in_training_only() -> None:
    torch.manual_seed(3)
    net = JudgeNet(SMALL)
    ids = torch.randint(2, 200, (2, 9))
    mask = torch.ones_like(ids)
    whole = net(ids, mask)
    freeze(net, 1)
    set_dropout(net, 0.5)
    first, second = net.mpnet.encoder.layer
    assert (first.dropout.p, first.attention.dropout.p, net.mpnet.embeddings.dropout.p) == (0, 0, 0)
    assert (second.dropout.p, second.attention.dropout.p) == (0.5, 0.5)
    assert not torch.allclose(net(ids, mask), whole)
    assert torch.allclose(net.eval()(ids, mask), whole)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared folder is not there")
def test_batches_of_mirrors_have_several_labels_per_claim_and_are_reproducible() -> None:
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    maker = FamilyMaker(read_mirrored_for_training(3))
    own = read_pairs([DATA / "ba.jsonl"])[:200]
    lots, again = (
        plan_mirrors(maker, own, tokenizer, steps=60, tokens=2000, seed=1) for _ in range(2)
    )
    assert lots == again
    assert len(lots) == 60
    assert all(len(lot) * max(len(one.ids) for one in lot) <= 2000 for lot in lots)
    labels: dict[int | None, set[int]] = {}
    for lot in lots:
        for one in lot:
            labels.setdefault(one.claim, set()).add(one.label)
    assert sum(len(some) > 1 for some in labels.values()) > 100
