"""One page with all its claims in one sequence: four pairs are learnt in the time of one.

A pair is read as <s> page </s></s> claim </s>, so eight claims about a page read the page eight
times. A sheet reads it once:

    <s> page </s>   <s> </s> claim 1 </s>   <s> </s> claim 2 </s>   …

Each claim stands at the places it would have as a pair, and sees itself and the page; the page sees
only itself. So a page is read without knowing what is asked, which is less than a pair can do, but
what is learnt this way carries over: after some minutes of pairs the judge is as good at them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.batches import label_index
from training.compose import RULES, PageStock
from training.model import PADDING, JudgeNet
from training.pairs import Pair

_START, _END = 0, 2
# Blocks: claims count from 1; the page is 0, its own start apart, for claims have their own.
_PAGE, _PAGE_START, _NOTHING = 0, -2, -1
_MOST_PAGE_TOKENS = 320
_MOST_CLAIM_TOKENS = 90
# Shares of the pages that are put among others' sentences or into web furniture.
_DRESSED = {"surrounded": 0.12, "joined": 0.06, "dressed": 0.12}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tokens with their places and blocks; `starts` are where the claims begin, with labels."""

    ids: tuple[int, ...]
    places: tuple[int, ...]
    blocks: tuple[int, ...]
    starts: tuple[int, ...]
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SheetBatch:
    """Tensors (batch, length), rows of `starts` (sheet, place), and a label for each start."""

    ids: Tensor
    places: Tensor
    blocks: Tensor
    starts: Tensor
    labels: Tensor

    def logits(self, net: JudgeNet) -> Tensor:
        """The network's answers, (starts, 3)."""
        return net.read(self.ids, self.places, who_sees_whom(self.blocks), self.starts)

    def to(self, device: torch.device) -> SheetBatch:
        """The same on another device."""
        fields = (self.ids, self.places, self.blocks, self.starts, self.labels)
        return SheetBatch(*(tensor.to(device) for tensor in fields))


def make_sheets(pairs: Sequence[Pair], tokenizer: Tokenizer, *, seed: int) -> list[Sheet]:
    """A sheet for each page of the pairs, some of them dressed, in the order of the pages."""
    rng = random.Random(f"sheets {seed}")
    stock = PageStock(pairs)
    by_page: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        by_page.setdefault((pair.group, pair.evidence), []).append(pair)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    sheets = []
    for some in by_page.values():
        rule = rng.choices([*_DRESSED, ""], [*_DRESSED.values(), 1 - sum(_DRESSED.values())])[0]
        varied = RULES[rule](some[0], stock, rng) if rule else None
        if varied is not None:
            some = [replace(pair, evidence=varied.evidence) for pair in some]
        sheets.append(lay_out(some, tokenizer))
    return sheets


def lay_out(pairs: Sequence[Pair], tokenizer: Tokenizer) -> Sheet:
    """One sheet from pairs with the same evidence."""

    def encode(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    page = encode(pairs[0].evidence)[:_MOST_PAGE_TOKENS]
    ids = [_START, *page, _END]
    places = list(range(len(ids)))
    blocks = [_PAGE_START] + [_PAGE] * (len(page) + 1)
    starts, labels = [], []
    for number, pair in enumerate(pairs, start=1):
        claim = encode(pair.claim)[:_MOST_CLAIM_TOKENS]
        starts.append(len(ids))
        labels.append(label_index(pair.label))
        ids += [_START, _END, *claim, _END]
        # As in a pair: the claim's <s> is the first place, the rest follows the page's </s>.
        places += [0, *range(len(page) + 2, len(page) + 4 + len(claim))]
        blocks += [number] * (len(claim) + 3)
    return Sheet(tuple(ids), tuple(places), tuple(blocks), tuple(starts), tuple(labels))


def collate_sheets(sheets: Sequence[Sheet]) -> SheetBatch:
    """Sheets padded to the longest."""
    longest = max(len(sheet.ids) for sheet in sheets)
    ids = torch.full((len(sheets), longest), PADDING)
    places = torch.zeros(len(sheets), longest, dtype=torch.long)
    blocks = torch.full((len(sheets), longest), _NOTHING)
    for row, sheet in enumerate(sheets):
        size = len(sheet.ids)
        ids[row, :size] = torch.tensor(sheet.ids)
        places[row, :size] = torch.tensor(sheet.places)
        blocks[row, :size] = torch.tensor(sheet.blocks)
    starts = [(row, start) for row, sheet in enumerate(sheets) for start in sheet.starts]
    labels = [label for sheet in sheets for label in sheet.labels]
    return SheetBatch(ids, places, blocks, torch.tensor(starts), torch.tensor(labels))


def who_sees_whom(blocks: Tensor) -> Tensor:
    """bool (batch, length, length): whether the row's token may look at the column's.

    The page sees the page; a claim sees itself and the page, but for the page's start. Padding
    sees itself, for a row that sees nothing has no softmax.
    """
    of_page = (blocks == _PAGE) | (blocks == _PAGE_START)
    same = blocks[:, :, None] == blocks[:, None, :]
    from_claim = same | (blocks == _PAGE)[:, None, :]
    return torch.where(of_page[:, :, None], of_page[:, None, :], from_claim)
