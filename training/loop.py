"""The training loop: runs for a number of steps or of minutes, and can resume after a kill."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import softplus

from training.batches import Example, PairBatch, by_length, collate
from training.integers import find_rounding, get_rounding, set_rounding
from training.model import JudgeNet, Shape
from training.optimizer import Master
from training.sheets import Sheet, SheetBatch, collate_sheets

# Time between two checkpoints, in minutes.
CHECKPOINT_MINUTES = 10.0
# The last share of the steps or of the time, in which the learning rate falls to 0, and the number
# of steps at the start in which it rises.
COOLING = 0.5
RISING = 30
# Weight of `order_loss` beside `stance_loss`.
ORDER_WEIGHT = 0.5

Lot = Sequence[Example] | Sequence[Sheet]


class Rounding(Enum):
    """When weights and activations are rounded as the release will hold them."""

    NEVER = auto()
    COOLING = auto()  # while the learning rate falls
    ALWAYS = auto()


@dataclass(frozen=True, slots=True)
class Pace:
    """Learning rate schedule and end of training: after `steps`, or earlier after `minutes`.

    `rate` is the peak learning rate. Steps and minutes are those of all runs that resume each
    other; minutes are wall-clock time, and time in which the process was stopped counts.
    """

    rate: float
    steps: int
    minutes: float | None = None

    def share(self, step: int, spent: float) -> float:
        """The share of the training that is done: of the steps or of the minutes, the larger.

        `spent` is in seconds.
        """
        of_minutes = spent / 60 / self.minutes if self.minutes else 0.0
        return max(step / max(1, self.steps), of_minutes)

    def at(self, step: int, spent: float) -> float:
        """The learning rate of a step, after `spent` seconds."""
        cooled = min(1.0, max(0.0, 1 - self.share(step, spent)) / COOLING)
        return self.rate * min(1.0, step / RISING) * cooled

    def cools(self, step: int, spent: float) -> bool:
        """Whether the learning rate falls in this step."""
        return self.share(step, spent) > 1 - COOLING

    def left(self, step: int, spent: float) -> float:
        """Estimated minutes left after this step, `spent` seconds after the first began."""
        by_steps = spent / step * (self.steps - step) / 60
        return min(by_steps, self.minutes - spent / 60) if self.minutes else by_steps


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of all runs so far: steps, seconds, whether the learning rate is falling."""

    done: int = 0
    spent: float = 0.0
    cooling: bool = False


def train(
    net: JudgeNet,
    lots: Sequence[Lot],
    out: Path,
    pace: Pace,
    *,
    rounded: Rounding,
    keep: bool = False,
    every_minutes: float = CHECKPOINT_MINUTES,
) -> None:
    """Train on the batches `lots` and write out/judge.pt; resumes from out/partial.pt if it exists.

    `rounded` says when training is quantisation-aware. `keep` keeps the weights of each checkpoint,
    as weights-STEP.pt. `every_minutes` is the time between checkpoints. Raises ValueError when
    partial.pt is of another network.
    """
    out.mkdir(parents=True, exist_ok=True)
    partial = out / "partial.pt"
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    master = Master(net.to(device), pace.rate)
    before = resume(partial, net, master)
    if rounded is Rounding.ALWAYS:
        start_rounding(net, master, lots)
    started = saved = time.monotonic()
    now = before
    losses: list[float] = []
    for step, lot in enumerate(lots[before.done :], start=before.done + 1):
        now = replace(now, spent=before.spent + time.monotonic() - started)
        if not now.cooling and pace.cools(step, now.spent):
            now = replace(now, cooling=True)
            save(out / "plateau.pt", net, master, now)
            if rounded is Rounding.COOLING:
                start_rounding(net, master, lots)
        if pace.share(step - 1, now.spent) >= 1:
            break
        losses.append(learn(net, as_batch(lot).to(device)))
        master.step(pace.at(step, now.spent))
        now = replace(now, done=step)
        if step % 20 == 0:
            recent = sum(losses[-60:]) / len(losses[-60:])
            left = f"{pace.left(step, now.spent):.0f} min left"
            print(
                f"step {step}/{len(lots)}: loss {recent:.3f}, {left}", file=sys.stderr, flush=True
            )
        if time.monotonic() - saved > every_minutes * 60:
            saved = time.monotonic()
            save(partial, net, master, now)
            if keep:
                save(out / f"weights-{step:06}.pt", net, master, now)
    save(out / "judge.pt", net, master, now)
    partial.unlink(missing_ok=True)


def learn(net: JudgeNet, batch: PairBatch | SheetBatch) -> float:
    """Add the gradients of the batch to those of the network; returns the loss."""
    logits = batch.logits(net)
    loss = stance_loss(logits, batch.labels)
    if isinstance(batch, PairBatch) and len(batch.ordered):
        loss = loss + ORDER_WEIGHT * order_loss(logits, batch.ordered)
    loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
    return loss.item()


def resume(partial: Path, net: JudgeNet, master: Master) -> Progress:
    """Load an interrupted run with its rounding; returns its progress.

    Nothing is loaded when `partial` does not exist. Raises ValueError when it is of another
    network.
    """
    if not partial.exists():
        return Progress()
    state = torch.load(partial, weights_only=True, map_location=next(net.parameters()).device)
    try:
        weights = check_weights(net, state["weights"])
    except ValueError as error:
        raise ValueError(f"{partial}: {error}; remove it or give another --out") from error
    master.optimizer.load_state_dict(state["optimizer"])
    master.load(weights)
    if state["rounding"]:
        set_rounding(net, state["rounding"])
        master.round_from_now()
    print(f"going on after step {state['done']}", file=sys.stderr)
    return Progress(state["done"], state["spent"], state["cooling"])


def start_rounding(net: JudgeNet, master: Master, lots: Sequence[Lot]) -> None:
    """Round from now on, unless the network does so already."""
    if not get_rounding(net):
        set_rounding(net, fit_rounding(master.copies, lots, net.mpnet.shape))
        master.round_from_now()


def as_batch(lot: Lot) -> PairBatch | SheetBatch:
    """The tensors of a batch of examples or of sheets."""
    if isinstance(lot[0], Sheet):
        return collate_sheets([item for item in lot if isinstance(item, Sheet)])
    return collate([item for item in lot if isinstance(item, Example)])


def fit_rounding(
    weights: dict[str, Tensor], lots: Sequence[Lot], shape: Shape
) -> dict[str, dict[str, Tensor]]:
    """Fit the rounding of a float32 network with these weights on some 200 examples of `lots`."""
    examples = [item for lot in lots[:24] for item in lot[::4] if isinstance(item, Example)]
    net = JudgeNet(shape)
    net.load_state_dict(weights)
    find_rounding(net, [(batch.ids, batch.mask) for batch in by_length(examples, 8)])
    return get_rounding(net)


def save(path: Path, net: JudgeNet, master: Master, progress: Progress) -> None:
    """Write a checkpoint to a temporary file and rename it; a kill leaves the old file intact.

    partial.pt and plateau.pt include the state of the optimizer.
    """
    state: dict[str, object] = {
        "weights": master.copies,
        "rounding": get_rounding(net),
        **asdict(progress),
    }
    if path.name in ("partial.pt", "plateau.pt"):
        state["optimizer"] = master.optimizer.state_dict()
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def check_weights(net: JudgeNet, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights, after a check that names and shapes are those of `net`; else ValueError."""
    wanted = dict(net.named_parameters())
    if odd := wanted.keys() ^ weights.keys():
        raise ValueError(f"{len(odd)} weights are in one network only, among them {min(odd)}")
    for name, like in wanted.items():
        if weights[name].shape != like.shape:
            raise ValueError(f"{name} is {tuple(weights[name].shape)}, not {tuple(like.shape)}")
    return dict(weights)


def stance_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of logits (n, 3) and labels (n,).

    For a label of -1 (NOT_SUPPORTED) the loss is the negative log of 1 - P(SUPPORTED).
    """
    logs = torch.log_softmax(logits.float(), dim=-1)
    known = logs.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    other = torch.logsumexp(logs[:, 1:], dim=-1)
    return -torch.where(labels >= 0, known, other).mean()


def order_loss(logits: Tensor, ordered: Tensor) -> Tensor:
    """Mean loss of pairs of rows of which the first should be closer to SUPPORTED than the second.

    `logits` are (n, 3), `ordered` is int64 (pairs, 2). A contribution of the claim's wording that
    is the same for both rows cancels out.
    """
    leans = (logits[:, 0] - logits[:, 1]).float()
    return softplus(leans[ordered[:, 1]] - leans[ordered[:, 0]]).mean()
