"""Admission of pages: which pages must not be used as evidence."""

from __future__ import annotations

from dataclasses import replace

from claims.pipeline.admission import admit
from claims.types import SourceFailure
from tests.claims.samples import page
from tests.claims.verdicts.test_origins import COPY, OTHER, REPORT

FRENCH = "Le conseil municipal a décidé mardi soir de fermer le pont pendant trois mois."


def test_copies_of_the_article_are_left_out_and_said_to_be() -> None:
    pages = [page("https://a.example/", OTHER), page("https://b.example/", COPY)]
    admitted = admit(pages, article_text=REPORT)
    assert admitted.pages == (pages[0],)
    assert admitted.failed == (
        SourceFailure(
            "https://b.example/",
            "copy-of-article",
            "its text is nearly the article's own, which is no evidence for it",
        ),
    )


def test_without_an_article_nothing_is_a_copy_of_it() -> None:
    pages = [page("https://b.example/", COPY)]
    for article_text in (None, ""):
        assert admit(pages, article_text=article_text).pages == tuple(pages)


def test_a_page_in_a_language_that_is_not_read_is_left_out_with_its_name() -> None:
    french = replace(page("https://a.example/", f"{FRENCH} " * 4), language="fr")
    admitted = admit([french], article_text=None)
    assert admitted.pages == ()
    assert admitted.failed == (
        SourceFailure(
            "https://a.example/", "language", "the page is in French; only English is read"
        ),
    )


def test_short_pages_and_english_ones_and_those_of_no_known_language_may_speak() -> None:
    short = replace(page("https://a.example/", FRENCH), language="fr")
    english = replace(page("https://b.example/", REPORT), language="en")
    unknown = replace(page("https://c.example/", f"{FRENCH} " * 4), language=None)
    pages = (short, english, unknown)
    assert admit(pages, article_text=None).pages == pages
