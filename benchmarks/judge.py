"""make bench: speed, memory and start-up of the judge, compared with larger models.

Measures the shipped judge, the same network in float32, and a network of the size of RoBERTa-large,
the size of MiniCheck's judge (Tang et al., EMNLP 2024), in torch in float32 and bfloat16. All but
the first have random weights, because speed does not depend on them. Prints pairs per second, with
the ratio to the shipped judge in the same run. `--write` puts the tables into
docs/reference/benchmarks.md. Needs the training extra (torch, onnx).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from claims.entailment.onnx import OnnxJudge
from evaluation.document import REFERENCE, put_between_marks

_WORDS = (
    "the port of Kelm was closed on Monday after a crane fell onto the quay and two men were hurt"
)
# Shapes of the batches: pairs, tokens per pair.
SHAPES = [(1, 128), (16, 128), (1, 256), (16, 256)]
# Minimum duration of a measurement.
_LEAST_S = 4.0
Run = Callable[[int, int], object]


def make_pairs(count: int, tokens: int) -> list[tuple[str, str]]:
    """`count` pairs of about `tokens` tokens each: a passage of common words and a claim of 16."""
    passage = " ".join(((_WORDS + " ") * 20).split()[: tokens - 20])
    return [
        (passage, f"The port of Kelm was closed for {n} days after an accident.")
        for n in range(count)
    ]


def shipped() -> Run:
    """The shipped judge, with its tokenizer."""
    judge = OnnxJudge(threads=os.cpu_count() or 1)
    return lambda count, tokens: judge.score(make_pairs(count, tokens))


def float32() -> Run:
    """The same network as a float32 graph, without tokenizer."""
    from training.export import open_session
    from training.model import JudgeNet
    from training.onnx_graph import float_model

    session = open_session(float_model(JudgeNet()))

    def run(count: int, tokens: int) -> object:
        ids = np.full((count, tokens), 100, dtype=np.int64)
        return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})

    return run


def roberta_large(kind: str) -> Run:
    """An encoder of 24 layers of width 1024: 304 M parameters without embeddings.

    `kind` is the name of a torch dtype.
    """
    import torch
    from torch import nn

    torch.set_num_threads(os.cpu_count() or 1)
    dtype = getattr(torch, kind)
    layer = nn.TransformerEncoderLayer(1024, 16, 4096, activation="gelu", batch_first=True)
    network = nn.TransformerEncoder(layer, 24).to(dtype).eval()

    def run(count: int, tokens: int) -> object:
        with torch.inference_mode():
            return network(torch.zeros(count, tokens, 1024, dtype=dtype))

    return run


CONTENDERS: dict[str, Callable[[], Run]] = {
    "shipped": shipped,
    "its shape in float32": float32,
    "RoBERTa-large, float32": lambda: roberta_large("float32"),
    "RoBERTa-large, bfloat16": lambda: roberta_large("bfloat16"),
}


def rate(run: Run, count: int, tokens: int) -> float:
    """Pairs per second over at least _LEAST_S seconds, after one warm-up run."""
    run(count, tokens)
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < _LEAST_S:
        run(count, tokens)
        done += count
    return done / (time.perf_counter() - started)


def measure(name: str) -> None:
    """Print on one line: pairs per second by shape, start-up in s, peak memory in MB.

    Runs in a process of its own.
    """
    started = time.perf_counter()
    run = CONTENDERS[name]()
    ready = time.perf_counter() - started
    rates = [rate(run, count, tokens) for count, tokens in SHAPES]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(*(f"{value:.3f}" for value in [*rates, ready, memory]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge", description=__doc__)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="put the table into the document")
    options = parser.parse_args(arguments)
    if options.one:
        measure(options.one)
        return 0
    results = {}
    for name in CONTENDERS:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks.judge", "--one", name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        results[name] = [float(value) for value in done.stdout.split()]
    table = render(results)
    print(table)
    if options.write:
        put_between_marks(table, "make bench", REFERENCE / "benchmarks.md")
    return 0


def render(results: dict[str, list[float]]) -> str:
    """Markdown table of rates with their ratio to the shipped judge, start-up and memory."""
    heads = [f"{count} x {tokens} tokens" for count, tokens in SHAPES]
    lines = [
        f"On {os.cpu_count()} cores; pairs per second (times the shipped judge's).",
        "",
        "| | " + " | ".join(heads) + " | start-up, s | memory, MB |",
        "|---|" + "---|" * (len(heads) + 2),
    ]
    base = results["shipped"]
    for name, values in results.items():
        cells = [
            f"{value:.1f} ({value / base[n]:.2f})" for n, value in enumerate(values[: len(heads)])
        ]
        ready, memory = values[len(heads) :]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {ready:.1f} | {memory:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
