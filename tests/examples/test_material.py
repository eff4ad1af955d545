"""The demonstration material is consistent: labels, pages, and the change between checks."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from claims.english.sentences import split_sentences
from claims.text import jaccard, shingles, words
from claims.types import VerdictLabel

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PAGES = sorted((EXAMPLES / "pages").glob("*.html"))
ALL_PAGES = PAGES + sorted((EXAMPLES / "pages_changed").glob("*.html"))
DEMONSTRATION_LINE = (
    "Demonstration text with deliberate errors: the outlet is invented, and nothing here is news."
)
NEAR_COPIES = {"wire-harbor-lantern.html", "wire-tri-valley-post.html"}
# Minimum Jaccard index of 5-word shingles for one origin, as in claims/verdicts.
SAME_ORIGIN = 0.6


def read_json(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def read_page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_bytes(), "lxml")


def main_text(path: Path) -> str:
    article = read_page(path).find("article")
    assert article is not None
    return article.get_text(" ", strip=True)


def paragraphs(path: Path) -> list[str]:
    return [element.get_text() for element in read_page(path).select("article p")]


@pytest.fixture(scope="module")
def article() -> str:
    return (EXAMPLES / "article.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = read_json("expected.json")
    return entries


def test_each_expected_sentence_is_one_whole_sentence_of_the_article(
    article: str, expected: list[dict[str, Any]]
) -> None:
    sentences = [sentence.text for sentence in split_sentences(article)]
    for entry in expected:
        assert sentences.count(entry["sentence"]) == 1, entry["sentence"]


def test_expected_entries_have_a_label_and_a_reason_and_nothing_unknown(
    expected: list[dict[str, Any]],
) -> None:
    for entry in expected:
        assert entry.keys() - {"altered"} == {"sentence", "label", "why"}
        assert VerdictLabel(entry["label"])
        assert entry["why"].strip()
        assert entry.get("altered", True) is True


def test_expected_mixes_true_and_altered_statements_of_every_label(
    expected: list[dict[str, Any]],
) -> None:
    altered = [entry for entry in expected if "altered" in entry]
    assert len(expected) >= 12
    assert len(altered) >= 5
    assert {entry["label"] for entry in expected} == set(VerdictLabel)
    assert "SUPPORTED" not in {entry["label"] for entry in altered}


def test_every_page_named_in_a_reason_is_served(expected: list[dict[str, Any]]) -> None:
    served = {path.name for path in PAGES}
    for entry in expected:
        assert set(re.findall(r"[\w-]+\.html", entry["why"])) <= served


def test_article_is_of_the_length_of_a_news_report(article: str) -> None:
    assert 450 <= len(words(article)) <= 600


def test_article_also_holds_sentences_that_nobody_labelled(
    article: str, expected: list[dict[str, Any]]
) -> None:
    """The article has opinions, questions and predictions, which must not be checked."""
    labelled = {entry["sentence"] for entry in expected}
    rest = [sentence.text for sentence in split_sentences(article) if sentence.text not in labelled]
    assert len(rest) >= 4
    assert any(sentence.endswith("?") for sentence in rest)


@pytest.mark.parametrize("path", ALL_PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_page_says_visibly_that_it_is_demonstration_text(path: Path) -> None:
    notes = read_page(path).find_all(string=DEMONSTRATION_LINE)
    assert len(notes) == 1
    for element in notes[0].parents:
        assert not element.has_attr("hidden")
        assert not element.has_attr("style")
        assert element.name not in {"article", "head", "template", "noscript"}


@pytest.mark.parametrize("path", ALL_PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_page_links_to_nothing_outside_the_examples(path: Path) -> None:
    for element in read_page(path).find_all(True):
        for attribute in ("href", "src", "action", "srcset", "data", "poster"):
            address = str(element.get(attribute, ""))
            assert re.fullmatch(r"|#[\w-]*|[\w-]+\.html", address), address


@pytest.mark.parametrize("path", ALL_PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_page_is_marked_up_as_outlets_do(path: Path) -> None:
    page = read_page(path)
    for name in ("og:title", "og:site_name", "article:published_time"):
        element = page.find("meta", property=name)
        assert element is not None, name
        assert element["content"]
    assert page.title is not None
    assert page.find("h1") is not None
    assert page.find("nav") is not None
    for script in page.find_all("script"):
        assert script["type"] == "application/ld+json"
        assert json.loads(script.get_text())["@context"] == "https://schema.org"


def test_no_two_pages_name_the_same_outlet() -> None:
    outlets = [read_page(path).find("meta", property="og:site_name") for path in PAGES]
    names = [outlet["content"] for outlet in outlets if outlet is not None]
    assert len(set(names)) == len(PAGES)


def test_exactly_the_two_wire_copies_repeat_each_other() -> None:
    texts = {path.name: shingles(words(main_text(path))) for path in PAGES}
    same = [
        {first, second}
        for first, second in combinations(texts, 2)
        if jaccard(texts[first], texts[second]) >= SAME_ORIGIN
    ]
    assert same == [NEAR_COPIES]


def test_exactly_one_source_has_no_page() -> None:
    sources = read_json("sources.json")
    assert len(sources) == len(set(sources))
    assert {path.name for path in PAGES} < set(sources)
    assert set(sources) - {path.name for path in PAGES} == {"sanctions-archive-2024.html"}


def test_change_turns_one_expected_label_into_another(expected: list[dict[str, Any]]) -> None:
    change = read_json("change.json")
    labels = {entry["sentence"]: entry["label"] for entry in expected}
    assert labels[change["sentence"]] == change["before"]
    assert VerdictLabel(change["after"]) is not VerdictLabel(change["before"])
    assert (EXAMPLES / change["replacement"]).name == change["page"]
    assert (EXAMPLES / "pages" / change["page"]).is_file()


def test_changed_page_differs_in_the_year_and_in_its_correction_only() -> None:
    change = read_json("change.json")
    before = paragraphs(EXAMPLES / "pages" / change["page"])
    after = paragraphs(EXAMPLES / change["replacement"])
    correction = after.pop()
    assert correction.startswith("Correction, ")
    assert "2007" not in correction
    assert [text.replace("2007", "2009") for text in before] == after
    assert before != after


def test_year_that_changes_is_told_by_one_page_only() -> None:
    change = read_json("change.json")
    for path in PAGES:
        years = set(re.findall(r"\b200\d\b", main_text(path)))
        assert years == ({"2007"} if path.name == change["page"] else set()), path.name
