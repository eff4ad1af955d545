"""Train the judge: our own pairs, their variants and a share of public ones.

    python -m training.judge pages [--start FOLDER] [--out FOLDER]      (make train-judge runs both)
    python -m training.judge pairs [--start FILE] [--out FOLDER]

Starts from the released judge before. `pages` reads pages with all their claims, as sheets
(training/sheets.py). `pairs` goes on from there with a share of all pairs one by one, with weights
and activations rounded as integers will round them. Each writes a checkpoint, judge.pt, the second
of which training/export.py turns into what ships. Interrupted, either goes on from its last
checkpoint. A GPU is used where there is one; on two cores each takes three quarters of an hour or
more, and says how much is left.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from claims.entailment.onnx import SHIPPED_FOLDER
from training.batches import Example, PairBatch, by_length, collate, cut_batches, tokenize
from training.compose import compose
from training.integers import find_rounding, get_rounding, set_rounding
from training.model import JudgeNet
from training.optimizer import Master
from training.pairs import DATA, Pair, read_pairs, split_groups
from training.public import FOLDER, MIXTURE, draw_public, draw_public_pages
from training.release import read_release
from training.sheets import Sheet, SheetBatch, collate_sheets, make_sheets

PREVIOUS = SHIPPED_FOLDER
LEARNING_RATE = 4e-5
WARM_UP = 0.05
# The lowest layers, already tuned to the task by the release before, stay as they are: a step then
# takes three quarters of the time.
FROZEN = 4
# Own pairs that are read one by one, beside those of --whole, and of the public mixture.
PAIRS = 6000
PUBLIC_SHARE = 0.25
# Share of what each part that is trained adds to the states, left out at random.
DROPOUT = 0.1
CHECKPOINT_MINUTES = 10

Lot = Sequence[Example] | Sequence[Sheet]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.judge", description=__doc__)
    parser.add_argument("stage", choices=["pages", "pairs"])
    parser.add_argument("--start", type=Path, default=PREVIOUS, help="released judge or checkpoint")
    parser.add_argument("--out", type=Path, default=Path("build/judge"), help="checkpoint folder")
    parser.add_argument("--data", type=Path, nargs="*", help="files of pairs (default: all)")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="peak learning rate")
    parser.add_argument("--frozen", type=int, default=FROZEN, help="layers left as they start")
    parser.add_argument("--dropout", type=float, default=DROPOUT, help="share of states left out")
    parser.add_argument("--steps", type=int, help="at most so many")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="own pairs read one by one")
    parser.add_argument("--whole", nargs="*", default=[], help="files read whole beside them")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if not FOLDER.is_dir():
        parser.error(f"{FOLDER} is not there: put the shared folder beside the repository")
    torch.manual_seed(options.seed)
    own, _ = split_groups(read_pairs(options.data or sorted(DATA.glob("*.jsonl"))))
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    lots: Sequence[Lot] = (
        plan_pages(own, tokenizer, seed=options.seed)
        if options.stage == "pages"
        else plan_pairs(own, tokenizer, options.pairs, whole=options.whole, seed=options.seed)
    )[: options.steps]
    print(f"{len(own)} own pairs; {len(lots)} steps", file=sys.stderr)
    net = JudgeNet()
    net.load_state_dict(load_start(options.start))
    freeze(net, options.frozen)
    set_dropout(net, options.dropout)
    train(net, lots, options.out, rate=options.rate, rounded=options.stage == "pairs")
    return 0


def plan_pages(own: Sequence[Pair], tokenizer: Tokenizer, *, seed: int) -> list[Sequence[Sheet]]:
    """The own pairs and a share of public ones, as sheets."""
    pairs = [*own, *draw_public_pages(seed=seed)]
    print(f"as sheets: {count_sources(pairs)}", file=sys.stderr)
    sheets = make_sheets(pairs, tokenizer, seed=seed)
    return list(cut_batches(sheets, lambda sheet: len(sheet.ids), seed=seed))


def plan_pairs(
    own: Sequence[Pair], tokenizer: Tokenizer, count: int, *, whole: Sequence[str], seed: int
) -> list[Sequence[Example]]:
    """Own pairs with their variants, those of the files named in `whole` (by their stem) and
    `count` of the others, and some of the public mixture, one by one."""
    parts: dict[bool, list[Pair]] = {True: [], False: []}
    for pair in own:
        parts[pair.group.split(":")[0] in whole].append(pair)
    some = random.Random(f"last {seed}").sample(parts[False], min(count, len(parts[False])))
    public = draw_public(seed=seed + 1000, scale=PUBLIC_SHARE)
    pairs = [*compose([*parts[True], *some], seed=seed), *public]
    print(f"one by one: {count_sources(pairs)}", file=sys.stderr)
    examples = tokenize(tokenizer, pairs)
    return list(cut_batches(examples, lambda example: len(example.ids), seed=seed))


def count_sources(pairs: Sequence[Pair]) -> str:
    """How many pairs are our own and from each public set, as the model card has them."""
    counts = Counter(pair.kind if pair.kind in MIXTURE else "own" for pair in pairs)
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


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


def set_dropout(net: JudgeNet, share: float) -> None:
    """Leave out, at random, `share` of what each part that is trained adds to the states."""
    for part in net.modules():
        trained = any(weight.requires_grad for weight in part.parameters())
        if trained and isinstance(dropout := getattr(part, "dropout", None), nn.Dropout):
            dropout.p = share


def stance_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy; a label of -1 asks only that SUPPORTED be unlikely."""
    logs = torch.log_softmax(logits.float(), dim=-1)
    known = logs.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    other = torch.logsumexp(logs[:, 1:], dim=-1)
    return -torch.where(labels >= 0, known, other).mean()


def train(net: JudgeNet, lots: Sequence[Lot], out: Path, *, rate: float, rounded: bool) -> None:
    """Through the lots into out/judge.pt, going on from out/partial.pt if it is there.

    `rounded`: the network rounds to integers all the while.
    """
    out.mkdir(parents=True, exist_ok=True)
    partial = out / "partial.pt"
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    master = Master(net.to(device), rate)
    done = 0
    rounding: dict[str, dict[str, Tensor]] = {}
    if partial.exists():
        state = torch.load(partial, weights_only=True, map_location=device)
        done, rounding = state["done"], state["rounding"]
        master.optimizer.load_state_dict(state["optimizer"])
        master.load(state["weights"])
        print(f"going on after step {done}", file=sys.stderr)
    if rounded:
        set_rounding(net, rounding or fit_rounding(master.copies, lots))
        master.round_from_now()
    started = saved = time.monotonic()
    losses: list[float] = []
    for step, lot in enumerate(lots[done:], start=done + 1):
        batch = as_batch(lot).to(device)
        loss = stance_loss(batch.logits(net), batch.labels)
        loss.backward()
        master.step(rate * schedule(step, len(lots)))
        losses.append(loss.item())
        if step % 20 == 0:
            left = (time.monotonic() - started) / (step - done) * (len(lots) - step) / 60
            recent = sum(losses[-60:]) / len(losses[-60:])
            print(
                f"step {step}/{len(lots)}: loss {recent:.3f}, {left:.0f} min left", file=sys.stderr
            )
        if time.monotonic() - saved > CHECKPOINT_MINUTES * 60:
            saved = time.monotonic()
            save(partial, net, master, done=step)
    save(out / "judge.pt", net, master, done=len(lots))
    partial.unlink(missing_ok=True)


def as_batch(lot: Lot) -> PairBatch | SheetBatch:
    """The tensors of a lot of either kind."""
    if isinstance(lot[0], Sheet):
        return collate_sheets([item for item in lot if isinstance(item, Sheet)])
    return collate([item for item in lot if isinstance(item, Example)])


def fit_rounding(weights: dict[str, Tensor], lots: Sequence[Lot]) -> dict[str, dict[str, Tensor]]:
    """Ranges of the integers, from what some 200 examples make of the network in float32."""
    examples = [item for lot in lots[:24] for item in lot[::4] if isinstance(item, Example)]
    net = JudgeNet()
    net.load_state_dict(weights)
    find_rounding(net, [(batch.ids, batch.mask) for batch in by_length(examples, 8)])
    return get_rounding(net)


def schedule(step: int, steps: int) -> float:
    """Linear up over the warm-up, linear down to nothing."""
    warm = max(1, math.ceil(steps * WARM_UP))
    return step / warm if step <= warm else max(0.0, (steps - step) / (steps - warm))


def save(path: Path, net: JudgeNet, master: Master, *, done: int) -> None:
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
