"""AdamW on float32 weights, for a network that computes in bfloat16 or with rounded weights."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from training.integers import factors_by_weight, rounded_table, rounded_weight
from training.model import JudgeNet

WEIGHT_DECAY = 0.01
_WORDS = "mpnet.embeddings.word_embeddings.weight"


def fastest_type(device: torch.device) -> torch.dtype:
    """bfloat16 on a GPU or a CPU with AVX512-BF16; else float32, which is faster there."""
    fast = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if fast else torch.float32


class Master:
    """Float32 master copies of the weights, which the optimizer updates.

    The network itself is in bfloat16 where the processor supports it, which saves the casts of
    autocast; the float32 copies keep updates that are too small for bfloat16. After
    `round_from_now` the network has the quantised values of the copies.
    """

    def __init__(self, net: JudgeNet, rate: float) -> None:
        self._net = net.to(fastest_type(next(net.parameters()).device))
        self.copies = {name: p.detach().float().clone() for name, p in net.named_parameters()}
        self._moving = [name for name, p in net.named_parameters() if p.requires_grad]
        self._factors: dict[str, Tensor] = {}
        moving = [self.copies[name] for name in self._moving]
        decayed = [copy for copy in moving if copy.ndim > 1]
        plain = [copy for copy in moving if copy.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": WEIGHT_DECAY},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=rate,
            betas=(0.9, 0.98),
            fused=True,
        )

    def load(self, weights: dict[str, Tensor]) -> None:
        """Set the copies and the network to `weights`."""
        for name, copy in self.copies.items():
            copy.copy_(weights[name])
        self._write(self.copies)

    def round_from_now(self) -> None:
        """Quantise the weights of the network from now on; it must have its rounding already."""
        self._factors = factors_by_weight(self._net)
        self._write(self.copies)

    def step(self, rate: float) -> None:
        """Update the copies with the network's gradients, clipped to norm 1; write them back."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        parameters = dict(self._net.named_parameters())
        nn.utils.clip_grad_norm_([parameters[name] for name in self._moving], 1.0)
        for name in self._moving:
            grad = parameters[name].grad
            assert grad is not None
            self.copies[name].grad = grad.float()
            parameters[name].grad = None
        self.optimizer.step()
        self._write(self._moving)

    @torch.no_grad()
    def _write(self, names: Iterable[str]) -> None:
        parameters = dict(self._net.named_parameters())
        for name in names:
            copy = self.copies[name]
            if name in self._factors:
                copy = rounded_weight(copy, self._factors[name])
            elif self._factors and name == _WORDS:
                copy = rounded_table(copy)
            parameters[name].copy_(copy)
