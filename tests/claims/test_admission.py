"""Admission of pages: which pages must not be used as evidence."""

from __future__ import annotations

from dataclasses import replace

from claims.pipeline.admission import admit
from claims.types import SourceFailure
from tests.claims.samples import page
from tests.claims.verdicts.test_origins import COPY, OTHER, REPORT

FRENCH = "Le conseil municipal a décidé mardi soir de fermer le pont pendant trois mois."


def test_copies_of_the_article_are_left_out_with_their_code() -> None:
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


def test_without_an_article_no_page_counts_as_a_copy() -> None:
    pages = [page("https://b.example/", COPY)]
    for article_text in (None, ""):
        assert admit(pages, article_text=article_text).pages == tuple(pages)


def test_page_in_another_language_is_left_out_and_the_language_named() -> None:
    french = replace(page("https://a.example/", f"{FRENCH} " * 4), language="fr")
    admitted = admit([french], article_text=None)
    assert admitted.pages == ()
    assert admitted.failed == (
        SourceFailure(
            "https://a.example/", "language", "the page is in French; only English is read"
        ),
    )


def test_short_english_and_undetected_pages_are_admitted() -> None:
    short = replace(page("https://a.example/", FRENCH), language="fr")
    english = replace(page("https://b.example/", REPORT), language="en")
    unknown = replace(page("https://c.example/", f"{FRENCH} " * 4), language=None)
    pages = (short, english, unknown)
    assert admit(pages, article_text=None).pages == pages
