"""Splitting into sentences and windows: exact spans, no lost character, linear time."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.english.sentences import sentence_windows, split_sentences
from tests.claims.timing import processor_seconds

PROSE = st.lists(
    st.sampled_from(
        ["He left. ", "Was it 3.5 %? ", "“Yes. It is,” she said. ", "\n\n", "Dr. Ruiz of the U.S. ",
         "no stop\n", "😀 ", "\ud800. ", "\r\n", "word " * 300, "x" * 1500, " ", "\u2028",
         "a\x0bb. "]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(PROSE)
def test_sentences_are_exact_pieces_in_order_and_lose_nothing(text: str) -> None:
    end = 0
    for sentence in split_sentences(text):
        assert text[sentence.span.start : sentence.span.end] == sentence.text
        assert sentence.text == sentence.text.strip()
        assert sentence.text
        assert not text[end : sentence.span.start].strip()
        end = sentence.span.end
    assert not text[end:].strip()


@given(PROSE)
@settings(deadline=None)
def test_windows_cover_every_character_and_stay_short(text: str) -> None:
    covered = set()
    for span in sentence_windows(text):
        assert span.end - span.start <= 900
        covered.update(range(span.start, span.end))
    assert all(place in covered or text[place].isspace() for place in range(len(text)))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith of the U.S. Navy paid $13.5 million. He left.", 2),
        ("“We won. It was over,” he said. Then he left.", 2),
        ("A title\n\nA sentence.", 2),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_sentences_end_at_the_expected_marks(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


def windows_of(text: str, **options: int) -> list[str]:
    return [text[span.start : span.end] for span in sentence_windows(text, **options)]


def test_windows_share_a_sentence() -> None:
    text = " ".join(f"Sentence {n} is here." for n in range(4))
    assert windows_of(text) == [
        f"Sentence {n} is here. Sentence {n + 1} is here." for n in range(3)
    ]


def test_window_that_begins_with_a_pronoun_includes_the_sentence_before() -> None:
    text = "Ruiz flew to Kelm. He met Ota. They spoke. Rain fell."
    assert windows_of(text)[1:] == [
        "Ruiz flew to Kelm. He met Ota. They spoke.",
        "He met Ota. They spoke. Rain fell.",
    ]


def test_heading_is_joined_to_the_sentence_below_it() -> None:
    text = "What changes\nAll was so. All is so now.\nThe end"
    assert windows_of(text) == [
        "What changes\nAll was so. All is so now.",
        "All is so now.\nThe end",
    ]
    assert windows_of("Only a heading\nAnd another") == ["Only a heading\nAnd another"]


def test_splitting_takes_linear_time() -> None:
    for piece in ("One more sentence stands here. ", "word ", "“", "a.", "(", "x"):
        short, long = (
            processor_seconds(partial(sentence_windows, piece * (count // len(piece))))
            for count in (20_000, 200_000)
        )
        assert long < 60 * max(short, 0.01), piece
