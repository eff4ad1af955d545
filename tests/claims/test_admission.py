"""Which pages may not speak for or against a claim."""

from __future__ import annotations

from claims.admission import admit
from claims.types import SourceFailure
from tests.claims.samples import page
from tests.claims.verdicts.test_origins import COPY, OTHER, REPORT


def test_copies_of_the_article_are_left_out_and_said_to_be() -> None:
    pages = [page("https://a.example/", OTHER), page("https://b.example/", COPY)]
    admitted = admit(pages, article_text=REPORT)
    assert admitted.pages == (pages[0],)
    assert admitted.failed == (
        SourceFailure(
            "https://b.example/",
            "copy-of-article",
            "nearly the article's own text, which is no evidence for it",
        ),
    )


def test_without_an_article_nothing_is_a_copy_of_it() -> None:
    pages = [page("https://b.example/", COPY)]
    for article_text in (None, ""):
        assert admit(pages, article_text=article_text).pages == tuple(pages)
