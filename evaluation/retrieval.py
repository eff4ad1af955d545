"""Recall of the gold sentences of a claim: python -m evaluation.retrieval [--encoder FOLDER]

The gold sentences (goldsents.dev) of a WiCE claim are looked up in its full page (fulldoc.dev), and
the windows of the page are ranked for the claim. Printed at 5 and 10 windows: the mean share of a
claim's gold sentences that are in one of the windows, and the share of claims with all of them.
Claims without the page, or without a gold sentence found word for word, are left out.

`--encoder` adds embeddings, alone and in a weighted sum with BM25. FOLDER has config.json,
model.safetensors and tokenizer.json of a sentence encoder (all-MiniLM-L6-v2; mean of the last
states). This option needs torch and transformers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.english.sentences import sentence_windows, split_sentences
from claims.retrieval.rank import bm25_scores
from claims.text import fold_spaces
from evaluation.sets import read_sets

CUTS = (5, 10)
WEIGHTS = (0.25, 0.5, 1.0)
Floats = npt.NDArray[np.float32]
Rank = Callable[["Question"], Floats]


@dataclass(frozen=True, slots=True)
class Question:
    """A claim, the windows of its page, and per gold sentence the indices of windows with it."""

    claim: str
    windows: tuple[str, ...]
    gold: tuple[frozenset[int], ...]


def read_questions(shared: Path) -> Iterator[Question]:
    """The claims with at least one gold sentence found in their page."""
    sets = {some.name: some.rows for some in read_sets(shared, most=None)}
    pages = {row["claim"]: row["evidence"] for row in sets["wice_claim_fulldoc.dev"]}
    for row in sets["wice_claim_goldsents.dev"]:
        page = pages.get(row["claim"], "")
        windows = tuple(page[span.start : span.end] for span in sentence_windows(page))
        folded = [fold_spaces(window) for window in windows]
        sentences = [fold_spaces(sentence.text) for sentence in split_sentences(row["evidence"])]
        holders = (frozenset(n for n, w in enumerate(folded) if s in w) for s in sentences)
        gold = tuple(holder for holder in holders if holder)
        if gold:
            yield Question(row["claim"], windows, gold)


def measure(questions: Sequence[Question], rank: Rank) -> list[float]:
    """Mean recall and share of claims with full recall, in [0, 1], for each of CUTS in turn."""
    orders = [np.argsort(-rank(question), kind="stable") for question in questions]
    found = []
    for cut in CUTS:
        shares = [
            np.mean([bool(holder & set(order[:cut].tolist())) for holder in question.gold])
            for question, order in zip(questions, orders, strict=True)
        ]
        found += [float(np.mean(shares)), float(np.mean([share == 1 for share in shares]))]
    return found


def by_words(question: Question) -> Floats:
    """BM25 scores of the windows, as the pipeline computes them, float32 (windows,)."""
    return bm25_scores(question.claim, question.windows)


def embed_all(texts: Sequence[str], folder: Path) -> dict[str, Floats]:
    """A float32 unit vector (width,) for each text; texts are cut to 160 tokens."""
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    model = AutoModel.from_pretrained(str(folder)).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(160)
    tokenizer.enable_padding()
    ordered = sorted(set(texts), key=len)
    vectors: dict[str, Floats] = {}
    for start in range(0, len(ordered), 64):
        lot = ordered[start : start + 64]
        encodings = tokenizer.encode_batch(lot)
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        with torch.inference_mode():
            states = model(ids, attention_mask=mask).last_hidden_state
        means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        rows = torch.nn.functional.normalize(means).numpy()
        vectors.update(zip(lot, rows, strict=True))
        print(f"\rembedded {start + len(lot)} of {len(ordered)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return vectors


def standardise(scores: Floats) -> Floats:
    """Scores with mean 0 and standard deviation 1, so that two rankings can be added."""
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9), dtype=np.float32)


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.retrieval", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--encoder", type=Path, help="folder of a sentence encoder")
    options = parser.parse_args()
    questions = list(read_questions(options.shared))
    ranks: dict[str, Rank] = {"BM25 on stems": by_words}
    if options.encoder:
        texts = [text for question in questions for text in (question.claim, *question.windows)]
        vectors = embed_all(texts, options.encoder)

        def by_meaning(question: Question) -> Floats:
            rows = np.stack([vectors[window] for window in question.windows])
            return np.asarray(rows @ vectors[question.claim], dtype=np.float32)

        def by_both(weight: float, question: Question) -> Floats:
            return standardise(by_words(question)) + weight * standardise(by_meaning(question))

        ranks["embeddings"] = by_meaning
        for weight in WEIGHTS:
            ranks[f"BM25 + {weight} x embeddings"] = partial(by_both, weight)
    print(
        f"{len(questions)} claims, {np.mean([len(q.windows) for q in questions]):.0f} windows each"
    )
    print(f"{'':<28}" + "".join(f"{f'recall@{cut}':>12}{'complete':>10}" for cut in CUTS))
    for name, rank in ranks.items():
        figures = measure(questions, rank)
        print(f"{name:<28}" + "".join(f"{v:>{12 - 2 * (n % 2)}.3f}" for n, v in enumerate(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
