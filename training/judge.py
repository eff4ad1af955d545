"""Train the judge: our own pairs, their variants and a share of public ones.

    python -m training.judge pages [--start FOLDER] [--out FOLDER]      (make train-judge runs both)
    python -m training.judge pairs [--start FILE] [--out FOLDER]
    python -m training.judge events --scores FILE [--minutes N] [--start FILE] [--out FOLDER]
    python -m training.judge mirrors [--steps N] [--start FILE] [--out FOLDER]

The stages start from the previous release:

- `pages` trains on pages with all their claims, as sheets (training/sheets.py);
- `pairs` continues with a share of all pairs, one by one, with weights and activations rounded to
  the integers of the release;
- `events`, also rounded, trains on pairs cut from events (training/event_pairs.py), those of
  ROUND_FILES, our other own pairs and public pairs; pairs that the judge gets wrong are drawn more
  often (training/scores.py);
- `mirrors` trains on families of claims of events (training/families.py) and of our own pairs, on
  squares (training/squares.py) and on public pairs; it rounds only while the learning rate falls.

Each stage writes a checkpoint, judge.pt, which training/export.py turns into a release. After an
interruption, even by kill -9, it resumes from partial.pt, which is written every ten minutes. The
learning rate is constant until the last half of the steps (with `--minutes`, of the time), in
which it falls to zero; plateau.pt is the checkpoint before it falls, from which training can
continue. A GPU is used if there is one; on two cores a stage takes 45 minutes or more, and prints
the remaining time.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from pickle import UnpicklingError

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from claims.entailment.onnx import SHIPPED_FOLDER
from training.batches import (
    BATCH_TOKENS,
    Example,
    cut_batches,
    tokenize,
    tokenize_families,
)
from training.compose import PARTS, PageStock, compose
from training.event_pairs import cut_pairs
from training.events import GROUP, read_events, split_events
from training.families import FamilyMaker, pair_contrasts
from training.loop import Lot, Pace, Rounding, check_weights, train
from training.mirrors import MORE, read_mirrored_for_training
from training.model import JudgeNet
from training.pairs import DATA, Pair, read_pairs, split_groups
from training.public import FOLDER, MIXTURE, draw_public, draw_public_pages
from training.release import read_release
from training.scores import balance_labels, draw_weighted, read_scores, weigh_mistakes
from training.sheets import Sheet, make_sheets
from training.squares import Family, make_squares, pair_supported

PREVIOUS = SHIPPED_FOLDER
LEARNING_RATE = 4e-5
# Number of lowest layers that are frozen: the previous release has tuned them to the task already,
# and a step takes three quarters of the time without them.
FROZEN = 4
# When each stage rounds as the release does.
ROUNDED = {
    "pages": Rounding.NEVER,
    "pairs": Rounding.ALWAYS,
    "events": Rounding.ALWAYS,
    "mirrors": Rounding.COOLING,
}
# Number of our own pairs that are trained one by one, beside the files of --whole and the public
# mixture.
PAIRS = 6000
PUBLIC_SHARE = 0.25
# Dropout: the share of the outputs of each trained part that is left out at random.
DROPOUT = 0.1
# Files of our own pairs that have a fixed number of pairs in each round of `events`: paraphrases of
# paragraphs of news; claims of several parts, all or some of which are on the page; an
# encyclopaedia's sentences against parts of the web page that it cites; figures among other figures
# of their kind; summaries against whole articles.
ROUND_FILES: Mapping[frozenset[str], int] = {
    frozenset("ba bb bc bd be bf".split()): 700,
    frozenset("ac ax n o w z".split()): 300,
    frozenset(["bg"]): 600,
    frozenset(["bh"]): 300,
    frozenset(["bi"]): 500,
}
# Numbers of pairs of events and of our other own pairs, drawn by the judge's mistakes, some with an
# added part; number of pairs drawn from all with their variants; scale of the public mixture;
# minimum weight of a pair that the judge is sure of, compared with one that it gets wrong; maximum
# number of rounds (the time limit ends training earlier).
ROUND_EVENTS, ROUND_MISTAKEN = 900, 300
ROUND_OWN = 400
ROUND_PUBLIC = 0.12
LEAST_WEIGHT = 0.15
ROUNDS = 12
# Numbers of families of our own pairs and of squares in each round of `mirrors`; its default number
# of steps.
ROUND_CONTRASTS, ROUND_SQUARES = 1500, 600
MIRROR_STEPS = 2500


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.judge", description=__doc__)
    parser.add_argument("stage", choices=["pages", "pairs", "events", "mirrors"])
    parser.add_argument("--start", type=Path, default=PREVIOUS, help="released judge or checkpoint")
    parser.add_argument("--out", type=Path, default=Path("build/judge"), help="checkpoint folder")
    parser.add_argument("--data", type=Path, nargs="*", help="files of pairs (default: all)")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="peak learning rate")
    parser.add_argument("--frozen", type=int, default=FROZEN, help="number of frozen layers")
    parser.add_argument("--dropout", type=float, default=DROPOUT, help="share of states left out")
    parser.add_argument("--steps", type=int, help="maximum number of steps")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="number of own pairs, one by one")
    parser.add_argument("--whole", nargs="*", default=[], help="files of which all pairs are used")
    parser.add_argument("--scores", type=Path, help="file of training.scores, for events")
    parser.add_argument("--mirrors", type=int, help="number of events with mirrors (default: all)")
    parser.add_argument("--minutes", type=float, help="time limit; the rate falls in the last half")
    parser.add_argument("--tokens", type=int, default=BATCH_TOKENS, help="maximum size of a batch")
    parser.add_argument("--keep", action="store_true", help="keep the weights of each checkpoint")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if (options.stage == "events") != bool(options.scores and options.scores.is_file()):
        parser.error("events, and nothing else, needs --scores FILE, which training.scores writes")
    if not FOLDER.is_dir():
        parser.error(f"{FOLDER} is not there: put the shared folder beside the repository")
    torch.manual_seed(options.seed)
    net = JudgeNet()
    try:
        net.load_state_dict(check_weights(net, load_start(options.start)))
    except (ValueError, FileNotFoundError) as error:
        parser.error(f"--start {options.start}: {error}; give a checkpoint of this network")
    own, _ = split_groups(read_pairs(options.data or sorted(DATA.glob("*.jsonl"))))
    tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
    lots: Sequence[Lot]
    if options.stage == "pages":
        lots = plan_pages(own, tokenizer, seed=options.seed)
    elif options.stage == "pairs":
        lots = plan_pairs(own, tokenizer, options.pairs, whole=options.whole, seed=options.seed)
    elif options.stage == "events":
        scores = read_scores(options.scores)
        lots = plan_events(own, scores, tokenizer, tokens=options.tokens, seed=options.seed)
    else:
        steps = options.steps or MIRROR_STEPS
        maker = FamilyMaker(read_mirrored_for_training(options.mirrors))
        lots = plan_mirrors(
            maker, own, tokenizer, steps=steps, tokens=options.tokens, seed=options.seed
        )
    lots = lots[: options.steps]
    print(f"{len(own)} own pairs; {len(lots)} steps at most", file=sys.stderr)
    freeze(net, options.frozen)
    set_dropout(net, options.dropout)
    pace = Pace(options.rate, len(lots), options.minutes)
    train(net, lots, options.out, pace, rounded=ROUNDED[options.stage], keep=options.keep)
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
    """Our own pairs with their variants and some of the public mixture, one by one.

    Own pairs are all of the files in `whole` (by stem), and `count` of the others.
    """
    parts: dict[bool, list[Pair]] = {True: [], False: []}
    for pair in own:
        parts[pair.group.split(":")[0] in whole].append(pair)
    some = random.Random(f"last {seed}").sample(parts[False], min(count, len(parts[False])))
    public = draw_public(seed=seed + 1000, scale=PUBLIC_SHARE)
    pairs = [*compose([*parts[True], *some], seed=seed), *public]
    print(f"one by one: {count_sources(pairs)}", file=sys.stderr)
    examples = tokenize(tokenizer, pairs)
    return list(cut_batches(examples, lambda example: len(example.ids), seed=seed))


def plan_events(
    own: Sequence[Pair],
    scores: Mapping[str, float],
    tokenizer: Tokenizer,
    *,
    tokens: int,
    seed: int,
) -> list[Sequence[Example]]:
    """Rounds of pairs of events, own pairs and public pairs; each round is drawn again."""
    cuts = [cut.pair for event in split_events(read_events())[0] for cut in cut_pairs(event)]
    drawn = [(cuts, ROUND_EVENTS)]
    for files, count in ROUND_FILES.items():
        drawn.append(([pair for pair in own if _file_of(pair) in files], count))
    named = frozenset[str]().union(*ROUND_FILES)
    others = [pair for pair in own if _file_of(pair) not in named]
    drawn.append((others, ROUND_MISTAKEN))
    heavy = [
        balance_labels(some, weigh_mistakes(some, scores, least=LEAST_WEIGHT)) for some, _ in drawn
    ]
    pages = PageStock([*cuts, *own])
    lots: list[Sequence[Example]] = []
    for number in range(ROUNDS):
        by = 1000 * seed + number
        mistaken = [
            pair
            for (some, count), weights in zip(drawn, heavy, strict=True)
            for pair in draw_weighted(some, weights, count, seed=by)
        ]
        varied = compose(random.Random(f"own {by}").sample(others, ROUND_OWN), seed=by)
        public = draw_public(seed=by, scale=ROUND_PUBLIC)
        mistaken = compose(mistaken, seed=by, shares=PARTS, pages=pages)
        pairs = [*mistaken, *varied, *public]
        if number == 0:
            print(f"a round: {count_sources(pairs)}", file=sys.stderr)
        examples = tokenize(tokenizer, pairs)
        lots += cut_batches(examples, lambda one: len(one.ids), seed=by, tokens=tokens)
    return lots


def plan_mirrors(
    maker: FamilyMaker,
    own: Sequence[Pair],
    tokenizer: Tokenizer,
    *,
    steps: int,
    tokens: int,
    seed: int,
) -> list[Sequence[Example]]:
    """Rounds of families of mirrors and of our own pairs, squares and public pairs, until there are
    `steps` batches; each round is drawn again."""
    supported = pair_supported([*split_events(read_events())[0], *read_events(MORE)])
    contrasts = pair_contrasts(own)
    named = frozenset[str]().union(*ROUND_FILES)
    likely = [family for family in contrasts if _file_of(family[0]) in named]
    lots: list[Sequence[Example]] = []
    while len(lots) < steps:
        by = 1000 * seed + len(lots)
        rng = random.Random(f"contrasts {by}")
        families: list[Family] = [
            *maker.draw_round(seed=by),
            *rng.sample(likely, min(len(likely), ROUND_CONTRASTS // 2)),
            *rng.sample(contrasts, min(len(contrasts), ROUND_CONTRASTS // 2)),
            *make_squares([*supported, *own], ROUND_SQUARES, seed=by),
            *((pair,) for pair in draw_public(seed=by, scale=PUBLIC_SHARE)),
        ]
        if not lots:
            print(f"a round: {count_sources(chain(*families))}", file=sys.stderr)
        cut = cut_batches(
            tokenize_families(tokenizer, families),
            lambda family: max(len(one.ids) for one in family),
            rows=len,
            seed=by,
            tokens=tokens,
        )
        lots += [[one for family in some for one in family] for some in cut]
    return lots[:steps]


def _file_of(pair: Pair) -> str:
    return pair.group.split(":")[0]


def count_sources(pairs: Iterable[Pair]) -> str:
    """The number of our own pairs and of those of each public set, as in the model card."""
    counts = Counter(
        "events"
        if pair.group.startswith(f"{GROUP}:")
        else pair.kind
        if pair.kind in MIXTURE
        else "own"
        for pair in pairs
    )
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def load_start(path: Path) -> dict[str, Tensor]:
    """Weights of a checkpoint file, or of the release in a folder.

    Raises ValueError if the file is no checkpoint, FileNotFoundError if it does not exist.
    """
    if not path.is_file():
        return read_release(path)
    try:
        return dict(torch.load(path, weights_only=True)["weights"])
    except (UnpicklingError, EOFError, RuntimeError, KeyError, TypeError) as error:
        raise ValueError("not a checkpoint") from error


def freeze(net: JudgeNet, layers: int) -> None:
    """Freeze the embeddings and the lowest `layers` layers; 0 freezes nothing."""
    if not layers:
        return
    for part in [net.mpnet.embeddings, net.mpnet.encoder.relative_attention_bias]:
        part.requires_grad_(False)
    for layer in net.mpnet.encoder.layer[:layers]:
        layer.requires_grad_(False)


def set_dropout(net: JudgeNet, share: float) -> None:
    """Set the dropout of each trained part to `share`."""
    for part in net.modules():
        trained = any(weight.requires_grad for weight in part.parameters())
        if trained and isinstance(dropout := getattr(part, "dropout", None), nn.Dropout):
            dropout.p = share


if __name__ == "__main__":
    sys.exit(main())
