"""Calibrate the judge's raw probabilities, and pool those of passages for a long text.

The parameters are in calibration.json next to the model that they were fitted for
(`python -m evaluation.calibrate`, on the development sets, prints how and with what effect).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from claims.entailment.onnx import SHIPPED_FOLDER
from claims.ports import Judge
from claims.types import LEAST_CONFIDENCE

_NEUTRAL = np.array([0.0, 0.0, 1.0], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Softmax over scale * log p + bias, per stance (SUPPORTS, REFUTES, NEUTRAL).

    `scale` > 0 keeps the judge's order of two pairs. The identity is scale 1, bias 0.
    """

    scale: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def apply(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Calibrated rows: float32 (n, 3) in, the same out, rows sum to 1."""
        logits = self.scale * np.log(np.clip(probabilities, 1e-6, 1.0)) + np.asarray(self.bias)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def load_calibration(folder: Path = SHIPPED_FOLDER) -> Calibration:
    """The calibration of the judge in `folder`; the identity where none was fitted."""
    about = _read_parameters(folder)
    return Calibration(about["scale"], tuple(about["bias"])) if about else Calibration()


def _read_parameters(folder: Path) -> dict[str, Any]:
    path = folder / "calibration.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


@dataclass(frozen=True, slots=True)
class Pooling:
    """The probabilities of a long text, from those of its passages.

    The log-odds of support are bias + scale * those of the most supporting passage. A plain maximum
    labels half-supported claims as supported, and labels more of them so the longer the text is.
    """

    bias: float = 0.0
    scale: float = 1.0

    def apply(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """One row for a text from its passages: float32 (n, 3) in, (3,) out.

        The strongest refutation counts, as far as support leaves room. A single passage is returned
        unchanged; no passage gives neutral.
        """
        if len(probabilities) < 2:
            return probabilities[0] if len(probabilities) else _NEUTRAL
        pooled = self.bias + self.scale * float(np.max(log_odds(probabilities[:, 0])))
        supports = 1 / (1 + np.exp(-pooled))
        refutes = min(float(np.max(probabilities[:, 1])), 1 - supports)
        return np.array([supports, refutes, 1 - supports - refutes], dtype=np.float32)


def log_odds(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """log p / (1 - p), with p cut to [0.001, 0.999]."""
    p = np.clip(probabilities.astype(np.float64), 1e-3, 1 - 1e-3)
    return np.asarray(np.log(p / (1 - p)))


def load_pooling(folder: Path = SHIPPED_FOLDER) -> Pooling:
    """The pooling fitted for the judge in `folder`; the plain maximum where none was fitted."""
    found = _read_parameters(folder).get("pooling")
    return Pooling(found["bias"], found["scale"]) if found else Pooling()


@dataclass(frozen=True, slots=True)
class CalibratedJudge:
    """A judge with its fitted calibration and pooling, and the threshold of a verdict.

    `least_confidence` is the minimum probability of SUPPORTED or REFUTED for a verdict to say so.
    """

    judge: Judge
    calibration: Calibration = field(default_factory=Calibration)
    pooling: Pooling = field(default_factory=Pooling)
    least_confidence: float = LEAST_CONFIDENCE

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Calibrated probabilities, float32 (n, 3), input order; see claims.ports.Judge."""
        return self.calibration.apply(self.judge.score(pairs))
