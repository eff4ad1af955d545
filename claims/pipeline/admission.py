"""Select the pages that may be evidence for or against a claim. Pure functions.

A page that may not be evidence is coverage, with a code: a copy of the article that has the claim,
wherever the copy was found, and a page in a language that the judge does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claims.english.language_detection import READ, is_long_enough, name_of
from claims.sources.failures import FailureCode
from claims.types import Page, SourceFailure
from claims.verdicts.origins import is_copy

_COPY = "its text is nearly the article's own, which is no evidence for it"


@dataclass(frozen=True, slots=True)
class Admitted:
    """The pages that may be evidence, and why others may not, each in the order of the pages."""

    pages: tuple[Page, ...]
    failed: tuple[SourceFailure, ...]


def admit(pages: Sequence[Page], *, article_text: str | None) -> Admitted:
    """Check each page; `article_text` is the text that the claim was read from, if any."""
    looked_at = [(page, _find_failure(page, article_text)) for page in pages]
    return Admitted(
        tuple(page for page, failure in looked_at if failure is None),
        tuple(failure for _, failure in looked_at if failure is not None),
    )


def _find_failure(page: Page, article_text: str | None) -> SourceFailure | None:
    if article_text and is_copy(page.text, article_text):
        return SourceFailure(page.url, FailureCode.COPY_OF_ARTICLE, _COPY)
    language = page.language
    if language not in (None, READ) and is_long_enough(page.text):
        detail = f"the page is in {name_of(language)}; only English is read"
        return SourceFailure(page.url, FailureCode.LANGUAGE, detail)
    return None
