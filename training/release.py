"""Load the previous release as the start of a training: from its integers to `JudgeNet` weights.

The dequantised weights, step times level, are close enough to the trained weights to continue the
training. The names of the arrays are those of training/export.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor

from training.integers import sites
from training.model import PADDING, JudgeNet, bucket_line

Arrays = dict[str, npt.NDArray[np.generic]]
_EMBEDDINGS = "mpnet.embeddings"


def read_release(folder: Path) -> dict[str, Tensor]:
    """Float32 weights by their names in `JudgeNet`, from `model.onnx` and its .npz files.

    Raises FileNotFoundError when the folder holds no release.
    """
    if not (folder / "model.onnx").is_file():
        raise FileNotFoundError(f"{folder}: no released judge here")
    arrays = _read_arrays(folder)
    net = JudgeNet()
    feeds = {name: site for site, _, _, names in sites(net) for name in names}
    found = {}
    for name, like in net.state_dict().items():
        stem, part = name.rsplit(".", 1)
        found[name] = _weight(stem, part, like, arrays, feeds.get(stem)).contiguous()
    return found


def _read_arrays(folder: Path) -> Arrays:
    graph = onnx.load(str(folder / "model.onnx"), load_external_data=False).graph
    found: Arrays = {
        item.name: numpy_helper.to_array(item)
        for item in graph.initializer
        if item.data_location != TensorProto.EXTERNAL
    }
    for path in sorted(folder.glob("weights-*.npz")):
        with np.load(path, allow_pickle=False) as weights:
            found.update(weights.items())
    return found


def _weight(stem: str, part: str, like: Tensor, arrays: Arrays, site: str | None) -> Tensor:
    """The parameter STEM.PART, with the shape of `like`; `site` is the rounding of its inputs."""

    def get(key: str) -> Tensor:
        return torch.from_numpy(np.array(arrays[key], dtype=np.float32))

    if stem == f"{_EMBEDDINGS}.word_embeddings":
        return get("words") * get("words.steps")
    if stem == f"{_EMBEDDINGS}.position_embeddings":
        # The first PADDING + 1 rows belong to padding and are never read.
        return torch.cat([torch.zeros(PADDING + 1, like.shape[1]), get("places")])
    if stem.endswith("LayerNorm"):
        norm = "embedded" if stem.startswith(_EMBEDDINGS) else stem
        return get(f"{norm}.{'gain' if part == 'weight' else 'shift'}")
    if stem.endswith("relative_attention_bias"):
        picked = get("bias.table").T
        table = torch.zeros_like(like)
        table[bucket_line((len(picked) + 1) // 2, len(like))] = picked
        return table
    if part == "bias":
        return get(f"{stem}.bias")
    if f"{stem}.floats" in arrays:
        return get(f"{stem}.floats").T
    levels = get(f"{stem}.levels").T * get(f"{stem}.steps")[:, None]
    return levels * get(f"{site}.even") if f"{site}.even" in arrays else levels
