"""Compare the quantised forms of the judge: python -m training.costs CHECKPOINT [--pairs N]

Measures the same weights in float32, with 7-bit weights only, and with 8-bit activations: with a
fixed scale, with a scale per token, and with the mixture of both that ships
(training/integers.py). Prints for each form, in one run: accuracy on held-out groups of our own
pairs, agreement with float32, size of the weights in MB, and pairs per second.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

from training.batches import Example, by_length, tokenize
from training.export import answers, load_checkpoint, open_session
from training.integers import (
    ROW_STEPS,
    factors_by_weight,
    find_rounding,
    get_rounding,
    rounded_weight,
    set_rounding,
)
from training.judge import PREVIOUS
from training.model import JudgeNet
from training.onnx_graph import float_model, integer_model
from training.pairs import read_pairs, split_groups

# Number of training pairs that the ranges of the activations are fitted on.
_CALIBRATION_PAIRS = 160
# Shape of the random batch for the speed measurement: pairs, tokens per pair.
_BATCH, _TOKENS = 16, 128
# Number of timed runs over this batch; the fastest counts.
_RUNS = 8


def forms(net: JudgeNet, fitting: Sequence[Example]) -> Iterator[tuple[str, onnx.ModelProto]]:
    """Name and ONNX graph of each form. Changes the weights and the rounding of `net`."""
    shipped = get_rounding(net)
    yield "float32", float_model(net)
    lots = [(batch.ids, batch.mask) for batch in by_length(fitting, 8)]
    steps: dict[str, Collection[str]] = {
        "fixed steps": (),
        "a step for each token": ("attention", "mixed", "inner", "outer"),
        "steps for tokens where it matters": ROW_STEPS,
    }
    for name, row_steps in steps.items():
        find_rounding(net, lots, row_steps=row_steps)
        yield name, integer_model(net)
    if shipped:  # a checkpoint of a stage without quantisation has none
        set_rounding(net, shipped)
        yield "what ships", integer_model(net)
    weights = dict(net.named_parameters())
    with torch.no_grad():
        for name, factors in factors_by_weight(net).items():
            weights[name].copy_(rounded_weight(weights[name], factors))
    yield "7-bit weights, float32 activations", float_model(net)


def megabytes(model: onnx.ModelProto) -> float:
    """Size of the weights in MB (10^6 bytes), compressed as in the release."""
    packed = io.BytesIO()
    arrays = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.tell() / 1e6


def pairs_per_second(model: onnx.ModelProto) -> float:
    """Pairs per second in the fastest of _RUNS runs over one batch of random tokens."""
    session = open_session(model)
    ids = np.random.default_rng(0).integers(10, 30_000, (_BATCH, _TOKENS))
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    seconds = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        session.run(None, feed)
        seconds.append(time.perf_counter() - started)
    return _BATCH / min(seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.costs", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--pairs", type=int, default=600)
    options = parser.parse_args(arguments)
    own, held = split_groups(read_pairs())
    rng = random.Random(0)
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    examples = tokenize(tokenizer, rng.sample(held, min(options.pairs, len(held))))
    fitting = tokenize(tokenizer, rng.sample(own, _CALIBRATION_PAIRS))
    lots = by_length(examples, 8)
    labels = np.concatenate([batch.labels.numpy() for batch in lots])
    exact = None
    print(f"{'form':<36} {'accuracy':>8} {'agreement':>9} {'MB':>6} {'pairs/s':>8}")
    for name, model in forms(load_checkpoint(options.checkpoint), fitting):
        given = answers(model, lots).argmax(axis=1)
        exact = given if exact is None else exact
        print(
            f"{name:<36} {np.mean(given == labels):>8.4f} {np.mean(given == exact):>9.4f}"
            f" {megabytes(model):>6.1f} {pairs_per_second(model):>8.1f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
