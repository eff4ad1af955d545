"""Snapshots without text: the text is restored unchanged, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InvalidInput
from claims.pipeline import rank_evidence
from claims.shapes import from_text, to_text
from claims.sources.snapshots import (
    check_unchanged,
    is_unchanged,
    list_cited,
    list_needed,
    restore_text,
    strip_text,
)
from claims.types import Gathered, Header, KeptGathering, ServerAnswer, SourceFailure
from tests.claims.samples import evidence, gathered, page, reference

ANSWER = ServerAnswer(status=200, final_url="https://b.example/", headers=(Header("Date", "now"),))
SENTENCES = [
    "Eleven people died.",
    "The ferry sank on Monday.",
    "It rained.",
    "Élan, 12 \U0001f6a2.",
]


@given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9), max_size=4))
def test_restored_gathering_equals_the_original(texts: list[list[str]]) -> None:
    pages = [
        replace(page(f"https://a.example/{n}", " ".join(text)), answer=ANSWER if n % 2 else None)
        for n, text in enumerate(texts)
    ]
    failed = [SourceFailure("https://c.example/", "timeout", "too slow")]
    whole = rank_evidence("Eleven people died when the ferry sank.", pages, failed)
    kept = from_text(KeptGathering, to_text(strip_text(whole)))
    needed = {item.sha256: item.text for item in pages if item.sha256 in list_needed(kept)}
    assert restore_text(kept, needed) == whole
    assert not any(text in to_text(kept) for text in SENTENCES[:1])


def test_pages_without_server_answers_are_stripped_as_well() -> None:
    before: Gathered = gathered(reference())
    assert strip_text(before).pages[0].answer is None


def test_pages_of_gathering_and_evidence_are_listed_once() -> None:
    read = [reference(sha256="a"), reference(sha256="b"), reference(sha256="a")]
    cited = [replace(evidence(1, 0), page=reference(sha256=name)) for name in ("c", "b")]
    assert list_cited(read, cited) == ("a", "b", "c")


def test_changed_text_is_detected_by_its_hash() -> None:
    kept = page(text="Eleven people died.")
    assert check_unchanged(kept.text, kept.sha256) == kept.text
    assert not is_unchanged(kept.text + " ", kept.sha256)
    with pytest.raises(InvalidInput, match=f"page {kept.sha256}: its text has another sha256"):
        check_unchanged("Twelve people died.", kept.sha256)
    assert not is_unchanged("\ud800", kept.sha256)
