"""The judge as a network: MPNet with a classifier of three stances, in torch.

The encoder of Song et al., "MPNet: Masked and Permuted Pre-training for Language Understanding"
(NeurIPS 2020): BERT with one table of relative-position biases shared by all layers. Parameter
names are those of the published checkpoint, so that it loads by name. What enters a matrix passes
a module under `enter` first, where training/integers.py rounds it to what 8 bits can hold.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

STANCES = 3
# Ids of the published tokenizer: padding is 1, and positions count from the one after it.
PADDING = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network; `inner` may differ from layer to layer once it is pruned."""

    vocabulary: int = 30527
    positions: int = 514
    width: int = 768
    heads: int = 12
    inner: tuple[int, ...] = (3072,) * 12
    buckets: int = 32

    @property
    def layers(self) -> int:
        """Number of layers."""
        return len(self.inner)

    def as_json(self) -> dict[str, object]:
        """For the checkpoint."""
        return asdict(self)


class Encoder(nn.Module):
    """Embeddings and layers; ids (batch, length) to the first place's state (batch, 1, width)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = Embeddings(shape)
        self.encoder = Layers(shape)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """`mask` is 1 where there is text, 0 on padding."""
        return self.encoder(self.embeddings(ids), mask)


class Embeddings(nn.Module):
    """Words plus absolute positions, normalised."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.width, padding_idx=PADDING)
        self.position_embeddings = nn.Embedding(shape.positions, shape.width, padding_idx=PADDING)
        self.LayerNorm = nn.LayerNorm(shape.width, eps=1e-5)

    def forward(self, ids: Tensor) -> Tensor:
        positions = torch.arange(PADDING + 1, PADDING + 1 + ids.shape[1], device=ids.device)
        return self.LayerNorm(self.word_embeddings(ids) + self.position_embeddings(positions))


class Layers(nn.Module):
    """The stack, with the biases of relative position that all layers share."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.layer = nn.ModuleList(Layer(shape, inner) for inner in shape.inner)
        self.relative_attention_bias = nn.Embedding(shape.buckets, shape.heads)
        self.buckets = shape.buckets

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        bias = self.bias(hidden.shape[1])
        closed = (1.0 - mask[:, None, None, :].to(bias.dtype)) * torch.finfo(torch.float32).min
        bias = (bias + closed).to(hidden.dtype)
        for number, layer in enumerate(self.layer, start=1):
            hidden = layer(hidden, bias, last=number == len(self.layer))
        return hidden

    def bias(self, length: int) -> Tensor:
        """What is added to the attention scores, (1, heads, length, length)."""
        table = relative_buckets(length, self.buckets).to(
            self.relative_attention_bias.weight.device
        )
        return self.relative_attention_bias(table).permute(2, 0, 1)[None]


def relative_buckets(length: int, buckets: int, farthest: int = 128) -> Tensor:
    """Bucket of each (query, key) distance, as in T5: half each way, near ones exact, far ones in
    logarithmic steps up to `farthest`. int64 (length, length)."""
    places = torch.arange(length)
    behind = places[:, None] - places[None, :]
    half = buckets // 2
    exact = half // 2
    away = behind.abs()
    steps = torch.log(away.clamp(min=1).float() / exact) / math.log(farthest / exact)
    far = (exact + (steps * (half - exact)).long()).clamp(max=half - 1)
    return torch.where(away < exact, away, far) + half * (behind < 0)


class Layer(nn.Module):
    """Attention, then the two feed-forward matrices; the norm comes after each sum."""

    def __init__(self, shape: Shape, inner: int) -> None:
        super().__init__()
        self.attention = Attention(shape)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(shape.width, inner)})
        self.output = nn.ModuleDict(
            {
                "dense": nn.Linear(inner, shape.width),
                "LayerNorm": nn.LayerNorm(shape.width, eps=1e-5),
            }
        )
        self.enter = nn.ModuleDict({"inner": nn.Identity(), "outer": nn.Identity()})

    def forward(self, hidden: Tensor, bias: Tensor, *, last: bool = False) -> Tensor:
        hidden = self.attention(hidden, bias, last=last)
        inner = functional.gelu(self.intermediate["dense"](self.enter["inner"](hidden)))
        return self.output["LayerNorm"](hidden + self.output["dense"](self.enter["outer"](inner)))


class Attention(nn.Module):
    """Multi-head attention with additive bias."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attn = nn.ModuleDict({name: nn.Linear(shape.width, shape.width) for name in "qkvo"})
        self.LayerNorm = nn.LayerNorm(shape.width, eps=1e-5)
        self.enter = nn.ModuleDict({"attention": nn.Identity(), "mixed": nn.Identity()})

    def forward(self, hidden: Tensor, bias: Tensor, *, last: bool) -> Tensor:
        """`last`: only the first place asks, for nothing reads the others after the last layer."""
        entered = self.enter["attention"](hidden)
        asking, places = (hidden[:, :1], 1) if last else (hidden, hidden.shape[1])
        query = self._heads(self.attn["q"](asking if last else entered))
        key, value = (self._heads(self.attn[name](entered)) for name in "kv")
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=bias[:, :, :places].to(query.dtype)
        )
        mixed = mixed.transpose(1, 2).flatten(2)
        return self.LayerNorm(asking + self.attn["o"](self.enter["mixed"](mixed)))

    def _heads(self, states: Tensor) -> Tensor:
        """(batch, length, width) to (batch, heads, length, width of a head)."""
        return states.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class JudgeNet(nn.Module):
    """The encoder and the classifier on its first state; returns logits (batch, 3)."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        self.mpnet = Encoder(shape)
        self.classifier = nn.ModuleDict(
            {
                "dense": nn.Linear(shape.width, shape.width),
                "out_proj": nn.Linear(shape.width, STANCES),
            }
        )

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        first = self.mpnet(ids, mask)[:, 0]
        return self.classifier["out_proj"](torch.tanh(self.classifier["dense"](first)))
