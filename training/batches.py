"""From pairs to the input of the network: tokens, batches of similar length, tensors."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
# Number of items that are sorted by length together before they are cut into batches.
_POOL = 2048

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Example:
    """A tokenised pair; `label` is an index of LABELS, or -1 for NOT_SUPPORTED."""

    ids: tuple[int, ...]
    label: int


@dataclass(frozen=True, slots=True)
class PairBatch:
    """`ids` and `mask` (1 for text, 0 for padding) are int64 (batch, length); `labels` (batch,)."""

    ids: Tensor
    mask: Tensor
    labels: Tensor

    def to(self, device: torch.device) -> PairBatch:
        """A copy of the batch on `device`."""
        return PairBatch(*(part.to(device) for part in (self.ids, self.mask, self.labels)))

    def logits(self, net: JudgeNet) -> Tensor:
        """Logits of the network, (batch, 3)."""
        return net(self.ids, self.mask)  # type: ignore[no-any-return]


def label_index(label: str) -> int:
    """Index of the label in LABELS; -1 for any other label (NOT_SUPPORTED)."""
    return LABELS.index(label) if label in LABELS else -1


def tokenize(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Example]:
    """Examples in the order of `pairs`, truncated to MAX_TOKENS by cutting the longer text."""
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    tokenizer.no_padding()
    encodings = tokenizer.encode_batch([(pair.evidence, pair.claim) for pair in pairs])
    return [
        Example(tuple(encoding.ids), label_index(pair.label))
        for encoding, pair in zip(encodings, pairs, strict=True)
    ]


def collate(examples: Sequence[Example]) -> PairBatch:
    """A batch of the examples, padded to the longest."""
    longest = max(len(example.ids) for example in examples)
    ids = torch.full((len(examples), longest), PADDING)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
    labels = torch.tensor([example.label for example in examples])
    return PairBatch(ids, (ids != PADDING).long(), labels)


def by_length(examples: Sequence[Example], size: int) -> list[PairBatch]:
    """Batches of `size` examples by rising length, for measurements."""
    ordered = sorted(examples, key=lambda example: len(example.ids))
    return [collate(ordered[start : start + size]) for start in range(0, len(ordered), size)]


def cut_batches(
    items: Sequence[Item], length: Callable[[Item], int], *, seed: int, tokens: int = BATCH_TOKENS
) -> list[list[Item]]:
    """Batches in random order, each of items of similar length and at most `tokens` with padding.

    An item longer than `tokens` is a batch of its own.
    """
    rng = random.Random(seed)
    order = list(items)
    rng.shuffle(order)
    found: list[list[Item]] = []
    for start in range(0, len(order), _POOL):
        batch: list[Item] = []
        for item in sorted(order[start : start + _POOL], key=length):
            if batch and (len(batch) + 1) * length(item) > tokens:
                found.append(batch)
                batch = []
            batch.append(item)
        found.append(batch)
    rng.shuffle(found)
    return found
