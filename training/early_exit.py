"""Measure the gain of an early exit: python -m training.early_exit [--pairs N]

Fits a logistic head on the states of middle layers of the shipped judge that predicts which pairs
the full judge will call neutral; a pair with a high prediction could exit at that layer. Prints for
some layers and thresholds, on windows of WiCE's pages and on our own held-out pairs: the share of
pairs that exit, the share of the work saved, and the share of relevant pairs that would be lost.
docs/adr/0009 has the result. Needs ../shared and the training extra (onnx).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge, softmax
from claims.evidence.pairs import cut_evidence
from claims.text import clean_text
from evaluation.sets import read_sets
from training.pairs import read_pairs, split_groups

LAYERS = (4, 6, 8)
BARS = (0.8, 0.9, 0.95, 0.98)
_ALL_LAYERS = 12
_PAGES = "wice_claim_fulldoc.dev"
# Maximum length of the evidence of our own pairs, in characters.
_CHARS = 1500
# Number of WiCE claims whose windows the heads are fitted on, and number for the test windows.
_CLAIMS = (80, 120)
# Number of our own held-out pairs for the test.
_TESTS = 500
# Newton steps of the logistic regression, and its L2 penalty on the standardised states.
_STEPS = 8
_PENALTY = 300.0
# A pair counts as neutral above the first probability, and as relevant when support or refutation
# is above the second.
_NEUTRAL, _BEARS = 0.6, 0.4

Vector = npt.NDArray[np.float64]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """Output of the judge for n pairs.

    `states` has float64 (n, 2 * width) by layer; `answers` are probabilities, float32 (n, 3).
    """

    states: dict[int, Vector]
    answers: npt.NDArray[np.float32]


class LayeredJudge(OnnxJudge):
    """The shipped judge with the states of LAYERS as additional outputs of its graph."""

    def __init__(self, folder: Path) -> None:
        """Copy the judge into `folder`, add the outputs to its graph there, and load it."""
        import onnx
        from onnx import TensorProto, helper

        for path in SHIPPED_FOLDER.iterdir():
            shutil.copy(path, folder)
        graph = onnx.load(str(folder / "model.onnx"), load_external_data=False)
        graph.graph.output.extend(
            helper.make_tensor_value_info(_output(layer), TensorProto.FLOAT, None)
            for layer in LAYERS
        )
        onnx.save(graph, str(folder / "model.onnx"))
        super().__init__(folder, threads=os.cpu_count() or 1)

    def look(self, pairs: Sequence[Pair]) -> Seen:
        """Run the judge on the pairs (passage, claim), one at a time; progress on stderr."""
        states: dict[int, list[Vector]] = {layer: [] for layer in LAYERS}
        logits = []
        for number, (passage, claim) in enumerate(pairs):
            ids = np.array([self._tokenizer.encode(clean_text(passage), clean_text(claim)).ids])
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            answer, *hidden = self._session.run(None, feed)
            logits.append(answer[0])
            for layer, state in zip(LAYERS, hidden, strict=True):
                # The state of the first token, which the classifier reads, and the mean state.
                states[layer].append(np.concatenate([state[0, 0], state[0].mean(axis=0)]))
            if number % 200 == 0:
                print(f"  {number}/{len(pairs)} pairs", file=sys.stderr, flush=True)
        return Seen(
            {layer: np.array(rows, dtype=np.float64) for layer, rows in states.items()},
            softmax(np.array(logits, dtype=np.float32)),
        )


def _output(layer: int) -> str:
    return f"mpnet.encoder.layer.{layer - 1}.output.LayerNorm.out"


def fit_head(states: Vector, neutral: npt.NDArray[np.bool_]) -> tuple[Vector, float]:
    """Weights (d,) and bias of an L2-penalised logistic regression, fitted by Newton's method.

    `states` is (n, d), `neutral` (n,).
    """
    mean, spread = states.mean(axis=0), states.std(axis=0) + 1e-6
    x = np.column_stack([(states - mean) / spread, np.ones(len(states))])
    w = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(x @ w)))
        slope = x.T @ (p - neutral) + _PENALTY * w
        bend = (x.T * (p * (1 - p))) @ x + _PENALTY * np.eye(len(w))
        w = w - np.linalg.solve(bend, slope)
    weights = w[:-1] / spread
    return weights, float(w[-1] - weights @ mean)


def render(seen: Seen, heads: dict[int, tuple[Vector, float]], name: str) -> list[str]:
    """Lines of the Markdown table for one set of pairs."""
    bears = seen.answers[:, :2].max(axis=1) > _BEARS
    lines = []
    for layer, (weights, bias) in heads.items():
        sure = 1 / (1 + np.exp(-(seen.states[layer] @ weights + bias)))
        for bar in BARS:
            leave = sure >= bar
            saved = leave.mean() * (_ALL_LAYERS - layer) / _ALL_LAYERS
            lost = (leave & bears).sum() / bears.sum()
            lines.append(
                f"| {name} | {layer} | {bar} | {leave.mean():.3f} | {saved:.3f} | {lost:.3f} |"
            )
    return lines


def read_windows(shared: Path, rng: random.Random) -> tuple[list[Pair], list[Pair]]:
    """(window, claim) pairs of WiCE's pages, as `assay score` cuts them: to fit, and to test.

    The numbers of claims are in _CLAIMS; both lists are empty when `shared` does not have the set.
    """
    claims: list[list[Pair]] = []
    for labelled in read_sets(shared, most=None):
        if labelled.name == _PAGES:
            rows = list(labelled.rows)
            rng.shuffle(rows)
            claims = [
                [(item.text, row["claim"]) for item in cut_evidence(row["evidence"], row["claim"])]
                for row in rows[: sum(_CLAIMS)]
            ]
    first = [pair for pairs in claims[: _CLAIMS[0]] for pair in pairs]
    return first, [pair for pairs in claims[_CLAIMS[0] :] for pair in pairs]


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.early_exit", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--pairs", type=int, default=2000, help="pairs of ours to fit the heads on")
    options = parser.parse_args()
    rng = random.Random(5)
    trained, held = split_groups(read_pairs())
    ours = [(pair.evidence[:_CHARS], pair.claim) for pair in rng.sample(trained, options.pairs)]
    tests = [(pair.evidence[:_CHARS], pair.claim) for pair in rng.sample(held, _TESTS)]
    windows, others = read_windows(options.shared, rng)
    with tempfile.TemporaryDirectory() as folder:
        judge = LayeredJudge(Path(folder))
        seen = judge.look([*ours, *windows])
        sets = {"our own": judge.look(tests)} | ({"WiCE": judge.look(others)} if others else {})
    neutral = seen.answers[:, 2] > _NEUTRAL
    heads = {layer: fit_head(states, neutral) for layer, states in seen.states.items()}
    print("| pairs | layer | bar | leave | work saved | of those that bear, lost |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, some in sets.items():
        print("\n".join(render(some, heads, name)))


if __name__ == "__main__":
    main()
