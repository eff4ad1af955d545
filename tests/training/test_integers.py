"""Rounding in training matches the exported integers. Skipped without torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from training.batches import Example, by_length  # noqa: E402
from training.export import answers, write_release  # noqa: E402
from training.integers import (  # noqa: E402
    WEIGHT_LEVELS,
    factors_by_weight,
    find_rounding,
    get_rounding,
    rounded_table,
    rounded_weight,
    set_rounding,
    weight_levels,
)
from training.model import JudgeNet, Shape  # noqa: E402
from training.onnx_graph import float_model, integer_model  # noqa: E402

SMALL = Shape(vocabulary=200, width=48, heads=12, inner=(96, 96, 96))
EXAMPLES = [
    Example(tuple(np.random.default_rng(n).integers(2, 200, 5 + n).tolist()), n % 3)
    for n in range(40)
]


@pytest.fixture
def net() -> JudgeNet:
    torch.manual_seed(2)
    net = JudgeNet(SMALL).eval()
    # One channel is far larger than the others, as in trained networks.
    with torch.no_grad():
        net.mpnet.encoder.layer[0].output["LayerNorm"].weight[7] = 30.0
    return net


def test_float32_graph_gives_the_answers_of_the_network(net: JudgeNet) -> None:
    lots = by_length(EXAMPLES, 8)
    with torch.no_grad():
        expected = np.concatenate([lot.logits(net).numpy() for lot in lots])
    np.testing.assert_allclose(answers(float_model(net), lots), expected, atol=1e-4)


def test_integer_graph_gives_the_answers_of_the_rounding_network(net: JudgeNet) -> None:
    lots = by_length(EXAMPLES, 8)
    find_rounding(net, [(lot.ids, lot.mask) for lot in lots])
    whole = answers(integer_model(net), lots)
    exact = answers(float_model(net), lots)
    factors = factors_by_weight(net)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if name in factors:
                weight.copy_(rounded_weight(weight, factors[name]))
        table = net.mpnet.embeddings.word_embeddings.weight
        table.copy_(rounded_table(table))
        rounded = np.concatenate([lot.logits(net).numpy() for lot in lots])
    # Not exactly equal: a value halfway between two levels may be rounded either way.
    assert np.abs(whole - rounded).mean() < 0.3 * np.abs(whole - exact).mean()


def test_answer_to_a_pair_is_independent_of_its_batch(net: JudgeNet) -> None:
    find_rounding(net, [(lot.ids, lot.mask) for lot in by_length(EXAMPLES, 8)])
    model = integer_model(net)
    alone = np.concatenate([answers(model, [lot]) for lot in by_length(EXAMPLES, 1)])
    together = answers(model, by_length(EXAMPLES, 40))
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_levels_stay_within_seven_bits_and_near_the_weight() -> None:
    weight, factors = torch.randn(5, 30), torch.rand(30) + 0.5
    levels, steps = weight_levels(weight, factors)
    assert levels.abs().max() == WEIGHT_LEVELS
    error = (rounded_weight(weight, factors) - weight).abs() * factors
    assert (error <= steps[:, None] / 2 + 1e-6).all()


def test_rounding_survives_a_checkpoint(net: JudgeNet) -> None:
    assert get_rounding(net) == {}
    find_rounding(net, [(lot.ids, lot.mask) for lot in by_length(EXAMPLES, 8)])
    other = JudgeNet(SMALL).eval()
    other.load_state_dict(dict(net.named_parameters()), strict=False)
    set_rounding(other, get_rounding(net))
    (lot,) = by_length(EXAMPLES[:8], 8)
    with torch.no_grad():
        assert torch.equal(lot.logits(other), lot.logits(net))


def test_a_release_is_a_graph_with_its_weights_beside_it(net: JudgeNet, tmp_path: Path) -> None:
    find_rounding(net, [(lot.ids, lot.mask) for lot in by_length(EXAMPLES, 8)])
    write_release(integer_model(net), tmp_path)
    weights = list(tmp_path.glob("weights-*.npz"))
    assert weights
    with np.load(weights[0]) as arrays:
        assert arrays["words"].dtype == np.int8
