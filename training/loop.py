"""The training loop: runs for a number of steps or of minutes, and can resume after a kill."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from training.batches import Example, PairBatch, by_length, collate
from training.integers import find_rounding, get_rounding, set_rounding
from training.model import JudgeNet
from training.optimizer import Master
from training.sheets import Sheet, SheetBatch, collate_sheets

# Share of the steps in which the learning rate rises, for a run limited by steps.
WARM_UP = 0.05
# Time between two checkpoints, in minutes.
CHECKPOINT_MINUTES = 10.0
# For a run limited by minutes: the last share of the time, in which the learning rate falls to 0,
# and the number of steps at the start in which it rises.
COOLING = 0.25
RISING = 30

Lot = Sequence[Example] | Sequence[Sheet]


@dataclass(frozen=True, slots=True)
class Pace:
    """Learning rate schedule and end of training: after `steps`, or earlier after `minutes`.

    `rate` is the peak learning rate. `minutes` is wall-clock time of one run; time in which the
    process was stopped counts.
    """

    rate: float
    steps: int
    minutes: float | None = None

    def share(self, spent: float) -> float:
        """The share of the minutes used after `spent` seconds; 0 without a limit in minutes."""
        return spent / 60 / self.minutes if self.minutes else 0.0

    def at(self, step: int, spent: float) -> float:
        """The learning rate of a step, `spent` seconds after the start of the run."""
        if not self.minutes:
            return self.rate * schedule(step, self.steps)
        cooled = min(1.0, max(0.0, 1 - self.share(spent)) / COOLING)
        return self.rate * min(1.0, step / RISING) * cooled

    def left(self, step: int, done: int, spent: float) -> float:
        """Estimated minutes left after `spent` seconds; this run started after `done` steps."""
        by_steps = spent / (step - done) * (self.steps - step) / 60
        return min(by_steps, self.minutes - spent / 60) if self.minutes else by_steps


def train(
    net: JudgeNet,
    lots: Sequence[Lot],
    out: Path,
    pace: Pace,
    *,
    rounded: bool,
    keep: bool = False,
    every_minutes: float = CHECKPOINT_MINUTES,
) -> None:
    """Train on the batches `lots` and write out/judge.pt; resumes from out/partial.pt if it exists.

    `rounded` turns on quantisation-aware training. `keep` keeps the weights of each checkpoint, as
    weights-STEP.pt. `every_minutes` is the time between checkpoints. Raises ValueError when
    partial.pt is of another network.
    """
    out.mkdir(parents=True, exist_ok=True)
    partial = out / "partial.pt"
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    master = Master(net.to(device), pace.rate)
    done, rounding = resume(partial, net, master)
    if rounded:
        set_rounding(net, rounding or fit_rounding(master.copies, lots))
        master.round_from_now()
    started = saved = time.monotonic()
    step, cooling = done, False
    losses: list[float] = []
    for step, lot in enumerate(lots[done:], start=done + 1):
        spent = time.monotonic() - started
        if not cooling and pace.share(spent) >= 1 - COOLING:
            cooling = True
            save(out / "plateau.pt", net, master, done=step - 1)
        if pace.share(spent) >= 1:
            step -= 1
            break
        batch = as_batch(lot).to(device)
        loss = stance_loss(batch.logits(net), batch.labels)
        loss.backward()
        master.step(pace.at(step, spent))
        losses.append(loss.item())
        if step % 20 == 0:
            left = pace.left(step, done, time.monotonic() - started)
            recent = sum(losses[-60:]) / len(losses[-60:])
            print(
                f"step {step}/{len(lots)}: loss {recent:.3f}, {left:.0f} min left",
                file=sys.stderr,
                flush=True,
            )
        if time.monotonic() - saved > every_minutes * 60:
            saved = time.monotonic()
            save(partial, net, master, done=step)
            if keep:
                save(out / f"weights-{step:06}.pt", net, master, done=step)
    save(out / "judge.pt", net, master, done=step)
    partial.unlink(missing_ok=True)


def resume(
    partial: Path, net: JudgeNet, master: Master
) -> tuple[int, dict[str, dict[str, Tensor]]]:
    """Load an interrupted run; returns the steps done and the rounding.

    Returns 0 and an empty dict when `partial` does not exist. Raises ValueError when it is of
    another network.
    """
    if not partial.exists():
        return 0, {}
    state = torch.load(partial, weights_only=True, map_location=next(net.parameters()).device)
    try:
        weights = check_weights(net, state["weights"])
    except ValueError as error:
        raise ValueError(f"{partial}: {error}; remove it or give another --out") from error
    master.optimizer.load_state_dict(state["optimizer"])
    master.load(weights)
    print(f"going on after step {state['done']}", file=sys.stderr)
    return state["done"], state["rounding"]


def as_batch(lot: Lot) -> PairBatch | SheetBatch:
    """The tensors of a batch of examples or of sheets."""
    if isinstance(lot[0], Sheet):
        return collate_sheets([item for item in lot if isinstance(item, Sheet)])
    return collate([item for item in lot if isinstance(item, Example)])


def fit_rounding(weights: dict[str, Tensor], lots: Sequence[Lot]) -> dict[str, dict[str, Tensor]]:
    """Fit the rounding of a float32 network with these weights on some 200 examples of `lots`."""
    examples = [item for lot in lots[:24] for item in lot[::4] if isinstance(item, Example)]
    net = JudgeNet()
    net.load_state_dict(weights)
    find_rounding(net, [(batch.ids, batch.mask) for batch in by_length(examples, 8)])
    return get_rounding(net)


def schedule(step: int, steps: int) -> float:
    """Learning rate factor in [0, 1]: linear warm-up, then linear decay to 0."""
    warm = max(1, math.ceil(steps * WARM_UP))
    return step / warm if step <= warm else max(0.0, (steps - step) / (steps - warm))


def save(path: Path, net: JudgeNet, master: Master, *, done: int) -> None:
    """Write a checkpoint to a temporary file and rename it; a kill leaves the old file intact.

    partial.pt and plateau.pt include the state of the optimizer.
    """
    state: dict[str, object] = {
        "weights": master.copies,
        "rounding": get_rounding(net),
        "done": done,
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
