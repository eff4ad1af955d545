"""Whether an early exit would pay: python -m training.early_exit [--pairs N]

From the middle layers of the shipped judge a logistic head is fitted that tells which pairs come
out neutral in the end; a pair it is sure of could leave there. Prints, for some layers and bars,
the share of windows of WiCE's pages and of our own held-out pairs that would leave, the part
of the whole work that this saves, and how many of the pairs that bear on their claim would be lost.
docs/adr/0009 has what came of it. Needs ../shared and the training extra (onnx).
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
from claims.scoring import cut_evidence
from claims.text import clean_text
from evaluation.sets import read_sets
from training.pairs import read_pairs, split_groups

LAYERS = (4, 6, 8)
BARS = (0.8, 0.9, 0.95, 0.98)
_ALL_LAYERS = 12
_PAGES = "wice_claim_fulldoc.dev"
_CHARS = 1500
# Claims of WiCE whose windows the heads are fitted on, and whose windows are measured.
_CLAIMS = (80, 120)
_TESTS = 500
_STEPS = 8
_PENALTY = 300.0
# A pair is neutral, or bears on its claim, from these probabilities on.
_NEUTRAL, _BEARS = 0.6, 0.4

Vector = npt.NDArray[np.float64]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the judge makes of some pairs: `states` (n, 2 * width) by layer, answers (n, 3)."""

    states: dict[int, Vector]
    answers: npt.NDArray[np.float32]


class LayeredJudge(OnnxJudge):
    """The shipped judge with the states of LAYERS as further outputs of its graph."""

    def __init__(self, folder: Path) -> None:
        """Write the changed graph into `folder`, beside copies of the weights, and load it."""
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
        """Run over the pairs, one by one; progress on stderr."""
        states: dict[int, list[Vector]] = {layer: [] for layer in LAYERS}
        logits = []
        for number, (passage, claim) in enumerate(pairs):
            ids = np.array([self._tokenizer.encode(clean_text(passage), clean_text(claim)).ids])
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            answer, *hidden = self._session.run(None, feed)
            logits.append(answer[0])
            for layer, state in zip(LAYERS, hidden, strict=True):
                # The first token, which the last layer answers from, and the mean of all.
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
    """Weights and bias of the logistic regression with least penalised loss, by Newton's method."""
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
    """Lines of the table for one set of pairs."""
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
    """Windows of WiCE's pages as `assay score` cuts them: those of 80 claims, and of 120 others."""
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
    """Fit and print."""
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
