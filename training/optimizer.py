"""AdamW in float32 over a network that may compute in bfloat16 and with rounded weights."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from training.integers import factors_by_weight, rounded_table, rounded_weight
from training.model import JudgeNet

WEIGHT_DECAY = 0.01
_WORDS = "mpnet.embeddings.word_embeddings.weight"


def fastest_type(device: torch.device) -> torch.dtype:
    """bfloat16 on a GPU or a CPU with instructions for it; float32 elsewhere, faster there."""
    fast = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if fast else torch.float32


class Master:
    """The float32 copies of the weights, which the optimiser moves.

    bfloat16 throughout, where the processor is made for it, saves the casts that autocast makes,
    and float32 copies keep the small steps that it would round away. Once the network rounds,
    what it computes with is the copy as integers would hold it.
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
        """Take over `weights`, in the copies and in the network."""
        for name, copy in self.copies.items():
            copy.copy_(weights[name])
        self._write(self.copies)

    def round_from_now(self) -> None:
        """The network has its `Rounded`: from here on its weights are rounded as well."""
        self._factors = factors_by_weight(self._net)
        self._write(self.copies)

    def step(self, rate: float) -> None:
        """Take the gradients of the network, move the copies, write them back."""
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
