"""Export a checkpoint as a release: a quantised ONNX graph and its weights.

    python -m training.export CHECKPOINT FOLDER --version 2

Writes the release (judge.json, tokenizer.json, model.onnx, weights) into FOLDER, and prints the
accuracy of the quantised network and of the same network in float32 on held-out groups of our own
pairs. The graph, model.onnx, refers to its weights by name; they are in compressed .npz files next
to it, because 7-bit integers stored in bytes compress well.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, numpy_helper
from tokenizers import Tokenizer

from training.batches import Example, PairBatch, by_length, tokenize
from training.integers import (
    set_rounding,
)
from training.judge import PREVIOUS
from training.model import JudgeNet
from training.onnx_graph import Array, float_model, integer_model
from training.pairs import read_pairs, split_groups

# Minimum size of a weight that is stored outside the graph, in bytes.
_OUTSIDE = 2048
# Maximum size of the weights in one .npz file, in bytes before compression.
_FILE_BYTES = 44_000_000


def write_release(model: onnx.ModelProto, folder: Path) -> None:
    """Write model.onnx and weights-1.npz, weights-2.npz, ... into `folder`, each below 45 MB.

    Moves the large weights of `model` out of the graph in place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lot: dict[str, Array] = {}
    lots = [lot]
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) < _OUTSIDE:
            continue
        array = numpy_helper.to_array(tensor)
        if sum(item.nbytes for item in lot.values()) + array.nbytes > _FILE_BYTES:
            lot = {}
            lots.append(lot)
        lot[tensor.name] = array
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", f"weights-{len(lots)}.npz"
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    for number, weights in enumerate(lots, start=1):
        np.savez_compressed(folder / f"weights-{number}.npz", **weights)


def load_checkpoint(path: Path) -> JudgeNet:
    """The float32 network of a checkpoint of training/judge.py, with its rounding if it has one."""
    state = torch.load(path, weights_only=True)
    net = JudgeNet()
    net.load_state_dict(state["weights"])
    if state["rounding"]:
        set_rounding(net, state["rounding"])
    return net


def open_session(model: onnx.ModelProto, *, threads: int = 0) -> onnxruntime.InferenceSession:
    """An inference session for the model; `threads` 0 uses all cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def answers(model: onnx.ModelProto, lots: Sequence[PairBatch]) -> Array:
    """Logits float32 (n, 3) of the n pairs of all batches."""
    session = open_session(model)
    feeds = [{"input_ids": b.ids.numpy(), "attention_mask": b.mask.numpy()} for b in lots]
    return np.concatenate([session.run(None, feed)[0] for feed in feeds])


def compare(net: JudgeNet, examples: Sequence[Example]) -> str:
    """Accuracy of the float32 and of the quantised form, and their agreement, as a sentence."""
    lots = by_length(examples, 8)
    labels = np.concatenate([batch.labels.numpy() for batch in lots])
    floats = answers(float_model(net), lots).argmax(axis=1)
    whole = answers(integer_model(net), lots).argmax(axis=1)
    return (
        f"{len(labels)} pairs: float32 {np.mean(floats == labels):.4f}, "
        f"integers {np.mean(whole == labels):.4f}, agreement {np.mean(floats == whole):.4f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--version", required=True, help="as it will stand in every verdict")
    parser.add_argument("--compare", type=int, default=600, metavar="PAIRS")
    options = parser.parse_args(arguments)
    net = load_checkpoint(options.checkpoint)
    write_release(integer_model(net), options.folder)
    about = {
        "name": "assay-judge",
        "version": options.version,
        "max_tokens": 512,
        "outputs": ["SUPPORTS", "REFUTES", "NEUTRAL"],
    }
    (options.folder / "judge.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    shutil.copy(PREVIOUS / "tokenizer.json", options.folder)
    size = sum(path.stat().st_size for path in options.folder.iterdir())
    print(f"{options.folder}: {size / 1e6:.1f} MB")
    if options.compare:
        _, held = split_groups(read_pairs())
        chosen = random.Random(0).sample(held, min(options.compare, len(held)))
        tokenizer = Tokenizer.from_file(str(PREVIOUS / "tokenizer.json"))
        print(compare(net, tokenize(tokenizer, chosen)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
