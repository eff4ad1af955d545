"""From the raw scores of a pair's windows to calibrated stance probabilities.

The parameters stand in calibration.json beside the model they were fitted for
(`python -m evaluation.calibrate`, on the development sets, prints how and to what effect).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.onnx import SHIPPED_FOLDER


@dataclass(frozen=True, slots=True)
class Calibration:
    """Softmax over scale * log p + bias, per stance (SUPPORTS, REFUTES, NEUTRAL).

    `scale` > 0 keeps the order of two pairs as the judge saw it. The identity is scale 1, bias 0.
    """

    scale: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def apply(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Calibrated rows: float32 (n, 3) in, the same out, rows sum to 1."""
        logits = self.scale * np.log(np.clip(probabilities, 1e-6, 1.0)) + np.asarray(self.bias)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def load_calibration(folder: Path = SHIPPED_FOLDER) -> Calibration:
    """The calibration of the judge in `folder`."""
    about = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(about["scale"], tuple(about["bias"]))


def combine_windows(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """One row for a pair from its windows: float32 (n, 3) in, (3,) out, summing to 1.

    The strongest support and the strongest refutation over the windows stand; what neither
    takes is neutral, and where they exceed 1 together they are scaled down alike. One window
    comes out as it went in; no window is neutral.
    """
    if not len(probabilities):
        return np.array([0.0, 0.0, 1.0], dtype=np.float32)
    supports, refutes, _ = probabilities.max(axis=0)
    total = max(1.0, float(supports + refutes))
    return np.array(
        [supports / total, refutes / total, 1.0 - (supports + refutes) / total], dtype=np.float32
    )
