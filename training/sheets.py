"""Sheets: a page with all its claims in one sequence, which trains four pairs in the time of one.

The sequence of a pair is <s> page </s></s> claim </s>, so eight claims about a page need the page
eight times. A sheet has it once:

    <s> page </s>   <s> </s> claim 1 </s>   <s> </s> claim 2 </s>   …

Each claim has the positions it would have in a pair and attends to itself and the page; the page
attends only to itself. So the states of the page do not depend on the claim, unlike in a pair. The
training still transfers: after some minutes of training on pairs the judge is as accurate on them.
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

# Ids of the tokens <s> and </s>.
_START, _END = 0, 2
# Block number of each token: 0 for the page, -2 for its <s>, -1 for padding, 1 and more for claims.
# Claims do not attend to the <s> of the page, because each has its own.
_PAGE, _PAGE_START, _NOTHING = 0, -2, -1
# Maximum length of a page and of a claim, in tokens.
_MOST_PAGE_TOKENS = 320
_MOST_CLAIM_TOKENS = 90
# Share of the pages that each rule of training/compose.py is tried on.
_DRESSED = {"surrounded": 0.12, "joined": 0.06, "dressed": 0.12}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Token ids with positions (`places`) and block numbers, each of the length of the sheet.

    `starts` are the indices of the claims' <s> tokens; `labels` has a label index per claim.
    """

    ids: tuple[int, ...]
    places: tuple[int, ...]
    blocks: tuple[int, ...]
    starts: tuple[int, ...]
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SheetBatch:
    """`ids`, `places` and `blocks` are int64 (batch, length); `starts` has a row (sheet, token) and
    `labels` an entry per claim, (claims, 2) and (claims,)."""

    ids: Tensor
    places: Tensor
    blocks: Tensor
    starts: Tensor
    labels: Tensor

    def logits(self, net: JudgeNet) -> Tensor:
        """Logits of the network, (claims, 3)."""
        return net.read(self.ids, self.places, who_sees_whom(self.blocks), self.starts)

    def to(self, device: torch.device) -> SheetBatch:
        """A copy of the batch on `device`."""
        fields = (self.ids, self.places, self.blocks, self.starts, self.labels)
        return SheetBatch(*(tensor.to(device) for tensor in fields))


def make_sheets(pairs: Sequence[Pair], tokenizer: Tokenizer, *, seed: int) -> list[Sheet]:
    """A sheet per group and page, in the order of the pages; some pages get other text around them.

    Which pages, and which text, depends on `seed`.
    """
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
    """One sheet from pairs with the same evidence; page and claims are cut to their limits."""

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
        # As in a pair: <s> has position 0, the rest of the claim follows the </s> of the page.
        places += [0, *range(len(page) + 2, len(page) + 4 + len(claim))]
        blocks += [number] * (len(claim) + 3)
    return Sheet(tuple(ids), tuple(places), tuple(blocks), tuple(starts), tuple(labels))


def collate_sheets(sheets: Sequence[Sheet]) -> SheetBatch:
    """A batch of the sheets, padded to the longest."""
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
    """Attention mask, bool (batch, length, length): whether row token attends to column token.

    The page attends to the page; a claim attends to itself and to the page without its <s>. Padding
    attends to padding and to the page, because a softmax needs at least one entry per row.
    """
    of_page = (blocks == _PAGE) | (blocks == _PAGE_START)
    same = blocks[:, :, None] == blocks[:, None, :]
    from_claim = same | (blocks == _PAGE)[:, None, :]
    return torch.where(of_page[:, :, None], of_page[:, None, :], from_claim)
