"""`assay score`, run as a command line."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from claims import wiring
from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.types import JudgeName
from tests.claims.cli.running import CLAIM, Done, run_assay

PAIRS: list[dict[str, Any]] = [
    {"id": 7, "claim": CLAIM, "evidence": "The new bridge at Kisoro is 42 metres long, they said."},
    {"claim": CLAIM, "evidence": "The new bridge at Kisoro is 58 metres long.", "x": {"y": [None]}},
    {"claim": CLAIM, "evidence": "Cows eat grass."},
    {"claim": CLAIM, "evidence": ""},
    {"claim": CLAIM, "evidence": " "},
]
KEYS = ("supports", "refutes", "neutral")


def write_pairs(path: Path, pairs: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(pair) + "\n" for pair in pairs), encoding="utf-8")
    return path


def score(tmp_path: Path, pairs: Sequence[dict[str, Any]], *options: str) -> list[dict[str, Any]]:
    """Run `assay score` on these pairs, and return its output lines as JSON objects."""
    done = run_assay("score", "--pairs", write_pairs(tmp_path / "pairs.jsonl", pairs), *options)
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_lines_come_back_in_order_with_their_keys_and_three_more(tmp_path: Path) -> None:
    lines = score(tmp_path, PAIRS)
    assert [{key: line[key] for key in line if key not in KEYS} for line in lines] == PAIRS
    assert [list(line)[-3:] for line in lines] == [list(KEYS)] * len(PAIRS)
    best = [max(KEYS, key=line.__getitem__) for line in lines]
    assert best == ["supports", "refutes", "neutral", "neutral", "neutral"]


def test_gzipped_pairs_give_the_same(tmp_path: Path) -> None:
    plain = write_pairs(tmp_path / "pairs.jsonl", PAIRS)
    packed = tmp_path / "pairs.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    out = tmp_path / "out.jsonl"
    done = run_assay("score", "--pairs", packed, "--out", out)
    assert (done.status, done.out) == (0, "")
    assert out.read_text() == run_assay("score", "--pairs", plain).out


class RandomJudge:
    """A judge with random probabilities, some of them on the edge between two rounded values."""

    name = JudgeName("random", "1")

    def __init__(self) -> None:
        edges = [[1, 0, 0], [0, 1, 0], [0.3000485, 0.6999515, 0], [0.9999995, 5e-7, 0]]
        others = np.random.default_rng(1).dirichlet([0.3] * 3, 500)
        self._rows = itertools.cycle(np.concatenate([edges, others]).astype(np.float32))

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        rows = list(itertools.islice(self._rows, len(pairs)))
        return np.asarray(rows, dtype=np.float32).reshape(-1, 3)


@pytest.mark.parametrize("options", [(), ("--model-only",)])
def test_three_numbers_of_a_line_are_probabilities_that_sum_to_1(
    tmp_path: Path, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = CalibratedJudge(RandomJudge(), Calibration())
    monkeypatch.setattr(wiring, "build_judge", lambda settings: judge)
    for line in score(tmp_path, PAIRS[:1] * 500, *options):
        assert all(0 <= line[key] <= 1 for key in KEYS)
        assert abs(sum(line[key] for key in KEYS) - 1) < 1e-6


def test_deciding_sentence_is_found_in_the_middle_of_long_evidence(tmp_path: Path) -> None:
    """The sentence is in the middle of 5000 words; the bare model truncates them at 512 tokens."""
    words = "the town council met on tuesday to talk about roads water and schools".split()
    chooser = random.Random(1)
    sentences = [" ".join(chooser.choices(words, k=16)).capitalize() + "." for _ in range(312)]
    sentences[156] = "The new bridge at Kisoro is 42 metres long, the district engineer said."
    pair = {"claim": CLAIM, "evidence": " ".join(sentences)}
    assert len(pair["evidence"].split()) > 4900
    (line,) = score(tmp_path, [pair])
    (bare,) = score(tmp_path, [pair], "--model-only")
    assert line["supports"] > 0.6
    assert bare["supports"] < 0.4


def test_no_pairs_give_an_empty_file(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run_assay("score", "--pairs", write_pairs(tmp_path / "p", []), "--out", out).status == 0
    assert out.read_bytes() == b""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"claim": "a"}', 'the key "evidence" is missing'),
        ('{"claim": "a", "evidence": ["b"]}', '"evidence" is not a string'),
        ('{"claim": "a", "evidence": "b"', "not JSON"),
        ('["claim", "evidence"]', "not a JSON object"),
    ],
)
def test_bad_line_ends_with_2_and_its_number_and_no_file(
    tmp_path: Path, line: str, reason: str
) -> None:
    path, out = write_pairs(tmp_path / "pairs.jsonl", PAIRS[:2]), tmp_path / "out.jsonl"
    path.write_text(f"{path.read_text()}{line}\n")
    done = run_assay("score", "--pairs", path, "--out", out)
    assert done.status == 2
    assert done.complaint.startswith(f"{path}, line 3: {reason}")
    assert not out.exists()


def test_bad_line_leaves_the_file_of_the_last_run_alone(tmp_path: Path) -> None:
    path, out = tmp_path / "pairs.jsonl", tmp_path / "out.jsonl"
    path.write_text("{}\n")
    out.write_text("before")
    assert run_assay("score", "--pairs", path, "--out", out).status == 2
    assert out.read_text() == "before"


@pytest.mark.parametrize("command", [("score", "--pairs"), ("worthiness", "--lines")])
def test_place_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, command: tuple[str, str]
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text("what is wrong with this line is not even looked at\n")
    done = run_assay(*command, path, "--out", tmp_path / "nowhere" / "out.jsonl")
    assert (done.status, "cannot be written" in done.complaint) == (2, True)


@pytest.mark.parametrize("command", [("score", "--pairs"), ("worthiness", "--lines")])
def test_file_that_is_not_there_is_named(command: tuple[str, str]) -> None:
    done: Done = run_assay(*command, "nowhere.jsonl")
    assert done.status == 2
    assert done.complaint == "nowhere.jsonl: cannot be read: No such file or directory"
