"""Which weights training updates, and where dropout applies. Skipped without torch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from training.judge import freeze, set_dropout  # noqa: E402
from training.model import JudgeNet, Shape  # noqa: E402

SMALL = Shape(vocabulary=200, width=48, heads=12, inner=(96, 96))


def test_only_what_is_trained_is_dropped_out_and_only_in_training() -> None:
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
