"""Changed sentences of pages between two checks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from claims.types import PageChange, PageDifference
from claims.verdicts.page_changes import (
    PER_CHECK,
    PER_PAGE,
    SENTENCE_CHARS,
    PageVersion,
    compare_versions,
    find_difference,
    list_changes,
)
from tests.claims.samples import evidence, gathered, reference, verdict

URL = "https://a.example"
OPENED = "The library of Norrbeck opened in 1987."
BOOKS = "It has 40,000 books and a reading room."
ROOF = "Its roof was mended by volunteers last spring."
CLOSED = "A branch in the harbour closed for lack of visitors."
SENTENCES = st.lists(
    st.sampled_from([OPENED, BOOKS, ROOF, CLOSED, "Ada Holm runs it."]), max_size=6
)


def compare(before: str, after: str, *quotes: str) -> tuple[PageChange, ...]:
    return compare_versions(URL, PageVersion(before, quotes), PageVersion(after, quotes))


def test_reworded_sentence_is_one_change_with_both_forms() -> None:
    now = "The library of Norrbeck opened in 1978."
    assert compare(f"{OPENED} {BOOKS}", f"{now} {BOOKS}") == (PageChange(URL, OPENED, now),)


def test_sentences_without_common_words_are_removed_and_added() -> None:
    assert compare(f"{OPENED} {ROOF}", f"{OPENED} {CLOSED}") == (
        PageChange(URL, None, CLOSED),
        PageChange(URL, ROOF, None),
    )


def test_only_furniture_changed_is_no_change() -> None:
    before = f"By Ada Holm, staff writer\nUpdated 5 minutes ago\n{OPENED}\n3 comments\nShare this"
    after = f"Last updated: 5 May 2025\n{OPENED}\n1,204 comments\nRead more: Ten libraries to see"
    assert compare(before, after) == ()


def test_moved_sentence_and_other_quotation_marks_are_no_change() -> None:
    said = "“We opened in 1987”, she said – twice."
    plain = '"We opened in 1987", she  said - twice.'
    assert compare(f"{said} {BOOKS}", f"{BOOKS}\n\n{plain}") == ()


def test_deciding_sentence_and_its_neighbours_come_first() -> None:
    before = f"{ROOF}\n{OPENED}\n{BOOKS}\n{CLOSED}\nNobody minded it at all."
    after = (
        f"{ROOF}\n{OPENED}\nIt has 50,000 books and a reading room.\n"
        f"{CLOSED}\nNobody minded it any more."
    )
    books, minded = compare(before, after, OPENED)
    assert (books.before, books.deciding) == (BOOKS, True)
    assert (minded.before, minded.deciding) == ("Nobody minded it at all.", False)


@given(SENTENCES, SENTENCES)
def test_each_change_names_sentences_that_only_one_version_has(
    before: list[str], after: list[str]
) -> None:
    changes = compare("\n".join(before), "\n".join(after))
    gone, new = set(before) - set(after), set(after) - set(before)
    assert {one.before for one in changes if one.before} == gone
    assert {one.after for one in changes if one.after} == new
    assert len([one for one in changes if one.before]) == len(gone)


@given(st.text(max_size=200))
def test_no_text_differs_from_itself(text: str) -> None:
    assert compare(text, text) == ()


@given(st.lists(st.integers(0, 40), max_size=8))
def test_listed_changes_are_bounded_and_the_others_counted(sizes: list[int]) -> None:
    pages = [
        [PageChange(f"{URL}/{i}", None, str(j), deciding=j == 0) for j in range(size)]
        for i, size in enumerate(sizes)
    ]
    listed, further = list_changes(pages)
    assert len(listed) + further == sum(sizes)
    assert len(listed) <= PER_CHECK
    assert all(
        sum(one.url == f"{URL}/{i}" for one in listed) <= PER_PAGE for i in range(len(sizes))
    )
    marks = [one.deciding for one in listed]
    assert marks == sorted(marks, reverse=True)


def test_long_sentence_is_cut() -> None:
    (change,) = compare("", "x" * 1_000)
    assert change.after is not None
    assert len(change.after) == SENTENCE_CHARS


def test_difference_names_pages_that_appeared_vanished_or_changed() -> None:
    texts = {"a1": OPENED, "a2": f"{OPENED}\nShare this", "b1": BOOKS, "b2": ROOF}
    a1, a2 = (reference(URL, sha256=sha256) for sha256 in ("a1", "a2"))
    b1, b2 = (reference("https://b.example", sha256=sha256) for sha256 in ("b1", "b2"))
    c, d = reference("https://c.example"), reference("https://d.example")
    found = find_difference(gathered(a2, b2, c), before=gathered(a1, b1, d), read_text=texts.get)
    assert found == PageDifference(
        appeared=("https://c.example",),
        vanished=("https://d.example",),
        changed=(
            PageChange("https://b.example", None, ROOF),
            PageChange("https://b.example", BOOKS, None),
        ),
    )


def test_page_whose_text_is_no_longer_stored_is_listed_without_sentences() -> None:
    before, now = gathered(reference(URL, sha256="a1")), gathered(reference(URL, sha256="a2"))
    assert find_difference(now, before=before).changed == (PageChange(URL),)


def test_quotations_of_both_verdicts_decide() -> None:
    texts = {"a1": f"{ROOF}\n{OPENED}", "a2": f"{CLOSED}\nNothing else is known."}
    quoted = replace(evidence(0.9, 0.05), quote=OPENED, page=reference(URL, sha256="a1"))
    last = replace(verdict(), evidence=(quoted,))
    before, now = gathered(reference(URL, sha256="a1")), gathered(reference(URL, sha256="a2"))
    found = find_difference(now, before=before, read_text=texts.get, last=last)
    assert {one.before for one in found.changed if one.deciding} == {ROOF, OPENED}
