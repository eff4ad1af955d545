"""Reading an article: its text and title, and the claims taken from it or submitted with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.errors import HostBusy, InvalidInput, SourceError
from claims.pipeline import extract_article
from claims.ports import NewArticle
from claims.types import ArticleId, ArticleReading, Link, Page, Span
from tests.claims.fakes import BusyWeb, Web, address
from tests.claims.samples import NOON, page

ARTICLE = ArticleId("a_1")


def read(new: NewArticle, web: Web | None = None, **more: Any) -> ArticleReading:
    """What is read of the article; `more` goes to extract_article as it is."""
    web = web or Web()
    return extract_article(new, pages=web, fetcher=web, now=NOON, **more)


def test_article_by_url_takes_text_and_title_from_its_page() -> None:
    web = Web(a="The strike on the boat killed eleven people on Tuesday.")
    new = NewArticle(id=ARTICLE, url=address("a"))
    reading = read(new, web)
    assert reading.text == web.texts[address("a")]
    assert reading.title == "A title"
    gone = NewArticle(id=ARTICLE, url=address("gone"))
    with pytest.raises(SourceError):
        read(gone, web)


def test_article_whose_page_is_longer_than_an_article_may_be_is_refused() -> None:
    web = Web(a="Rain fell. " * 20_000)
    new = NewArticle(id=ARTICLE, url=address("a"))
    with pytest.raises(InvalidInput, match="send a part"):
        read(new, web)


def test_article_whose_site_is_busy_comes_later_or_says_why_it_cannot() -> None:
    web = BusyWeb({"a": 20.0}, a="The strike on the boat killed eleven people on Tuesday.")
    new = NewArticle(id=ARTICLE, url=address("a"))
    with pytest.raises(HostBusy):
        read(new, web, may_wait_s=30.0)
    with pytest.raises(SourceError) as failed:
        read(new, web)
    assert failed.value.code == "host-busy"


def test_submitted_claims_come_first_and_are_not_listed_twice() -> None:
    text = "The strike on the boat killed eleven people on Tuesday. Rain fell in Quito on Monday."
    new = NewArticle(
        id=ARTICLE, text=text,
        claims=("The strike on the boat killed eleven people on Tuesday.", "Nobody was hurt."),
    )  # fmt: skip
    reading = read(new)
    texts = [claim.text for claim in reading.extraction.claims]
    assert texts[:2] == list(new.claims)
    assert len(texts) == len(set(texts))
    first, second = reading.extraction.claims[:2]
    assert first.span is not None
    assert text[first.span.start : first.span.end] == first.text
    assert second.span is None


def test_of_a_long_article_the_claims_submitted_are_always_checked() -> None:
    text = " ".join(f"The strike of May {n} killed {n + 9} people in Quito." for n in range(1, 20))
    new = NewArticle(id=ARTICLE, text=text, claims=("Nobody was hurt.", "Rain fell."))

    everything, some, fewest = (read(new, claims_max=most).extraction for most in (100, 5, 1))
    assert [claim.text for claim in some.claims[:2]] == list(new.claims)
    assert (len(some.claims), len(fewest.claims)) == (5, 2)
    listed = [one for one in some.not_checked if one.reason == "beyond-limit"]
    assert len(listed) == len(everything.claims) - 5 > 0


def test_claims_of_an_article_have_its_date() -> None:
    new = NewArticle(
        id=ARTICLE,
        text="The strike on the boat killed eleven people on Tuesday.",
        published_at="2025-09-04T08:00:00Z",
        claims=("Nobody was hurt.",),
    )
    reading = read(new)
    days = {claim.claimed_at for claim in reading.extraction.claims}
    assert len(reading.extraction.claims) == 2
    assert days == {date(2025, 9, 4)}


def test_claims_of_a_page_carry_its_links_and_claims_of_a_text_those_that_come_with_it() -> None:
    text = "The strike on the boat killed eleven people on Tuesday."
    link = Link("https://navy.example/", Span(4, 10))

    class Linking(Web):
        def fetch(self, url: str, *, known: Page | None = None) -> Page:
            return replace(page(url, text), links=(link,))

    web = Linking()
    by_url = NewArticle(id=ARTICLE, url=address("a"))
    as_text = NewArticle(id=ARTICLE, text=text)
    for new in (by_url, as_text):
        reading = read(new, web, links=(link,))
        (claim,) = reading.extraction.claims
        assert claim.links == ("https://navy.example/",)
    (claim,) = read(as_text, web).extraction.claims
    assert claim.links == ()
