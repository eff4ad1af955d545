"""From pairs to the input of the network: tokens, batches of similar length, tensors."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.model import PADDING, JudgeNet
from training.pairs import LABELS, Pair

# Maximum length of a pair, in tokens.
MAX_TOKENS = 320
# Maximum size of a batch, in tokens with padding: about 25 pairs.
BATCH_TOKENS = 3200
# Maximum length of a pair whose evidence is several passages, in tokens.
MAX_TOKENS_TOGETHER = 448
# Label pairs of two examples of a claim in which the first is more supported, as indices of LABELS
# and -1 for NOT_SUPPORTED.
_MORE_SUPPORTED = frozenset({(0, 1), (0, 2), (2, 1), (0, -1)})
# Number of items that are sorted by length together before they are cut into batches.
_POOL = 2048

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Example:
    """A tokenised pair; `label` is an index of LABELS, or -1 for NOT_SUPPORTED.

    Examples with the same `claim` number are compared with each other; None: with no other.
    """

    ids: tuple[int, ...]
    label: int
    claim: int | None = None


@dataclass(frozen=True, slots=True)
class PairBatch:
    """`ids` and `mask` (1 for text, 0 for padding) are int64 (batch, length); `labels` (batch,).

    `ordered` has a row (higher, lower) for two examples of the same claim of which the first is
    more supported, int64 (pairs, 2).
    """

    ids: Tensor
    mask: Tensor
    labels: Tensor
    ordered: Tensor

    def to(self, device: torch.device) -> PairBatch:
        """A copy of the batch on `device`."""
        return PairBatch(
            *(part.to(device) for part in (self.ids, self.mask, self.labels, self.ordered))
        )

    def logits(self, net: JudgeNet) -> Tensor:
        """Logits of the network, (batch, 3)."""
        return net(self.ids, self.mask)  # type: ignore[no-any-return]


def label_index(label: str) -> int:
    """Index of the label in LABELS; -1 for any other label (NOT_SUPPORTED)."""
    return LABELS.index(label) if label in LABELS else -1


def tokenize(
    tokenizer: Tokenizer, pairs: Sequence[Pair], *, most: int = MAX_TOKENS
) -> list[Example]:
    """Examples in the order of `pairs`, truncated to `most` tokens by cutting the longer text."""
    tokenizer.enable_truncation(most, strategy="longest_first")
    tokenizer.no_padding()
    encodings = tokenizer.encode_batch([(pair.evidence, pair.claim) for pair in pairs])
    return [
        Example(tuple(encoding.ids), label_index(pair.label))
        for encoding, pair in zip(encodings, pairs, strict=True)
    ]


def tokenize_families(
    tokenizer: Tokenizer, families: Sequence[Sequence[Pair]]
) -> list[tuple[Example, ...]]:
    """The examples of each family; those with the same claim are compared with each other."""
    pairs = [pair for family in families for pair in family]
    examples = iter(tokenize(tokenizer, pairs, most=MAX_TOKENS_TOGETHER))
    numbers: dict[str, int] = {}
    return [
        tuple(
            replace(next(examples), claim=numbers.setdefault(pair.claim, len(numbers)))
            for pair in family
        )
        for family in families
    ]


def collate(examples: Sequence[Example]) -> PairBatch:
    """A batch of the examples, padded to the longest."""
    longest = max(len(example.ids) for example in examples)
    ids = torch.full((len(examples), longest), PADDING)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
    labels = torch.tensor([example.label for example in examples])
    ordered = [
        (one, other)
        for one, other in permutations(range(len(examples)), 2)
        if examples[one].claim is not None
        and examples[one].claim == examples[other].claim
        and (examples[one].label, examples[other].label) in _MORE_SUPPORTED
    ]
    pairs = torch.tensor(ordered, dtype=torch.long).reshape(-1, 2)
    return PairBatch(ids, (ids != PADDING).long(), labels, pairs)


def by_length(examples: Sequence[Example], size: int) -> list[PairBatch]:
    """Batches of `size` examples by rising length, for measurements."""
    ordered = sorted(examples, key=lambda example: len(example.ids))
    return [collate(ordered[start : start + size]) for start in range(0, len(ordered), size)]


def cut_batches(
    items: Sequence[Item],
    length: Callable[[Item], int],
    *,
    seed: int,
    tokens: int = BATCH_TOKENS,
    rows: Callable[[Item], int] = lambda _: 1,
) -> list[list[Item]]:
    """Batches in random order, each of items of similar length and at most `tokens` with padding.

    `rows` is the number of sequences of an item, of which none is longer than `length`. An item
    longer than `tokens` is a batch of its own.
    """
    rng = random.Random(seed)
    order = list(items)
    rng.shuffle(order)
    found: list[list[Item]] = []
    for start in range(0, len(order), _POOL):
        batch: list[Item] = []
        size = 0
        for item in sorted(order[start : start + _POOL], key=length):
            if batch and (size + rows(item)) * length(item) > tokens:
                found.append(batch)
                batch, size = [], 0
            batch.append(item)
            size += rows(item)
        found.append(batch)
    rng.shuffle(found)
    return found
