"""Measure checkpoints of a training: python -m training.curve CHECKPOINT ... [--events N]

Prints a line of a Markdown table for each checkpoint, or for the released judge in a folder, so
that the lines form a learning curve. The bare network is measured, which takes a few minutes for
each checkpoint:

- turned claims of all mirrors for measuring (training/mirrors.py) against their deciding
  paragraphs: the shares right, right in the event and in the mirror, and with the higher score on
  the supporting side;
- claims of N events with a mirror against the passages that the service would judge, read together
  (training/families.py): right in events, in mirrors, in both, and in both for turned claims;
- the area under the curve of SUPPORTED against REFUTED by the claim alone, without any page;
- small samples of other sets: whole pages of WiCE (area under the curve of support),
  FEVER-symmetric and our own held-out groups (accuracy).

No data measured here are ever used for training.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from evaluation.metrics import accuracy, area_under_curve
from evaluation.real.asking import pick_mirrored
from evaluation.real.mirrored import measure_turned
from evaluation.sets import OWN, read_sets
from training.batches import MAX_TOKENS_TOGETHER, by_length, tokenize
from training.events import Event, EventClaim, EventPage, deciding_text
from training.families import MOST_CHARACTERS, Windows, put_together, take_best
from training.integers import set_rounding
from training.judge import PREVIOUS, load_start
from training.loop import check_weights
from training.mirrors import DECIDED, Mirrored, turned
from training.model import JudgeNet
from training.optimizer import Master
from training.pairs import LABELS, Pair

EVENTS = 16
# Rows of each of the other sets.
ROWS = {"wice_claim_fulldoc.dev": 120, "fever_symmetric_v0.2.dev": 200, OWN: 240}
_COLUMNS = (
    "steps | paragraphs | both | order | events | mirrors | both | turned, both | claim alone"
    " | WiCE pages | FEVER-symmetric | own unseen"
)
_AT_ONCE = 8

Rows = npt.NDArray[np.float64]


class Network:
    """A checkpoint, or a released judge, that scores pairs; rounded if the checkpoint is."""

    def __init__(self, path: Path) -> None:
        state = torch.load(path, weights_only=True) if path.is_file() else {}
        self.steps = int(state.get("done", 0))
        self._net = JudgeNet()
        weights = state["weights"] if state else load_start(path)
        self._net.load_state_dict(check_weights(self._net, weights))
        master = Master(self._net, 0.0)
        if state.get("rounding"):
            set_rounding(self._net, state["rounding"])
            master.round_from_now()
        self._net.eval()
        self._tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))

    @torch.no_grad()
    def score(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Probabilities of support, refutation and neither for (evidence, claim), (n, 3)."""
        rows = [Pair(claim, evidence, "NEI", "", "") for evidence, claim in pairs]
        examples = tokenize(self._tokenizer, rows, most=MAX_TOKENS_TOGETHER)
        order = sorted(range(len(examples)), key=lambda row: len(examples[row].ids))
        found = np.zeros((len(pairs), len(LABELS)))
        done = 0
        for batch in by_length(examples, _AT_ONCE):
            some = order[done : done + len(batch.labels)]
            found[some] = torch.softmax(batch.logits(self._net).float(), dim=1).numpy()
            done += len(some)
        return found


def read_together(event: Event) -> list[tuple[str, str]]:
    """(evidence, claim) of the event's claims, with the passages that would be judged together."""
    windows = Windows(event)
    return [
        (put_together(take_best(windows.rank(claim.claim))), claim.claim) for claim in event.claims
    ]


def measure_paragraphs(net: Network, mirrored: Sequence[Mirrored]) -> list[float]:
    """Shares of turned claims: right, right in both, in the right order."""
    asked = [
        (deciding_text(event, claim.quotes), claim)
        for one in mirrored
        for claims in turned(one)
        for event, claim in zip((one.event, one.mirror), claims, strict=True)
    ]
    rows = net.score([(evidence, claim.claim) for evidence, claim in asked])
    found = measure_turned([claim.label == "SUPPORTED" for _, claim in asked], rows.tolist())
    return [found.right, found.both, found.order]


def measure_together(net: Network, mirrored: Sequence[Mirrored]) -> list[float]:
    """Shares right in events, in mirrors, in both, in both for turned claims; and claim alone."""
    claims = [claim for one in mirrored for claim in one.event.claims]
    others = [claim for one in mirrored for claim in one.mirror.claims]
    hits = [
        _hits(some, net.score([pair for event in events for pair in read_together(event)]))
        for some, events in (
            (claims, [one.event for one in mirrored]),
            (others, [one.mirror for one in mirrored]),
        )
    ]
    both = hits[0] & hits[1]
    turns = [{a.label, b.label} == DECIDED for a, b in zip(claims, others, strict=True)]
    decided = [claim for claim in claims if claim.label in DECIDED]
    alone = net.score([("", claim.claim) for claim in decided])
    area = area_under_curve(
        [claim.label == "SUPPORTED" for claim in decided], alone[:, 0] - alone[:, 1]
    )
    return [*(float(one.mean()) for one in (*hits, both, both[turns])), area]


def _hits(claims: Sequence[EventClaim], rows: Rows) -> npt.NDArray[np.bool_]:
    """Whether the most probable label is that of the claim; for a conflict it never is."""
    names = ("SUPPORTED", "REFUTED", "NOT_ENOUGH_EVIDENCE")
    answers = [names[place] for place in rows.argmax(axis=1)]
    return np.array([claim.label == name for claim, name in zip(claims, answers, strict=True)])


def measure_sets(net: Network, shared: Path) -> list[float]:
    """The figure of each set of ROWS; NaN for a missing set."""
    found = dict.fromkeys(ROWS, float("nan"))
    for labelled in read_sets(shared, most=max(ROWS.values())):
        if labelled.name in ROWS:
            found[labelled.name] = _measure_set(net, labelled.rows[: ROWS[labelled.name]])
    return list(found.values())


def _measure_set(net: Network, rows: Sequence[dict[str, str]]) -> float:
    """The area under the curve of support for labels with NOT_SUPPORTED, otherwise the accuracy; in
    a set without NEI the answer is one of two labels."""
    scores = net.score([(_best_of(row["evidence"], row["claim"]), row["claim"]) for row in rows])
    labels = [row["label"] for row in rows]
    if "NOT_SUPPORTED" in labels:
        return area_under_curve([label == "SUPPORTED" for label in labels], scores[:, 0])
    among = len(LABELS) if "NEI" in labels else len(DECIDED)
    return accuracy(labels, [LABELS[place] for place in scores[:, :among].argmax(axis=1)])


def _best_of(text: str, claim: str) -> str:
    """The text, or its best passages together if it is too long for one input."""
    if len(text) <= MOST_CHARACTERS:
        return text
    page = EventPage("page", "", "", None, "main", (text,))
    windows = Windows(Event("page", (page,), ()))
    return put_together(take_best(windows.rank(claim)) or windows.all)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m training.curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--events", type=int, default=EVENTS, help="read together, with mirrors")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    print(f"| {_COLUMNS} |\n|" + "---:|" * len(_COLUMNS.split("|")), flush=True)
    for path in options.checkpoints:
        try:
            net = Network(path)
        except (ValueError, FileNotFoundError) as error:
            parser.error(f"{path}: {error}")
        figures = [
            *measure_paragraphs(net, pick_mirrored(None)),
            *measure_together(net, pick_mirrored(options.events)),
            *measure_sets(net, options.shared),
        ]
        cells = " | ".join(f"{figure:.3f}" for figure in figures)
        print(f"| {net.steps} | {cells} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
