"""The training loop: through batches, paced by steps or by the clock, resumable at any moment."""

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

WARM_UP = 0.05
CHECKPOINT_MINUTES = 10.0
# Where minutes are given: the share of them at the end in which the rate falls, and the steps at
# the beginning in which it rises.
COOLING = 0.25
RISING = 30

Lot = Sequence[Example] | Sequence[Sheet]


@dataclass(frozen=True, slots=True)
class Pace:
    """How the learning rate goes and when training ends: after `steps`, or after `minutes` of one
    run, the time in which it was stopped included."""

    rate: float
    steps: int
    minutes: float | None = None

    def share(self, spent: float) -> float:
        """The share of the minutes that is spent."""
        return spent / 60 / self.minutes if self.minutes else 0.0

    def at(self, step: int, spent: float) -> float:
        """The rate of a step, `spent` seconds after the beginning of the run."""
        if not self.minutes:
            return self.rate * schedule(step, self.steps)
        cooled = min(1.0, max(0.0, 1 - self.share(spent)) / COOLING)
        return self.rate * min(1.0, step / RISING) * cooled

    def left(self, step: int, done: int, spent: float) -> float:
        """Minutes left, from the steps of this run, which began after `done`."""
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
    """Through the lots into out/judge.pt, going on from out/partial.pt if it is there.

    `rounded`: the network rounds to integers all the while. `keep`: the weights of each checkpoint
    stay, as weights-STEP.pt. Raises ValueError when partial.pt is of another network.
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
    """Steps done and ranges of the integers of an interrupted run; 0 and none if there is none."""
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
    if path.name in ("partial.pt", "plateau.pt"):
        state["optimizer"] = master.optimizer.state_dict()
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def check_weights(net: JudgeNet, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights, if they are those of a network like `net`. Raises ValueError if not."""
    wanted = dict(net.named_parameters())
    if odd := wanted.keys() ^ weights.keys():
        raise ValueError(f"{len(odd)} weights are in one network only, among them {min(odd)}")
    for name, like in wanted.items():
        if weights[name].shape != like.shape:
            raise ValueError(f"{name} is {tuple(weights[name].shape)}, not {tuple(like.shape)}")
    return dict(weights)


def stance_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy; a label of -1 asks only that SUPPORTED be unlikely."""
    logs = torch.log_softmax(logits.float(), dim=-1)
    known = logs.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    other = torch.logsumexp(logs[:, 1:], dim=-1)
    return -torch.where(labels >= 0, known, other).mean()
