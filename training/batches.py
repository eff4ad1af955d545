"""From pairs to what the network is given: tokens, batches of like length, tensors."""

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

MAX_TOKENS = 320
# Tokens of a batch, padding included: about 25 pairs.
BATCH_TOKENS = 3200
# Batches are cut from so many items at a time, sorted by length.
_POOL = 2048

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Example:
    """A tokenised pair; `label` is an index of LABELS, or -1 for "anything but SUPPORTED"."""

    ids: tuple[int, ...]
    label: int


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Tensors (batch, length) and a label for each row."""

    ids: Tensor
    mask: Tensor
    labels: Tensor

    def to(self, device: torch.device) -> PairBatch:
        """The same on another device."""
        return PairBatch(*(part.to(device) for part in (self.ids, self.mask, self.labels)))

    def logits(self, net: JudgeNet) -> Tensor:
        """The network's answers, (batch, 3)."""
        return net(self.ids, self.mask)  # type: ignore[no-any-return]


def label_index(label: str) -> int:
    """Index of LABELS; -1 for NOT_SUPPORTED."""
    return LABELS.index(label) if label in LABELS else -1


def tokenize(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Example]:
    """Examples in the order of `pairs`, cut to MAX_TOKENS from the longer side."""
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    tokenizer.no_padding()
    encodings = tokenizer.encode_batch([(pair.evidence, pair.claim) for pair in pairs])
    return [
        Example(tuple(encoding.ids), label_index(pair.label))
        for encoding, pair in zip(encodings, pairs, strict=True)
    ]


def collate(examples: Sequence[Example]) -> PairBatch:
    """Examples padded to the longest."""
    longest = max(len(example.ids) for example in examples)
    ids = torch.full((len(examples), longest), PADDING)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
    labels = torch.tensor([example.label for example in examples])
    return PairBatch(ids, (ids != PADDING).long(), labels)


def by_length(examples: Sequence[Example], size: int) -> list[PairBatch]:
    """All examples in batches of `size`, the shortest first: for measuring."""
    ordered = sorted(examples, key=lambda example: len(example.ids))
    return [collate(ordered[start : start + size]) for start in range(0, len(ordered), size)]


def cut_batches(
    items: Sequence[Item], length: Callable[[Item], int], *, seed: int, tokens: int = BATCH_TOKENS
) -> list[list[Item]]:
    """Shuffled batches of at most `tokens`, padding included, of like length each."""
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
