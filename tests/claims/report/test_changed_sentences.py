"""Changed pages in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.report.changed_sentences import (
    ChangedPage,
    Piece,
    describe_judged_again,
    describe_turn,
    list_changed_pages,
    mark_words,
    write_marked,
)
from claims.types import (
    Cause,
    EventData,
    HistoryEntry,
    PageChange,
    PageDifference,
    VerdictLabel,
)
from tests.claims.samples import NOON

URL = "https://www.a.example/history"


def test_words_that_differ_are_marked_on_both_sides() -> None:
    marked = mark_words(PageChange(URL, "It opened in 1987, in May.", "It opened in 1978, in May."))
    assert marked.before == (Piece("It opened in "), Piece("1987", True), Piece(", in May."))
    assert write_marked(marked.after, "[", "]") == "It opened in [1978], in May."


def test_numbers_and_words_in_a_row_are_marked_as_one() -> None:
    marked = mark_words(PageChange(URL, "It cost 1.5 million euros.", "It cost two billion euros."))
    assert write_marked(marked.before, "[", "]") == "It cost [1.5 million] euros."


def test_sentence_without_its_pair_is_not_marked() -> None:
    marked = mark_words(PageChange(URL, None, "It closed."))
    assert (marked.before, marked.after) == ((), (Piece("It closed."),))


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_pieces_are_the_sentences(before: str, after: str) -> None:
    marked = mark_words(PageChange(URL, before, after))
    assert write_marked(marked.before, "", "") == before
    assert write_marked(marked.after, "", "") == after
    same = [
        "".join(p.text for p in side if not p.is_marked) for side in (marked.before, marked.after)
    ]
    assert same[0].split() == same[1].split()


def test_pages_are_listed_with_their_sentences() -> None:
    difference = PageDifference(changed=(PageChange(URL, "a", "b"), PageChange("notes.txt")))
    first, second = list_changed_pages(difference)
    assert (first.url, len(first.changes)) == (URL, 1)
    assert second == ChangedPage("notes.txt", ())


@pytest.mark.parametrize(
    ("causes", "words"),
    [
        ((Cause.PASSAGES,), "The passages changed; the verdict did not."),
        (
            (Cause.PASSAGES, Cause.STALE),
            "The passages changed; the verdict did not. Other evidence is too old for the claim.",
        ),
        (
            (Cause.JUDGE,),
            "Judged again; same verdict. The judge is another one, or another release.",
        ),
    ],
)
def test_check_with_the_same_verdict_is_described(causes: tuple[Cause, ...], words: str) -> None:
    entry = HistoryEntry(
        check=2, checked_at=NOON, label=VerdictLabel.SUPPORTED, support=0.9, changed=False,
        scored=True, causes=causes,
    )  # fmt: skip
    assert describe_judged_again(entry) == words


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (None, ""),
        (
            PageDifference(changed=(PageChange(URL, "It opened.", "It closed."),)),
            "a.example said “It opened.” and now says “It closed.”",
        ),
        (
            PageDifference(changed=(PageChange(URL, None, "It closed."),)),
            "a.example now says “It closed.”",
        ),
        (
            PageDifference(changed=(PageChange(URL, "It opened.", None),)),
            "a.example no longer says “It opened.”",
        ),
        (PageDifference(changed=(PageChange(URL),)), ""),
        (PageDifference(appeared=(URL, "https://b.example")), "New page: a.example."),
        (PageDifference(vanished=(URL,)), "No longer available: a.example."),
    ],
)
def test_page_that_turned_the_verdict_is_described(
    difference: PageDifference | None, words: str
) -> None:
    assert describe_turn(EventData(diff=difference, turned_by=(URL,))) == words
