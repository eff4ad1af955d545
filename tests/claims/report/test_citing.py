"""Citations in three notations, of ordinary and of hostile pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from claims.report.citing import cite
from claims.types import ArchivedCopy, Evidence, Probabilities, Span, Stance
from tests.claims.samples import reference

PAGE = replace(reference("https://a.example/one"), published_at="2025-09-04")


def evidence(quote: str = "Eleven people died.", **about: str | None) -> Evidence:
    return Evidence(
        quote=quote,
        span=Span(0, len(quote)),
        stance=Stance.SUPPORTS,
        probabilities=Probabilities(0.9, 0.05, 0.05),
        page=replace(PAGE, **about),
    )


def test_citation_names_page_publisher_days_and_address() -> None:
    found = cite(evidence())
    assert found.plain == (
        "“Eleven people died.” (A title, A paper, 4 Sep 2025, read 4 Sep 2025, 12:00 UTC, "
        "https://a.example/one)"
    )
    assert found.markdown == (
        "> Eleven people died\\.\n>\n> — [A title](<https://a.example/one>), "
        "A paper, 4 Sep 2025, read 4 Sep 2025, 12:00 UTC"
    )
    assert found.html == (
        '<blockquote cite="https://a.example/one"><p>Eleven people died.</p></blockquote>\n'
        '<p>— <a href="https://a.example/one">A title</a>, A paper, 4 Sep 2025, '
        "read 4 Sep 2025, 12:00 UTC</p>"
    )


def test_page_without_title_publisher_and_day_is_cited_by_its_host() -> None:
    found = cite(evidence(title=None, publisher=None, published_at=None))
    assert found.plain == (
        "“Eleven people died.” (a.example, read 4 Sep 2025, 12:00 UTC, https://a.example/one)"
    )


def test_text_of_a_page_becomes_no_markup() -> None:
    hostile = 'x](javascript:alert(1)) <img src=x onerror="alert(1)"> `a` \u202eback'
    url = 'https://a.example/"><script>x</script> )'
    found = cite(evidence(hostile, title=hostile, publisher=hostile, url=url))
    soup = BeautifulSoup(found.html, "lxml")
    assert soup.select("img, script") == []
    assert [link["href"] for link in soup.select("a")] == [url]
    assert "](javascript:" not in found.markdown
    assert re.search(r"(?<!\\)<img", found.markdown) is None
    assert "(<https://a.example/" in found.markdown
    assert "\u202e" not in found.plain + found.markdown + found.html
    assert found.markdown.count("\n") == 2


@pytest.mark.parametrize("url", ["shelf:papers/one.pdf", "javascript:alert(1)", "notes.txt"])
def test_address_that_is_none_of_the_web_becomes_no_link(url: str) -> None:
    found = cite(evidence(url=url))
    assert "<a " not in found.html and "cite=" not in found.html and "](" not in found.markdown
    assert url in found.plain


def test_citation_of_an_archived_copy_says_so_and_of_which_day() -> None:
    item = evidence()
    copy = ArchivedCopy("https://archive.example/web/20240303101112id_/x", date(2024, 3, 3))
    found = cite(replace(item, page=replace(item.page, archived=copy)))
    for words in (found.plain, found.markdown, found.html):
        assert "4 Sep 2025, archived copy of 3 March 2024, read 4 Sep 2025" in words
