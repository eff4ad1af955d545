"""The previous release as a starting point: its ONNX file back to weights for `JudgeNet`.

A release keeps its matrices as blocks of 4-bit integers; what they stand for, scale times integer,
is close enough to the trained weights that training simply goes on from there.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

_WEIGHTED = re.compile(r"^/m/(?P<name>.+)/MatMul(?:_Q4)?$")
# The middle of the sixteen steps stands for zero.
_MIDDLE = 8


def read_release(folder: Path) -> dict[str, Tensor]:
    """Float32 weights by the names of `JudgeNet`, from `model.onnx` and its .bin files.

    Raises FileNotFoundError when the folder holds no release.
    """
    path = folder / "model.onnx"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no released judge here")
    graph = onnx.load(str(path)).graph
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    found = {
        name.removeprefix("m."): array
        for name, array in arrays.items()
        if name.startswith("m.") and name.endswith(("weight", "bias"))
    }
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            match = _WEIGHTED.match(node.name)
            assert match, node.name
            name = match["name"].replace("/", ".")
            sizes = {item.name: item.i for item in node.attribute}
            found[f"{name}.weight"] = _from_blocks(
                arrays[node.input[1]], arrays[node.input[2]], sizes["N"], sizes["K"]
            )
    for name, array in arrays.items():
        if name.endswith("_Transposed"):
            found[name.removeprefix("m.").removesuffix("_Transposed")] = array.T
        elif name.endswith("_quantized"):
            stem = name.removesuffix("_quantized")
            offset = arrays[f"{stem}_zero_point"].astype(np.float32)
            found[stem.removeprefix("m.")] = (array.astype(np.float32) - offset) * arrays[
                f"{stem}_scale"
            ]
    return {
        name: torch.tensor(np.asarray(array, dtype=np.float32)) for name, array in found.items()
    }


def _from_blocks(
    packed: npt.NDArray[np.uint8], scales: npt.NDArray[np.float32], rows: int, columns: int
) -> npt.NDArray[np.float32]:
    """(rows, columns) from nibbles, the lower one first, with a scale for each block."""
    nibbles = np.stack([packed & 15, packed >> 4], axis=-1).reshape(rows, -1)[:, :columns]
    block = columns // (scales.size // rows)
    return (nibbles.astype(np.float32) - _MIDDLE) * np.repeat(
        scales.reshape(rows, -1), block, axis=1
    )
