"""A shelf of a million passages: time to add documents, size on disk, time to search.

`python -m benchmarks.shelf [--passages N] [--write]`. Random documents of news-like text (names,
places, figures and words with a Zipf-like frequency, from a fixed seed) are added with `assay shelf
add` as JSON lines. Then claims are searched as the provider does, with all query variants of each.
All numbers are for this machine and this run. `--write` puts the table into
docs/reference/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles

from claims.retrieval.queries import make_queries
from claims.shelves.places import ShelfPlace, place_of
from claims.shelves.provider import ShelfProvider
from claims.shelves.shelf import Shelf
from evaluation.document import REFERENCE, put_between_marks

_NAME = "bench"
_ASSAY = "from service.cli import main; main()"
_CLAIMS = 200  # claims searched
_SENTENCES = 17  # per document: a short news item of four passages
_PASSAGES_PER_DOCUMENT = 4  # estimate, to choose the number of documents; the table has the count

_SYLLABLES = "ka lo mer tin bra sul do fen ri os van pel ut gar im sha no wel ter qui".split()
_FRAMES = (
    "{name} said on {day} that the {noun} in {place} would {verb} by {figure} percent .",
    "The {noun} of {place} , which {name} had {verb}ed in {year} , cost {figure} million euros .",
    "According to the {noun} , {figure} people in {place} {verb} every {noun} and {noun} .",
    "{name} and {name} met in {place} to speak about the {noun} , the {noun} and the {noun} .",
    "In {year} the {noun} {verb}ed from {figure} to {figure} , more than any {noun} before it .",
    "Nobody in {place} knew whether the {noun} would {verb} , {name} told the {noun} on {day} .",
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class News:
    """Generator of random documents; the same seed gives the same documents."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - news, no secrets
        self._nouns = self._words(6_000, 3)
        self._verbs = self._words(1_500, 2)
        self._names = [
            f"{first.capitalize()} {last.capitalize()}"
            for first, last in zip(self._words(9_000, 2), self._words(9_000, 3), strict=True)
        ]
        self._places = [word.capitalize() for word in self._words(4_000, 3)]
        # Zipf's law: the frequency of the word of rank n is proportional to about 1/n.
        self._weights = {
            count: list(accumulate(1 / (rank + 3) for rank in range(count)))
            for count in map(len, (self._nouns, self._verbs, self._names, self._places))
        }

    def _words(self, count: int, syllables: int) -> list[str]:
        return ["".join(self._random.choices(_SYLLABLES, k=syllables)) for _ in range(count)]

    def _draw(self, words: Sequence[str]) -> str:
        return self._random.choices(words, cum_weights=self._weights[len(words)])[0]

    def sentence(self) -> str:
        """A random sentence."""
        words = []
        for word in self._random.choice(_FRAMES).split():
            if word.startswith("{"):
                name, _, rest = word[1:].partition("}")
                word = self._fill(name) + rest
            words.append(word)
        return " ".join(words).replace(" ,", ",").replace(" .", ".")

    def _fill(self, name: str) -> str:
        match name:
            case "name":
                return self._draw(self._names)
            case "place":
                return self._draw(self._places)
            case "noun":
                return self._draw(self._nouns)
            case "verb":
                return self._draw(self._verbs)
            case "day":
                return self._random.choice(_DAYS)
            case "year":
                return str(self._random.randint(1950, 2025))
        return f"{self._random.randint(2, 999)}"

    def documents(self) -> Iterator[dict[str, str]]:
        """Endless documents with title, date, url and text."""
        number = 0
        while True:
            number += 1
            yield {
                "title": self.sentence().rstrip("."),
                "date": f"{self._random.randint(1990, 2025)}-0{self._random.randint(1, 9)}-11",
                "url": f"https://news.example.org/{number}",
                "text": " ".join(self.sentence() for _ in range(_SENTENCES)),
            }


def write_documents(path: Path, count: int) -> None:
    """Write `count` documents to `path` as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for _, row in zip(range(count), News().documents(), strict=False):
            file.write(json.dumps(row) + "\n")


def fill(folder: Path, source: Path) -> tuple[float, float, float]:
    """Run `assay shelf add` in a process of its own.

    Returns wall-clock seconds, seconds of processor time, and peak memory in MB.
    """
    command = [sys.executable, "-c", _ASSAY, "shelf", "add", _NAME, str(source), "--data"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*command, str(folder)], check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, busy, after.ru_maxrss / 1024


def search(place: ShelfPlace) -> tuple[list[float], list[float]]:
    """Milliseconds of each query, and of each claim with all its query variants."""
    provider = ShelfProvider(Shelf(place))
    news = News(seed=11)
    queries, claims = [], []
    for _ in range(_CLAIMS):
        began = time.perf_counter()
        for query in make_queries(news.sentence()):
            started = time.perf_counter()
            provider.search(query)
            queries.append((time.perf_counter() - started) * 1000)
        claims.append((time.perf_counter() - began) * 1000)
    return queries, claims


def size_of(folder: Path) -> int:
    """Total size of all files in a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def describe(times: Sequence[float]) -> str:
    """Median and 95th percentile of times in ms, as text."""
    return f"{median(times):.1f} ms, {quantiles(times, n=20)[-1]:.1f} ms"


def measure(folder: Path, passages: int) -> str:
    """Fill and search a shelf of about `passages` passages; returns the Markdown table."""
    source = folder / "news.jsonl"
    write_documents(source, round(passages / _PASSAGES_PER_DOCUMENT))
    seconds, busy, memory = fill(folder, source)
    seconds_again, busy_again, _ = fill(folder, source)
    place = place_of(folder, _NAME)
    count = Shelf(place).count_passages()
    megabytes = source.stat().st_size / 1e6
    queries, claims = search(place)
    load = os.getloadavg()[1]
    rows = {
        "passages": f"{count:,} of {megabytes:,.0f} MB of JSON lines",
        "adding": f"{seconds:,.0f} s, of them {busy:,.0f} s of processor time"
        f" ({count / busy:,.0f} passages a second); {memory:,.0f} MB of memory at most",
        "adding again, unchanged": f"{seconds_again:.1f} s, {busy_again:.1f} s of processor time",
        "on disk": f"{size_of(place.index) / 1e6:,.0f} MB of index,"
        f" {place.catalog.stat().st_size / 1e6:,.0f} MB of catalog with all text",
        "one query, median and 95th percentile": describe(queries),
        f"one claim ({len(queries) / len(claims):.1f} queries)": describe(claims),
    }
    machine = f"On {os.cpu_count()} cores, of which one is used, with other work on them"
    head = f"{machine}: load {load:.0f}.\n\n| | |\n|---|---|\n"
    return head + "\n".join(f"| {name} | {value} |" for name, value in rows.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shelf", description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000_000, help="about how many")
    parser.add_argument("--write", action="store_true", help="put the table into the document")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="assay-shelf-") as folder:
        table = measure(Path(folder), options.passages)
    print(table)
    if options.write:
        put_between_marks(table, "python -m benchmarks.shelf", REFERENCE / "benchmarks.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
