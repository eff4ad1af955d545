"""The choice of the labelled claims that ship."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from claims.reader.labelled_claims import FILE, read_labelled_claims, write_labelled_claim
from claims.types import VerdictLabel
from evaluation import labelled_claims
from evaluation.labelled_claims import choose, list_pairs
from training.events import read_events, split_events
from training.mirrors import read_mirrored


def test_shipped_file_is_the_output_of_the_command() -> None:
    """The choice depends on the ranking: where that changes, the file is to be written again."""
    mirrored = read_mirrored(split_events(read_events())[1])
    first = read_labelled_claims()[:2]
    (one,) = (one for one in mirrored if one.event.name == first[0].event)
    pairs = [pair for pair in list_pairs(one) if pair[0].key == first[0].key]
    (pair,) = pairs
    assert [write_labelled_claim(side) for side in pair] == list(map(write_labelled_claim, first))


def test_rarest_labels_and_kinds_are_chosen_first() -> None:
    claims = read_labelled_claims()
    pairs = list(zip(claims[::2], claims[1::2], strict=True))
    again = choose(list(reversed(pairs)), claims=20)
    assert again == choose(pairs, claims=20)
    labels = Counter(one.label for one in again)
    assert set(labels) == set(VerdictLabel)
    assert max(labels.values()) - min(labels.values()) <= 2
    assert len({one.kind for one in again}) == 10


def test_writing_questions_leaves_the_shipped_file_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = FILE.read_bytes()
    labelled_claims.main(["--claims", "6", "--questions", str(tmp_path / "q")])
    assert len(list((tmp_path / "q").iterdir())) == 6
    assert (tmp_path / "q-index.json").is_file()
    assert FILE.read_bytes() == before
