"""The text of HTML elements, as tests compare it."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def fold(element: Tag) -> str:
    """The text of an element with white space folded."""
    return " ".join(element.get_text(" ").split())


def text_of(soup: Tag, selector: str) -> str:
    """The folded text of the only element that matches `selector`."""
    (element,) = soup.select(selector)
    return fold(element)


def texts_of(soup: Tag, selector: str) -> list[str]:
    """The folded text of each element that matches `selector`."""
    return [fold(element) for element in soup.select(selector)]


def listed(page: BeautifulSoup, name: str) -> list[str]:
    """The titles in one of the lists of the first page: of articles ("article") or claims."""
    return [link.text.strip() for link in page.select(f"#{name}-list .row-title")]
