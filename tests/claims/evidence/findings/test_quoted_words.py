"""Splitting of a text into normalised words with their spans."""

from __future__ import annotations

from claims.evidence.findings.quoted_words import read_passage_words, split_words
from claims.types import Span


def test_words_are_compared_without_capitals_dots_and_spelling() -> None:
    assert split_words("The U.S. Labour party’s 3.5") == ["the", "us", "labor", "party's", "35"]


def test_words_of_a_part() -> None:
    assert split_words("The mine is finished", Span(4, 11)) == ["mine", "is"]


def test_words_between_the_parts_of_a_quotation_are_left_out() -> None:
    passage = "“We are,” she told reporters, “ready.” Nobody laughed."
    words = read_passage_words(passage)
    assert words.words == ("we", "are", "ready", "nobody", "laughed")
    assert [passage[start:end] for start, end in words.spans[:3]] == ["We", "are", "ready"]


def test_one_voice_is_one_sentence_in_one_pair_of_marks() -> None:
    words = read_passage_words("“We came. We saw the mine,” she said.")
    assert words.is_one_voice(2, 6)
    assert not words.is_one_voice(0, 3)
    assert not words.is_one_voice(4, 7)
    assert words.is_one_sentence(4, 7)
