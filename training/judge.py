"""Train the judge: our own pairs, their variants and a share of public ones.

    python -m training.judge [--start FOLDER] [--out FOLDER]        (make train-judge)

Starts from the released judge before, goes through a fixed mixture, and writes a checkpoint that
training/export.py turns into what ships. Interrupted, it goes on from its last checkpoint. A GPU is
used where there is one; on two cores a pass takes about two hours. See docs/model-card.md.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.compose import compose
from training.integers import (
    factors_by_weight,
    find_rounding,
    get_rounding,
    rounded_table,
    rounded_weight,
    set_rounding,
)
from training.model import PADDING, JudgeNet
from training.pairs import DATA, Pair, read_pairs, split_groups
from training.public import draw_public
from training.release import read_release

PREVIOUS = Path(__file__).parents[2] / "shared" / "models" / "judge-v1"
STANCES = ("SUPPORTED", "REFUTED", "NEI")
MAX_TOKENS = 320
# Tokens of a batch, padding included: one optimiser step costs as much as 5 pairs.
BATCH_TOKENS = 4800
LEARNING_RATE = 2.5e-5
WARM_UP = 0.06
WEIGHT_DECAY = 0.01
# The lowest layers, already tuned to the task by the release before, stay as they are: a pass then
# takes three quarters of the time.
FROZEN = 4
# The last part of the pass is made with what integers leave of weights and activations.
ROUNDING_FROM = 0.5
ROUNDING_BATCHES = 24
WORDS = "mpnet.embeddings.word_embeddings.weight"
CHECKPOINT_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Example:
    """A tokenised pair; `label` is an index of STANCES, or -1 for "anything but SUPPORTED"."""

    ids: tuple[int, ...]
    label: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.judge", description=__doc__)
    parser.add_argument("--start", type=Path, default=PREVIOUS, help="released judge or checkpoint")
    parser.add_argument("--out", type=Path, default=Path("build/judge"), help="checkpoint folder")
    parser.add_argument("--data", type=Path, nargs="*", help="files of pairs (default: all)")
    parser.add_argument("--public", type=float, default=1.0, help="size of the public share")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="peak learning rate")
    parser.add_argument("--frozen", type=int, default=FROZEN, help="layers left as they start")
    parser.add_argument("--rounding-from", type=float, default=ROUNDING_FROM, metavar="SHARE")
    parser.add_argument("--passes", type=int, default=1, help="times through the own pairs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    kept, _ = split_groups(read_pairs(options.data or sorted(DATA.glob("*.jsonl"))))
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    todo: list[list[Example]] = []
    for seed in range(options.seed, options.seed + options.passes):
        public = draw_public(seed=seed, scale=options.public) if options.public else []
        print(f"pass: {len(kept)} own pairs, {len(public)} public pairs", file=sys.stderr)
        todo += batches(tokenize(tokenizer, [*compose(kept, seed=seed), *public]), seed)
    net = JudgeNet()
    net.load_state_dict(load_start(options.start))
    freeze(net, options.frozen)
    train(net, todo, options.out, rate=options.rate, rounding_from=options.rounding_from)
    return 0


def load_start(path: Path) -> dict[str, Tensor]:
    """Weights of a checkpoint file, or of the release in a folder."""
    if path.is_file():
        return dict(torch.load(path, weights_only=True)["weights"])
    return read_release(path)


def freeze(net: JudgeNet, layers: int) -> None:
    """Leave the embeddings and the lowest `layers` out of training; none when it is 0."""
    if not layers:
        return
    for part in [net.mpnet.embeddings, net.mpnet.encoder.relative_attention_bias]:
        part.requires_grad_(False)
    for layer in net.mpnet.encoder.layer[:layers]:
        layer.requires_grad_(False)


def tokenize(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Example]:
    """Examples in the order of `pairs`, cut to MAX_TOKENS from the longer side."""
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    tokenizer.no_padding()
    encodings = tokenizer.encode_batch([(pair.evidence, pair.claim) for pair in pairs])
    return [
        Example(tuple(encoding.ids), STANCES.index(pair.label) if pair.label in STANCES else -1)
        for encoding, pair in zip(encodings, pairs, strict=True)
    ]


def batches(examples: Sequence[Example], seed: int) -> list[list[Example]]:
    """Shuffled batches of at most BATCH_TOKENS, padding included, of like length each."""
    rng = random.Random(seed)
    order = list(examples)
    rng.shuffle(order)
    found: list[list[Example]] = []
    pool = 2048
    for start in range(0, len(order), pool):
        batch: list[Example] = []
        for example in sorted(order[start : start + pool], key=lambda item: len(item.ids)):
            if batch and (len(batch) + 1) * len(example.ids) > BATCH_TOKENS:
                found.append(batch)
                batch = []
            batch.append(example)
        found.append(batch)
    rng.shuffle(found)
    return found


def collate(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """(ids, mask, labels) of a batch, padded to its longest."""
    longest = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), longest), PADDING)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
    return ids, (ids != PADDING).long(), torch.tensor([example.label for example in batch])


def stance_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy; a label of -1 asks only that SUPPORTED be unlikely."""
    logs = torch.log_softmax(logits.float(), dim=-1)
    known = logs.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    other = torch.logsumexp(logs[:, 1:], dim=-1)
    return -torch.where(labels >= 0, known, other).mean()


class Master:
    """AdamW on float32 copies of a network that computes in bfloat16.

    bfloat16 throughout saves the casts that autocast makes (a third of the time on a CPU), and
    float32 copies keep the small steps that bfloat16 would round away. Once the network rounds,
    what it computes with is the copy as integers would hold it.
    """

    def __init__(self, net: JudgeNet, rate: float) -> None:
        self._net = net.bfloat16()
        self.copies = {name: p.detach().float().clone() for name, p in net.named_parameters()}
        self._moving = [name for name, p in net.named_parameters() if p.requires_grad]
        self._factors: dict[str, Tensor] = {}
        moving = [self.copies[name] for name in self._moving]
        decayed = [copy for copy in moving if copy.ndim > 1]
        plain = [copy for copy in moving if copy.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": WEIGHT_DECAY},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=rate,
            betas=(0.9, 0.98),
            fused=True,
        )

    def load(self, weights: dict[str, Tensor]) -> None:
        """Take over `weights`, in the copies and in the network."""
        for name, copy in self.copies.items():
            copy.copy_(weights[name])
        self._write(self.copies)

    def round_from_now(self) -> None:
        """The network has its `Rounded`: from here on its weights are rounded as well."""
        self._factors = factors_by_weight(self._net)
        self._write(self.copies)

    def step(self, rate: float) -> None:
        """Take the gradients of the network, move the copies, write them back."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        parameters = dict(self._net.named_parameters())
        nn.utils.clip_grad_norm_([parameters[name] for name in self._moving], 1.0)
        for name in self._moving:
            grad = parameters[name].grad
            assert grad is not None
            self.copies[name].grad = grad.float()
            parameters[name].grad = None
        self.optimizer.step()
        self._write(self._moving)

    @torch.no_grad()
    def _write(self, names: Iterable[str]) -> None:
        parameters = dict(self._net.named_parameters())
        for name in names:
            copy = self.copies[name]
            if name in self._factors:
                copy = rounded_weight(copy, self._factors[name])
            elif self._factors and name == WORDS:
                copy = rounded_table(copy)
            parameters[name].copy_(copy)


def train(
    net: JudgeNet,
    todo: Sequence[Sequence[Example]],
    out: Path,
    *,
    rate: float,
    rounding_from: float,
) -> None:
    """Through the batches into out/judge.pt, going on from out/partial.pt if it is there.

    From `rounding_from` (a share of the steps) on the network rounds to integers.
    """
    out.mkdir(parents=True, exist_ok=True)
    partial = out / "partial.pt"
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    master = Master(net.to(device), rate)
    done = 0
    if partial.exists():
        state = torch.load(partial, weights_only=True, map_location=device)
        done = state["done"]
        master.optimizer.load_state_dict(state["optimizer"])
        master.load(state["weights"])
        if state["rounding"]:
            set_rounding(net, state["rounding"])
            master.round_from_now()
        print(f"going on after step {done}", file=sys.stderr)
    turn = math.ceil(rounding_from * len(todo))
    rounds = bool(get_rounding(net))
    started = saved = time.monotonic()
    losses: list[float] = []
    for step, batch in enumerate(todo[done:], start=done + 1):
        if step > turn and not rounds:
            print(f"step {step}: rounding from here", file=sys.stderr)
            some = [example for lot in todo[:ROUNDING_BATCHES] for example in lot[::4]]
            set_rounding(net, fit_rounding(master.copies, some))
            master.round_from_now()
            rounds = True
        ids, mask, labels = (tensor.to(device) for tensor in collate(batch))
        loss = stance_loss(net(ids, mask), labels)
        loss.backward()
        master.step(rate * _schedule(step, len(todo)))
        losses.append(loss.item())
        if step % 20 == 0:
            left = (time.monotonic() - started) / (step - done) * (len(todo) - step) / 60
            recent = sum(losses[-60:]) / len(losses[-60:])
            print(
                f"step {step}/{len(todo)}: loss {recent:.3f}, {left:.0f} min left", file=sys.stderr
            )
        if time.monotonic() - saved > CHECKPOINT_MINUTES * 60:
            saved = time.monotonic()
            _save(partial, net, master, done=step)
    _save(out / "judge.pt", net, master, done=len(todo))
    partial.unlink(missing_ok=True)


def fit_rounding(
    weights: dict[str, Tensor], examples: Sequence[Example]
) -> dict[str, dict[str, Tensor]]:
    """Ranges of the integers, from what `examples` make of the network in float32."""
    net = JudgeNet()
    net.load_state_dict(weights)
    ordered = sorted(examples, key=lambda example: len(example.ids))
    find_rounding(net, [collate(ordered[n : n + 8])[:2] for n in range(0, len(ordered), 8)])
    return get_rounding(net)


def _schedule(step: int, steps: int) -> float:
    """Linear up over the warm-up, linear down to nothing."""
    warm = max(1, math.ceil(steps * WARM_UP))
    return step / warm if step <= warm else max(0.0, (steps - step) / (steps - warm))


def _save(path: Path, net: JudgeNet, master: Master, *, done: int) -> None:
    """Written beside and moved into place, so that a kill leaves the last one whole."""
    state: dict[str, object] = {
        "weights": master.copies,
        "rounding": get_rounding(net),
        "done": done,
    }
    if path.name == "partial.pt":
        state["optimizer"] = master.optimizer.state_dict()
    beside = path.with_suffix(".new")
    torch.save(state, beside)
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
