"""Where sentences are split into statements: python -m evaluation.splitting [--tagger]

Measured on hand-labelled sentences of the events in evaluation/real (evaluation/cases/reading):
`splits` are 200 sentences that contain a conjunction or a relative clause, labelled before they
were read by rules or tagger; `disputed_splits` are all other sentences of these events that rules
and tagger split differently, labelled without knowing which result was whose. A label gives the
first words of every statement but the first.

    right     a statement begins where the label has one
    wrong     a statement begins elsewhere
    missed    the label has a statement, and the sentence stays whole there
    optional  a statement begins where the label allows but does not require one

`--tagger` also measures the same rules with word classes from a trained tagger
(splitting_tagger.py), and the processor time of both for the example article.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from claims.english.sentences import split_sentences
from claims.english.tokens import tokenise
from claims.extraction.statements import find_statements
from evaluation.splitting_tagger import TaggerMissing, load_splitter

_FOLDER = Path(__file__).parent / "cases" / "reading"
SETS = {name: _FOLDER / f"{name}.jsonl" for name in ("splits", "disputed_splits")}
OUTCOMES = ("right", "wrong", "missed", "optional")
_ARTICLE = Path(__file__).parents[1] / "examples" / "article.txt"

# Returns the positions in the sentence at which a statement begins, except the first.
Splitter = Callable[[str], Iterable[int]]


def split_by_rules(sentence: str) -> list[int]:
    """Positions at which the extraction of the service begins another statement."""
    return sorted(found.span.start for found in find_statements(tokenise(sentence)))[1:]


def read_labels(case: Mapping[str, Any]) -> tuple[set[int], set[int]]:
    """Required and optional positions of a case. Raises ValueError for an ambiguous label."""
    sentence = case["sentence"]
    required, optional = (
        {_find_words(words, sentence) for words in case[key]} for key in ("cuts", "optional")
    )
    return required, optional


def _find_words(words: str, sentence: str) -> int:
    found = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", sentence)]
    if len(found) != 1:
        raise ValueError(f"{words!r} is {len(found)} times in {sentence!r}, and must be once")
    return found[0]


def measure(path: Path, splitter: Splitter = split_by_rules) -> Counter[str]:
    """Counts of each outcome in one set."""
    counts: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        required, optional = read_labels(case)
        found = set(splitter(case["sentence"]))
        counts["right"] += len(found & required)
        counts["wrong"] += len(found - required - optional)
        counts["missed"] += len(required - found)
        counts["optional"] += len(found & optional)
    return counts


def _time_article(splitter: Splitter) -> float:
    """Milliseconds of processor time for the example article, the least of five runs."""
    sentences = [item.text for item in split_sentences(_ARTICLE.read_text(encoding="utf-8"))]
    seconds = []
    for _ in range(5):
        began = time.process_time()
        for sentence in sentences:
            splitter(sentence)
        seconds.append(time.process_time() - began)
    return min(seconds) * 1000


def main() -> None:
    """Print a line per set and splitter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tagger", action="store_true", help="measure the tagger as well")
    splitters: dict[str, Splitter] = {"rules": split_by_rules}
    if parser.parse_args().tagger:
        try:
            splitters["rules on a tagger"] = load_splitter()
        except TaggerMissing as missing:
            sys.exit(str(missing))
    print("| splits | " + " | ".join(OUTCOMES) + " |")
    print("|---|" + "---:|" * len(OUTCOMES))
    for name, path in SETS.items():
        for reader, splitter in splitters.items():
            counts = measure(path, splitter)
            print(f"| {name}, {reader} | " + " | ".join(str(counts[o]) for o in OUTCOMES) + " |")
    if len(splitters) > 1:
        for reader, splitter in splitters.items():
            print(f"\nexamples/article.txt, {reader}: {_time_article(splitter):.1f} ms", end="")
        print()


if __name__ == "__main__":
    main()
