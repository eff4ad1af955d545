"""Quantisation-aware training: the network computes with the values that the release will hold.

Activations become 8-bit integers, weights 7-bit integers with a step (scale) per output. Gradients
pass unchanged through the rounding ("straight through" estimator, Bengio et al., 2013). Weights
have 7 bits, so that the sum of two products fits into the 16 bits that processors without VNNI use.

The inputs of the query, key and value matrices and of the second feed-forward matrix differ in size
between tokens, and some are far larger than the others. So each token has its own step there,
computed at run time. For the two other inputs a fixed step is as accurate and cheaper.

A few channels of the activations are tens of times larger than the others; with a common step the
others would have one or two levels. So each channel is divided by its own factor, and the matching
row of the matrix is multiplied by it (Xiao et al., "SmoothQuant", ICML 2023).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from training.model import JudgeNet, Layer

# Largest integer of a weight (7 bits, signed), of an entry of the embedding table (8 bits, signed)
# and of an activation with a fixed step (8 bits, unsigned).
WEIGHT_LEVELS = 63
TABLE_LEVELS = 127
ACTIVATION_LEVELS = 255
# Exponent of a channel's largest activation in its factor; the largest weight of the channel has
# 1 minus this exponent. 0 means no factors. Values from 0 to 0.9 were tried on the previous
# release; "mixed" is as accurate without factors.
FACTOR_POWER = {"attention": 0.5, "mixed": 0.0, "inner": 0.7, "outer": 0.7}
# Sites where each token has its own step; see the module's docstring.
ROW_STEPS = frozenset({"attention", "outer"})
# Largest integer of an activation with a step per token (8 bits, signed).
ROW_LEVELS = 127
# Added to a token's step, so that a token of zeros does not divide by zero.
LEAST_STEP = 1e-9
# Ranges tried for a fixed step, as shares of the largest value.
_CLIPS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.22, 0.16)
# Maximum number of tokens per site that the range is fitted on.
_ROWS_KEPT = 1500


class Rounded(nn.Module):
    """Rounds channel c to a multiple of scale * factors[c], by an integer in [-zero, 255 - zero].

    `scale` and `zero` are scalars, `factors` is (channels,).
    """

    scale: Tensor
    factors: Tensor
    zero: Tensor

    def __init__(self, scale: Tensor, zero: Tensor, factors: Tensor) -> None:
        super().__init__()
        self.register_buffer("scale", scale.float())
        self.register_buffer("zero", zero.float())
        self.register_buffer("factors", factors.float())
        self._zero = float(zero)

    def _apply(self, fn: Any, recurse: bool = True) -> Rounded:
        """Keep the buffers in float32 when the network is cast to bfloat16: steps must be exact."""
        return self

    def forward(self, x: Tensor) -> Tensor:
        step = self.scale * self.factors
        return _Round.apply(x, step.to(x.dtype), self._zero)  # type: ignore[no-any-return]


class RowRounded(nn.Module):
    """Rounds channel c of a row to a multiple of step * factors[c], by an integer in [-127, 127].

    A row is a token. Its step is its largest |value / factor|, divided by 127. `factors` is
    (channels,).
    """

    factors: Tensor

    def __init__(self, factors: Tensor) -> None:
        super().__init__()
        self.register_buffer("factors", factors.float())

    def _apply(self, fn: Any, recurse: bool = True) -> RowRounded:
        """Keep the buffers in float32; see Rounded."""
        return self

    def forward(self, x: Tensor) -> Tensor:
        return _RowRound.apply(x, self.factors.to(x.dtype))  # type: ignore[no-any-return]


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, step: Tensor, zero: float) -> Tensor:
        whole = (x / step).round_().clamp_(-zero, ACTIVATION_LEVELS - zero)
        return whole.mul_(step)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return grads[0], None, None


class _RowRound(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, factors: Tensor) -> Tensor:
        even = x / factors
        step = even.abs().amax(dim=-1, keepdim=True) / ROW_LEVELS + LEAST_STEP
        return even.div_(step).round_().mul_(step).mul_(factors)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0], None


def sites(net: JudgeNet) -> Iterator[tuple[str, nn.ModuleDict, str, list[str]]]:
    """Each site where activations are quantised: name, module dict, key in it, matrices it feeds.

    After the keys and values, the last layer computes only one position per text and stays in
    float32.
    """
    layers: Iterable[Layer] = net.mpnet.encoder.layer  # type: ignore[assignment]
    count = net.mpnet.shape.layers
    for number, layer in enumerate(layers):
        stem = f"mpnet.encoder.layer.{number}"
        attention = layer.attention
        last = number == count - 1
        names = [f"{stem}.attention.attn.{part}" for part in ("kv" if last else "qkv")]
        yield f"{stem}.attention", attention.enter, "attention", names
        if not last:
            yield f"{stem}.mixed", attention.enter, "mixed", [f"{stem}.attention.attn.o"]
            yield f"{stem}.inner", layer.enter, "inner", [f"{stem}.intermediate.dense"]
            yield f"{stem}.outer", layer.enter, "outer", [f"{stem}.output.dense"]


def find_rounding(
    net: JudgeNet,
    batches: Iterable[tuple[Tensor, Tensor]],
    *,
    row_steps: Collection[str] = ROW_STEPS,
) -> None:
    """Put a `Rounded` or `RowRounded` at every site, fitted to the activations on `batches`.

    `batches` are (ids, mask), each (batch, length); a few hundred pairs are enough. `row_steps` are
    the keys of the sites with a step per token. The network must be in float32.
    """
    seen: dict[str, list[Tensor]] = {}
    size: dict[str, Tensor] = {}
    mask_now: list[Tensor] = []

    def watch(name: str) -> Any:
        def note(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0][mask_now[0].bool()]
            size[name] = torch.maximum(size.get(name, rows.new_zeros(())), rows.abs().amax(dim=0))
            seen.setdefault(name, []).append(rows[torch.randperm(len(rows))[:60]])

        return note

    found = list(sites(net))
    for _, holder, key, _ in found:
        holder[key] = nn.Identity()
    handles = [h[key].register_forward_pre_hook(watch(name)) for name, h, key, _ in found]
    with torch.no_grad():
        for ids, mask in batches:
            mask_now[:] = [mask]
            net(ids, mask)
    for handle in handles:
        handle.remove()
    weights = dict(net.named_parameters())
    for name, holder, key, names in found:
        met = torch.stack([weights[f"{n}.weight"].detach().abs().amax(dim=0) for n in names]).amax(
            dim=0
        )
        power = FACTOR_POWER[key]
        factors = size[name].clamp(min=1e-5) ** power / met.clamp(min=1e-5) ** (1 - power)
        factors = factors / factors.log().mean().exp() if power else torch.ones_like(factors)
        if key in row_steps:
            holder[key] = RowRounded(factors)
        else:
            rows = torch.cat(seen[name])[:_ROWS_KEPT]
            holder[key] = Rounded(*_best_range(rows / factors), factors)


def get_rounding(net: JudgeNet) -> dict[str, dict[str, Tensor]]:
    """The buffers of the rounding by site, for `set_rounding`; empty when `net` does not round."""
    return {
        name: {part: tensor.clone() for part, tensor in holder[key].named_buffers()}
        for name, holder, key, _ in sites(net)
        if isinstance(holder[key], Rounded | RowRounded)
    }


def set_rounding(net: JudgeNet, rounding: dict[str, dict[str, Tensor]]) -> None:
    """Put a `Rounded` or `RowRounded` with these buffers at every site."""
    device = next(net.parameters()).device
    for name, holder, key, _ in sites(net):
        parts = {part: t.to(device) for part, t in rounding[name].items()}
        holder[key] = Rounded(**parts) if "scale" in parts else RowRounded(**parts)


def _best_range(values: Tensor) -> tuple[Tensor, Tensor]:
    """(scale, zero point) of the 256 levels with the lowest mean squared error over `values`."""
    low, high = values.min().clamp(max=0), values.max().clamp(min=0)
    best = None
    for clip in _CLIPS:
        scale = ((high - low) * clip / ACTIVATION_LEVELS).clamp(min=1e-9)
        zero = (-low * clip / scale).round().clamp(0, ACTIVATION_LEVELS)
        back = ((values / scale).round().clamp(-zero, ACTIVATION_LEVELS - zero)) * scale
        error = float((back - values).square().mean())
        if best is None or error < best[0]:
            best = (error, scale, zero)
    assert best is not None
    return best[1], best[2]


def weight_levels(weight: Tensor, factors: Tensor) -> tuple[Tensor, Tensor]:
    """Quantise a matrix (out, in) whose inputs are divided by `factors` (in,).

    Returns int8 levels (out, in) and a float32 step per output (out,).
    """
    even = weight.detach().float() * factors
    steps = (even.abs().amax(dim=1) / WEIGHT_LEVELS).clamp(min=1e-9)
    return (even / steps[:, None]).round().to(torch.int8), steps


def rounded_weight(weight: Tensor, factors: Tensor) -> Tensor:
    """The matrix after quantisation by `weight_levels`, as float32 (out, in)."""
    levels, steps = weight_levels(weight, factors)
    return levels.float() * steps[:, None] / factors


def table_levels(table: Tensor) -> tuple[Tensor, Tensor]:
    """Quantise an embedding table (rows, width) to int8 levels and a step per row (rows,).

    The table has 8 bits, because its integers do not enter a matrix product.
    """
    steps = (table.abs().amax(dim=1) / TABLE_LEVELS).clamp(min=1e-9)
    return (table / steps[:, None]).round().to(torch.int8), steps


def rounded_table(table: Tensor) -> Tensor:
    """The table after quantisation by `table_levels`, as float32 (rows, width)."""
    levels, steps = table_levels(table)
    return levels.float() * steps[:, None]


def factors_by_weight(net: JudgeNet) -> dict[str, Tensor]:
    """Input factors (in,) of each quantised matrix, by parameter name.

    The matrices of the last layer with float32 inputs have factors of 1.
    """
    width = net.mpnet.shape.width
    last = f"mpnet.encoder.layer.{net.mpnet.shape.layers - 1}"
    found = {
        f"{name}.weight": holder[key].factors  # type: ignore[union-attr]
        for _, holder, key, names in sites(net)
        for name in names
    }
    for part in ("attention.attn.q", "attention.attn.o", "intermediate.dense"):
        found[f"{last}.{part}.weight"] = torch.ones(width)
    found[f"{last}.output.dense.weight"] = torch.ones(net.mpnet.shape.inner[-1])
    return found  # type: ignore[return-value]
