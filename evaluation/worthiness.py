"""Check-worthiness: F1 and average precision, compared with the baseline "has a figure".

    python -m evaluation.worthiness [--shared ../shared]

Measured on ct24_dev (speech from debates) and on 200 news sentences that were written and labelled
for this purpose (evaluation/cases/worthiness). The threshold for F1 was chosen on the training sets
and is not tuned here. "extracted" is the F1 of the service on news sentences: a sentence counts as
positive when the service extracts a claim from it.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.extraction import extract_claims, score_worthiness
from claims.extraction.check_worthiness import find_features, load_model
from evaluation.metrics import average_precision, f1

DEVELOPMENT_SET = Path("data", "checkworthiness", "ct24_dev.jsonl.gz")
NEWS = Path(__file__).parent / "cases" / "worthiness" / "news.jsonl"


@dataclass(frozen=True, slots=True)
class Worthiness:
    """Results on one set: number of sentences, and rates in [0, 1].

    `positives` is the share of check-worthy sentences; `extracted_f1` is None except for news.
    """

    name: str
    sentences: int
    positives: float
    f1: float
    average_precision: float
    baseline_f1: float
    extracted_f1: float | None = None


def measure(name: str, rows: Sequence[tuple[str, bool]], *, is_news: bool = False) -> Worthiness:
    """Score the sentences and compare with their labels; `rows` are (sentence, is check-worthy)."""
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    scores = score_worthiness(texts)
    cutoff = load_model().cutoff
    figure = [find_features(text)["figure"] for text in texts]
    extracted = [bool(extract_claims(text).claims) for text in texts] if is_news else []
    return Worthiness(
        name=name,
        sentences=len(rows),
        positives=sum(labels) / len(labels),
        f1=f1(labels, [score >= cutoff for score in scores], positive=True),
        average_precision=average_precision(labels, scores),
        baseline_f1=f1(labels, [value > 0 for value in figure], positive=True),
        extracted_f1=f1(labels, extracted, positive=True) if is_news else None,
    )


def measure_all(shared: Path) -> list[Worthiness]:
    """Results on the news sentences, and on ct24_dev when `shared` has it."""
    lines = NEWS.read_text(encoding="utf-8").splitlines()
    news = [(row["sentence"], bool(row["label"])) for row in map(json.loads, lines)]
    found = [measure("news, labelled for this", news, is_news=True)]
    path = shared / DEVELOPMENT_SET
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            debates = [(str(row["text"]), bool(row["label"])) for row in map(json.loads, file)]
        found.append(measure("ct24_dev", debates))
    return found


def render(found: Sequence[Worthiness]) -> str:
    """Markdown table with a line per set."""
    rows = [
        f"| {w.name} | {w.sentences} | {w.positives:.3f} | {w.f1:.3f} | {w.average_precision:.3f} "
        f"| {w.baseline_f1:.3f} | {'' if w.extracted_f1 is None else f'{w.extracted_f1:.3f}'} |"
        for w in found
    ]
    head = "| set | sentences | positives | F1 | average precision | F1 of figures | extracted |"
    return "\n".join([head, "|---|---:|---:|---:|---:|---:|---:|", *rows])


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.worthiness", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    print(render(measure_all(parser.parse_args().shared)))


if __name__ == "__main__":
    main()
