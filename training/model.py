"""The network of the judge in torch: MPNet with a classifier for three stances.

The encoder is from Song et al., "MPNet: Masked and Permuted Pre-training for Language
Understanding" (NeurIPS 2020): BERT with one table of relative position biases shared by all layers.
Parameter names are those of the published checkpoint, so that it loads by name. The input of a
matrix first passes a module under `enter`, where training/integers.py puts the quantisation to
8 bits. Dropout is 0 unless training sets it (training/judge.py).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

STANCES = 3
# Id of the padding token in the published tokenizer; position embeddings start at PADDING + 1.
PADDING = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network; `inner` is the feed-forward width of each layer, which may differ.

    `positions` includes two rows for padding; `buckets` is the number of relative position biases.
    """

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
        """The sizes as a dict of JSON types."""
        return asdict(self)


class Encoder(nn.Module):
    """MPNet encoder: embeddings and layers."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = Embeddings(shape)
        self.encoder = Layers(shape)

    def forward(self, ids: Tensor, places: Tensor, seen: Tensor, starts: Tensor) -> Tensor:
        """The states at `starts` after the last layer, (starts, width).

        `ids` are int64 (batch, length) and `places` the positions of the tokens, (batch or 1,
        length). `seen` is the attention mask, bool (batch, length or 1, length): whether the token
        of the row attends to the token of the column. `starts` are rows of (text, token), int64
        (starts, 2).
        """
        return self.encoder(self.embeddings(ids, places), places, seen, starts)


class Embeddings(nn.Module):
    """Sum of word and position embeddings, after layer normalisation."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.width, padding_idx=PADDING)
        self.position_embeddings = nn.Embedding(shape.positions, shape.width, padding_idx=PADDING)
        self.LayerNorm = nn.LayerNorm(shape.width, eps=1e-5)
        self.dropout = nn.Dropout(0.0)

    def forward(self, ids: Tensor, places: Tensor) -> Tensor:
        rows = places + PADDING + 1
        summed = self.word_embeddings(ids) + self.position_embeddings(rows)
        return self.dropout(self.LayerNorm(summed))


class Layers(nn.Module):
    """The stack of layers, with the relative position biases that all layers share."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.layer = nn.ModuleList(Layer(shape, inner) for inner in shape.inner)
        self.relative_attention_bias = nn.Embedding(shape.buckets, shape.heads)
        line = bucket_line(shape.positions - 2, shape.buckets)
        self.register_buffer("line", line, persistent=False)

    def forward(self, hidden: Tensor, places: Tensor, seen: Tensor, starts: Tensor) -> Tensor:
        apart = places[:, None, :] - places[:, :, None]
        buckets = self.line[apart + len(self.line) // 2]
        bias = self.relative_attention_bias(buckets).permute(0, 3, 1, 2)
        bias = bias.masked_fill(~seen[:, None], torch.finfo(bias.dtype).min)
        *most, last = self.layer
        for layer in most:
            hidden = layer(hidden, bias)
        return last(hidden, bias, starts)


def bucket_line(longest: int, buckets: int) -> Tensor:
    """Bucket of each difference key position - query position, from -(longest - 1) upwards.

    int64 (2 * longest - 1,).
    """
    square = relative_buckets(longest, buckets)
    return torch.cat([square[1:, 0].flip(0), square[0, :]])


def relative_buckets(length: int, buckets: int, farthest: int = 128) -> Tensor:
    """Bucket of each (query, key) distance as in T5, int64 (length, length).

    Half of the buckets are for each direction. Small distances have a bucket each; larger ones have
    logarithmic steps up to `farthest`.
    """
    places = torch.arange(length)
    behind = places[:, None] - places[None, :]
    half = buckets // 2
    exact = half // 2
    away = behind.abs()
    steps = torch.log(away.clamp(min=1).float() / exact) / math.log(farthest / exact)
    far = (exact + (steps * (half - exact)).long()).clamp(max=half - 1)
    return torch.where(away < exact, away, far) + half * (behind < 0)


class Layer(nn.Module):
    """Attention, then two feed-forward matrices; layer normalisation follows each residual sum."""

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
        self.dropout = nn.Dropout(0.0)

    def forward(self, hidden: Tensor, bias: Tensor, starts: Tensor | None = None) -> Tensor:
        hidden = self.attention(hidden, bias, starts)
        inner = functional.gelu(self.intermediate["dense"](self.enter["inner"](hidden)))
        outer = self.output["dense"](self.enter["outer"](inner))
        return self.output["LayerNorm"](hidden + self.dropout(outer))


class Attention(nn.Module):
    """Multi-head attention with additive bias."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attn = nn.ModuleDict({name: nn.Linear(shape.width, shape.width) for name in "qkvo"})
        self.LayerNorm = nn.LayerNorm(shape.width, eps=1e-5)
        self.enter = nn.ModuleDict({"attention": nn.Identity(), "mixed": nn.Identity()})
        self.dropout = nn.Dropout(0.0)

    def forward(self, hidden: Tensor, bias: Tensor, starts: Tensor | None) -> Tensor:
        """States of all positions, (batch, length, width).

        With `starts`, rows of (text, token), only these positions have a query, and the result is
        (starts, width).
        """
        entered = self.enter["attention"](hidden)
        key, value = (self._heads(self.attn[name](entered)) for name in "kv")
        if starts is None:
            asking, query = hidden, self._heads(self.attn["q"](entered))
        else:
            text, token = starts.unbind(dim=1)
            asking = hidden[text, token]
            query = self._heads(self.attn["q"](asking)[:, None])
            key, value = key[text], value[text]
            bias = bias.expand(len(hidden), -1, -1, -1)[text, :, token][:, :, None]
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=bias.to(query.dtype)
        )
        mixed = mixed.transpose(1, 2).flatten(2)
        if starts is not None:
            mixed = mixed[:, 0]
        return self.LayerNorm(asking + self.dropout(self.attn["o"](self.enter["mixed"](mixed))))

    def _heads(self, states: Tensor) -> Tensor:
        """(batch, length, width) to (batch, heads, length, width / heads)."""
        return states.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class JudgeNet(nn.Module):
    """The encoder, and the classifier on the first state of each text; logits (texts, 3)."""

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
        """Logits (batch, 3) of pairs; `ids` and `mask` (1 for text) are (batch, length)."""
        places = torch.arange(ids.shape[1], device=ids.device)[None]
        rows = torch.arange(len(ids), device=ids.device)
        starts = torch.stack([rows, torch.zeros_like(rows)], dim=1)
        return self.read(ids, places, mask.bool()[:, None, :], starts)

    def read(self, ids: Tensor, places: Tensor, seen: Tensor, starts: Tensor) -> Tensor:
        """Logits (starts, 3) for any layout of tokens; arguments as in Encoder.forward."""
        states = self.mpnet(ids, places, seen, starts)
        return self.classifier["out_proj"](torch.tanh(self.classifier["dense"](states)))
