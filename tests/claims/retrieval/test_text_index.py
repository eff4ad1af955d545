"""Index of titles and addresses, which are found by the words that they share with a claim."""

from __future__ import annotations

from claims.retrieval.text_index import TextIndex

TITLES = [
    "Orrin Bridge closed after crack is found",
    "Bridge club celebrates its first year",
    "Water level of Lake Orrin falls to record low",
    "news 2025 mayor resigns over budget",
    "",
]


def test_best_text_comes_first_and_one_shared_word_is_not_enough() -> None:
    index = TextIndex(TITLES)
    assert index.find("The Orrin Bridge has been closed since Monday.", limit=5) == (0,)
    assert index.find("The level of Lake Orrin fell by two metres.", limit=5) == (2,)
    assert index.find("The mayor resigned.", limit=5) == (3,)


def test_query_on_another_subject_finds_nothing() -> None:
    index = TextIndex(TITLES)
    assert index.find("Exports of copper doubled in March.", limit=5) == ()
    assert index.find("the of and", limit=5) == ()
    assert index.find("", limit=5) == ()
    assert TextIndex([]).find("Orrin Bridge", limit=5) == ()
    assert TextIndex(["", "the"]).find("Orrin Bridge", limit=5) == ()


def test_one_shared_word_is_enough_only_for_a_query_of_one_word() -> None:
    index = TextIndex(TITLES)
    assert index.find("Orrin", limit=5) == (0, 2)
    long = "The club of beekeepers in Alby gave the school ten hives and a book about bees."
    assert index.find(long, limit=5) == ()


def test_index_returns_at_most_limit_texts() -> None:
    index = TextIndex(["Orrin Bridge opens"] * 30)
    assert index.find("The Orrin Bridge was opened.", limit=3) == (0, 1, 2)
