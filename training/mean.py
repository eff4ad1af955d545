"""The mean of judges' weights: python -m training.mean ONE OTHER ... [--share 0.5] [--out FOLDER]

Fine-tuning gains accuracy on some sets and may lose it on others. The mean of the weights before
and after keeps most of the gain and loses less (Wortsman et al., "Robust fine-tuning of zero-shot
models", CVPR 2022); the mean of the checkpoints of one run is often better than the last of them.
ONE and OTHER are checkpoints or folders of released judges; with a single OTHER, `--share` is the
weight of ONE. The rounding is fitted again, on our own training pairs. Writes a checkpoint,
judge.pt, for training/export.py.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.batches import cut_batches, tokenize
from training.judge import PREVIOUS, load_start
from training.loop import fit_rounding
from training.model import Shape
from training.pairs import read_pairs, split_groups

# Number of training pairs from which `fit_rounding` takes its examples.
_PAIRS = 1500
# Default weight of the first judge: the plain mean.
EVEN = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.mean", description=__doc__)
    parser.add_argument("one", type=Path, help="checkpoint or released judge")
    parser.add_argument("other", type=Path, nargs="+", help="checkpoint or released judge")
    parser.add_argument("--share", type=float, default=EVEN, help="of ONE, from 0 to 1")
    parser.add_argument("--out", type=Path, default=Path("build/mean"), help="checkpoint folder")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    for path in (options.one, *options.other):
        if not path.exists():
            parser.error(f"{path} is not there: give a checkpoint, or the folder of a release")
    if not 0 <= options.share <= 1:
        parser.error(f"--share {options.share}: from 0 to 1")
    if len(options.other) > 1 and options.share != EVEN:
        parser.error("--share is for two: of more each has the same")
    weights = average(map(load_start, (options.one, *options.other)), options.share)
    own, _ = split_groups(read_pairs())
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    examples = tokenize(tokenizer, random.Random(options.seed).sample(own, _PAIRS))
    lots = cut_batches(examples, lambda example: len(example.ids), seed=options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    state = {"weights": weights, "rounding": fit_rounding(weights, lots, Shape()), "done": 0}
    torch.save(state, options.out / "judge.pt")
    return 0


def average(all_weights: Iterable[dict[str, Tensor]], share: float = EVEN) -> dict[str, Tensor]:
    """The mean of two or more sets of weights; of two, `share` is the weight of the first.

    More than two have equal weight if `share` is EVEN. Takes one set at a time from the iterable,
    to save memory. Raises ValueError when they are of different networks.
    """
    some = iter(all_weights)
    mean = mix(next(some), next(some), share)
    for number, weights in enumerate(some, start=2):
        mean = mix(mean, weights, number / (number + 1))
    return mean


def mix(one: Mapping[str, Tensor], other: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """`share` * one + (1 - `share`) * other for each weight, in float32.

    Raises ValueError when the names of the weights differ.
    """
    if one.keys() != other.keys():
        raise ValueError(f"weights of one only: {sorted(one.keys() ^ other.keys())}")
    return {name: share * one[name].float() + (1 - share) * other[name].float() for name in one}


if __name__ == "__main__":
    sys.exit(main())
