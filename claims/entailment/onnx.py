"""The judge that ships with the project: an ONNX cross-encoder on the CPU.

Model, training and figures: docs/reference/model-card.md. The passage is the first text of the
pair, the claim the second; the three logits stand in the order SUPPORTS, REFUTES, NEUTRAL.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from claims.errors import JudgeUnavailable
from claims.text import clean_text
from claims.types import JudgeName, Stance

SHIPPED_FOLDER = Path(__file__).parent / "judge"

# Pairs per batch. On a CPU a bigger batch is hardly faster per pair (docs/reference/benchmarks.md)
# and needs more padding; with eight the overhead per call is negligible.
_BATCH_SIZE = 8


_GRAPHS = ("model.onnx", "onnx/model.onnx")
_MAX_TOKENS = 512
_LABELS = {
    "entailment": "SUPPORTS",
    "supports": "SUPPORTS",
    "supported": "SUPPORTS",
    "contradiction": "REFUTES",
    "refutes": "REFUTES",
    "refuted": "REFUTES",
    "neutral": "NEUTRAL",
    "not_entailment": "NEUTRAL",
    "not_supported": "NEUTRAL",
    "unsupported": "NEUTRAL",
    "not_enough_info": "NEUTRAL",
}
_PASSAGE, _CLAIM = "{passage}", "{claim}"
_PLACES = re.compile(r"\{passage\}|\{claim\}")
_STANCES = tuple(stance.value for stance in (Stance.SUPPORTS, Stance.REFUTES, Stance.NEUTRAL))


class OnnxJudge:
    """A judge loaded from a folder: tokenizer.json, model.onnx with its weights, and a description.

    judge.json has the judge's name, the maximum number of tokens of a pair and the meaning of the
    outputs, in their order. A folder that transformers wrote has config.json, whose id2label names
    the outputs: three stances, or two, of which one is "supported" (the second, if the names do not
    say). A judge.json beside it overrides config.json. Its `input` has the one or two texts that
    the model reads, with the places {passage} and {claim}. Weights are in .npz files next to the
    graph, or where the graph says. Do not create it before a fork: onnxruntime's threads do not
    survive a fork.
    """

    def __init__(self, folder: Path = SHIPPED_FOLDER, *, threads: int = 1) -> None:
        """Load and test the model. Raises JudgeUnavailable when a file is missing or broken."""
        onnxruntime = _import_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A thread that waits for another sleeps: beside other programs, two threads that wait in a
        # loop take 1.5 times the processor time of one, for the same answers.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            about = _read_about(folder)
            self._name = JudgeName(about["name"], about["version"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_padding()
            self._form = InputForm(about.get("input", [_PASSAGE, _CLAIM]), about["max_tokens"])
            self._columns = _order_outputs(about["outputs"])
            weights = _read_weights(folder)
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
            options.add_external_initializers(list(weights), values)
            self._session = onnxruntime.InferenceSession(
                str(_find_graph(folder)), options, providers=["CPUExecutionProvider"]
            )
            self._inputs = {item.name for item in self._session.get_inputs()}
            self.score([("A try.", "A try.")])
        except Exception as error:  # tokenizers and onnxruntime raise it bare
            raise JudgeUnavailable(f"cannot load the judge in {folder}: {error}") from error

    @property
    def name(self) -> JudgeName:
        """Name and version from judge.json."""
        return self._name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Probabilities of (passage, claim) pairs; see claims.ports.Judge."""
        probabilities = np.zeros((len(pairs), 3), dtype=np.float32)
        texts = [(clean_text(passage), clean_text(claim)) for passage, claim in pairs]
        encodings = self._form.encode(self._tokenizer, texts)
        for rows in _batches_by_length(encodings):
            given = softmax(self._logits([encodings[row] for row in rows]))
            for stance, column in self._columns.items():
                probabilities[rows, stance] = given[:, column]
        return probabilities

    def _logits(self, encodings: Sequence[Encoding]) -> npt.NDArray[np.float32]:
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.ones((len(encodings), longest), dtype=np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
            types[row, : len(encoding.ids)] = encoding.type_ids
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        wanted = {name: value for name, value in feed.items() if name in self._inputs}
        logits = self._session.run(None, wanted)[0]
        if not np.isfinite(logits).all():
            raise JudgeUnavailable("the judge returns NaN or infinity: its weights are damaged")
        return np.asarray(logits, dtype=np.float32)


class InputForm:
    """How a model takes a passage and a claim: as two texts, or as one.

    Raises ValueError for a form that has not both of {passage} and {claim}, each once.
    """

    def __init__(self, texts: Sequence[str], max_tokens: int) -> None:
        whole = "".join(texts)
        if len(texts) not in (1, 2) or any(whole.count(name) != 1 for name in (_PASSAGE, _CLAIM)):
            raise ValueError(
                f"input in judge.json is {list(texts)}; needed: one text or two, with {_PASSAGE}"
                f" and {_CLAIM} once each"
            )
        self._texts = texts
        self._max_tokens = max_tokens

    def encode(self, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[Encoding]:
        """The encodings of (passage, claim) pairs, cut to the maximum number of tokens.

        Of two texts the longer one is cut. In a single text the passage is cut, so that the words
        after it remain.
        """
        if len(self._texts) == 2:
            tokenizer.enable_truncation(self._max_tokens, strategy="longest_first")
            return tokenizer.encode_batch([self._fill(*pair) for pair in pairs])
        tokenizer.no_truncation()
        cut = [(self._cut(tokenizer, passage, claim), claim) for passage, claim in pairs]
        tokenizer.enable_truncation(self._max_tokens)  # a claim that is too long by itself
        return tokenizer.encode_batch([self._fill(*pair)[0] for pair in cut])

    def _fill(self, passage: str, claim: str) -> tuple[str, ...]:
        """The texts; braces in the passage or claim itself are not replaced."""
        given = {_PASSAGE: passage, _CLAIM: claim}
        return tuple(_PLACES.sub(lambda found: given[found[0]], text) for text in self._texts)

    def _cut(self, tokenizer: Tokenizer, passage: str, claim: str) -> str:
        rest = len(tokenizer.encode(self._fill("", claim)[0]).ids)
        offsets = tokenizer.encode(passage, add_special_tokens=False).offsets
        room = max(0, self._max_tokens - rest)
        return passage if len(offsets) <= room else passage[: offsets[room][0]]


def _order_outputs(outputs: Sequence[str]) -> dict[int, int]:
    """Which output is SUPPORTS (0), REFUTES (1), NEUTRAL (2).

    Raises ValueError for any other outputs; a judge with two outputs has no REFUTES.
    """
    if sorted(outputs) not in (sorted(_STANCES), sorted((_STANCES[0], _STANCES[2]))):
        raise ValueError(f"its outputs are {', '.join(outputs)}; needed: {', '.join(_STANCES)}")
    return {_STANCES.index(stance): column for column, stance in enumerate(outputs)}


def _read_about(folder: Path) -> dict[str, Any]:
    """{"name", "version", "max_tokens", "outputs", "input"?}, from judge.json and config.json; a
    field of judge.json overrides that of config.json."""
    ours = folder / "judge.json"
    about = json.loads(ours.read_text(encoding="utf-8")) if ours.is_file() else {}
    if not isinstance(about, dict):
        raise ValueError("its judge.json is no JSON object")
    if not about or (folder / "config.json").is_file():
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        about = _read_config(config, folder=folder) | about
    if "outputs" not in about:
        raise ValueError(
            "its config.json has no id2label with the names of the outputs: it is not a sequence "
            "classifier of transformers, and no judge.json names its outputs"
        )
    return about


def _read_config(config: object, *, folder: Path) -> dict[str, Any]:
    """The fields that config.json gives, without "outputs" if it names none."""
    if not isinstance(config, dict):
        return {}
    about = {
        "name": config.get("_name_or_path") or folder.resolve().name,
        "version": str(config.get("transformers_version", "1")),
        # Many of these models reserve two positions of the table for padding.
        "max_tokens": min(_MAX_TOKENS, int(config.get("max_position_embeddings", 514)) - 2),
    }
    if isinstance(named := config.get("id2label"), dict):
        labels = [label for _, label in sorted(named.items(), key=lambda item: int(item[0]))]
        about["outputs"] = _read_labels(labels)
    return about


def _read_labels(labels: Sequence[str]) -> list[str]:
    """The stances for a classifier's labels; of two labels without a name, the second supports."""
    found = [_LABELS.get(label.lower().replace(" ", "_"), label) for label in labels]
    unnamed = all(re.fullmatch(r"label_\d|\d", label.lower()) for label in labels)
    return [_STANCES[2], _STANCES[0]] if unnamed and len(labels) == 2 else found


def _find_graph(folder: Path) -> Path:
    """The first graph file that exists, of the usual names. Raises FileNotFoundError."""
    for name in _GRAPHS:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"no {' or '.join(_GRAPHS)} in it; export it to ONNX first")


def _read_weights(folder: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The weights in the .npz files of the folder, by name; none for a graph that has its own."""
    found: dict[str, npt.NDArray[np.generic]] = {}
    for path in sorted(folder.glob("*.npz")):
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found.update(arrays.items())
    return found


def _import_runtime() -> ModuleType:
    """Import onnxruntime without its telemetry: from 1.32 on the import itself starts it.

    The telemetry writes a device id to the user's cache folder, and looks up
    mobile.events.data.microsoft.com to send its data (seen with strace on 1.32.0). The judge needs
    no network. Turning the telemetry off after the import, with disable_telemetry_events(), is too
    late for the files.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime  # type: ignore[no-any-return]  # it has no types


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows of `logits` (n, 3) as probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _batches_by_length(encodings: Sequence[Encoding]) -> Iterator[list[int]]:
    """Row numbers in groups of similar length, so that little padding is needed."""
    order = sorted(range(len(encodings)), key=lambda row: len(encodings[row].ids))
    for start in range(0, len(order), _BATCH_SIZE):
        yield order[start : start + _BATCH_SIZE]
