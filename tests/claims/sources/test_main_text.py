"""Extraction of the main text: it is kept, and the boilerplate around it is removed."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

import pytest

from claims.english.sentences import split_sentences
from claims.sources import main_text
from claims.sources.main_text import MAX_CHARACTERS, read_html, read_plain

URL = "https://www.harbour.example/2025/aid.html"

PROSE = [
    "The United States will provide $13.5 million in security aid, the secretary said in Quito.",
    "A further $6 million will pay for drones for the navy, which patrols the coast.",
    "Killings rose by more than 40 percent in the first part of 2025, the ministry said.",
]

ARTICLE = f"""<!doctype html><html lang="en"><head><title>Aid for Ecuador</title>
<style>.x {{ color: red }}</style><script>var text = "SCRIPTED";</script></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li>
<li><a href="/s">Sport</a></li></ul></nav></header>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience.</p>
<button>Accept all</button></div>
<main><article><h1>US pledges aid</h1>
<p>{PROSE[0]}</p>
<p hidden>HIDDEN by attribute, and it says that the aid is 99 million dollars.</p>
<p style="color:red; DISPLAY : none">HIDDEN by style, and it says the aid is 88 million.</p>
<div style="visibility:hidden"><p>HIDDEN by visibility, saying the aid is 77 million.</p></div>
<template><p>HIDDEN in a template, saying that the aid is 66 million dollars.</p></template>
<noscript>HIDDEN for scripts, saying that the aid is 55 million dollars.</noscript>
<!-- HIDDEN in a comment, saying that the aid is 44 million dollars. -->
<h2>What the money is for</h2>
<table><tr><th>Purpose</th><th>Million USD</th></tr>
<tr><td>Security</td><td>13.5</td></tr><tr><td>Drones</td><td>6</td></tr></table>
<p>{PROSE[1]}<br>It was announced after a meeting.</p>
<ul><li>Police training in Guayaquil</li><li>Patrol boats for the coast guard</li></ul>
<p>{PROSE[2]}</p></article>
<aside class="related"><h3>Related stories</h3><ul><li><a href="/a">Volcano closes airport</a></li>
<li><a href="/b">Banana exports reach a record</a></li></ul></aside></main>
<footer><p>© 2025 Harbour. All rights reserved. <a href="/p">Privacy</a></p></footer>
</body></html>"""

OLD_SITE = f"""<html><head><title>Aid</title></head><body bgcolor=white>
<div id=top><a href=/>Harbour</a> <a href=/n>News</a> <a href=/p>Ports</a></div>
<div class=wrap><div class=left>{PROSE[0]}<br><br>{PROSE[1]}<br><br>{PROSE[2]}</div>
<div class=tbl><table><tr><td>Year<td>Containers<tr><td>2023<td>13.1<tr><td>2024<td>14.2</table>
</div><div class=sidebar><b>Most read</b><a href=/1>Ferry strike called off</a>
<a href=/2>Shipyard lays off workers</a><a href=/3>Bridge delayed again</a></div></div>
<div class=cc-window>This website uses cookies to ensure you get the best experience.</div>
</body></html>"""

STATISTICS = """<html><body><nav><a href=/a>Home</a> <a href=/b>Topics</a></nav><main>
<h1>Population by province</h1><table><thead><tr><th>Province</th><th>People</th></tr></thead>
<tbody><tr><td>Northvale</td><td>1,204,300</td></tr>
<tr><td><a href=/e>Eastmoor</a></td><td>845,100</td></tr></tbody></table></main></body></html>"""


def lines_of(markup: str) -> list[str]:
    return read_html(markup, url=URL).text.split("\n")


def test_article_is_kept_line_by_line_and_in_order() -> None:
    assert lines_of(ARTICLE) == [
        "US pledges aid",
        PROSE[0],
        "What the money is for",
        "Purpose | Million USD",
        "Security | 13.5",
        "Drones | 6",
        PROSE[1],
        "It was announced after a meeting.",
        "Police training in Guayaquil",
        "Patrol boats for the coast guard",
        PROSE[2],
    ]


@pytest.mark.parametrize(
    "unwanted",
    ["HIDDEN", "SCRIPTED", "color", "cookies", "Accept", "Home", "Volcano", "Related", "rights"],
)
def test_menus_notices_and_scripts_are_left_out(unwanted: str) -> None:
    assert unwanted not in read_html(ARTICLE, url=URL).text


def test_page_without_any_structure_gives_prose_and_table_only() -> None:
    assert lines_of(OLD_SITE) == [
        *PROSE,
        "Year | Containers",
        "2023 | 13.1",
        "2024 | 14.2",
    ]


def test_page_that_is_one_table_keeps_its_rows() -> None:
    assert lines_of(STATISTICS) == [
        "Population by province",
        "Province | People",
        "Northvale | 1,204,300",
        "Eastmoor | 845,100",
    ]


def test_single_sentence_is_a_main_text() -> None:
    assert lines_of("<p>Paris is the capital of France.") == ["Paris is the capital of France."]


def test_sentences_end_where_lines_end() -> None:
    sentences = [sentence.text for sentence in split_sentences(read_html(ARTICLE, url=URL).text)]
    assert "US pledges aid" in sentences
    assert "Security | 13.5" in sentences
    assert PROSE[0] in sentences


def test_text_shown_through_a_hidden_body_is_kept() -> None:
    """Some sites hide the body by CSS until a script has run."""
    markup = f'<html><body style="display:none"><p>{PROSE[0]}</p></body></html>'
    assert lines_of(markup) == [PROSE[0]]


def test_prose_in_a_block_named_related_is_kept() -> None:
    markup = f'<main><div class="related-work"><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div></main>'
    assert lines_of(markup) == PROSE[:2]


@pytest.mark.parametrize(
    "sentence",
    [
        "The regulator fined the company for its use of cookies without consent.",
        "We sold 200 boxes of cookies at the fair, the club said.",
        "Copyright cases rose by 20 percent in 2024, the court said.",
    ],
)
def test_article_text_about_cookies_or_copyright_is_kept(sentence: str) -> None:
    assert lines_of(f"<p>{sentence}</p><p>{PROSE[0]}</p>") == [sentence, PROSE[0]]


def test_control_characters_are_removed() -> None:
    markup = "<p>The e\u0301tude is a\x00 piece\ud800 of&#0; mus&#x1;ic for&nbsp;the   piano.</p>"
    assert "étude is a piece of" in read_html(markup, url=URL).text
    assert not set(read_html(markup, url=URL).text) & {"\x00", "\x01", "\ud800", "\xa0"}


def test_fallback_is_used_when_trafilatura_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main_text.trafilatura, "extract", lambda *_, **__: None)
    text = read_html(ARTICLE, url=URL).text
    assert all(sentence in text for sentence in PROSE)
    assert "Security | 13.5" in text
    assert "Volcano" not in text
    assert "HIDDEN" not in text


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{PROSE[0]}</p>" + "<b></b>" * 25_001,
        f"<p {' '.join(f'a{i}=1' for i in range(10_000))}>{PROSE[0]}</p>",
        f"<p title='{'x' * 70_000}'>{PROSE[0]}</p>",
    ],
    ids=["very many tags", "very many attributes", "one very long tag"],
)
def test_page_too_complex_for_trafilatura_is_read_by_the_fallback(
    markup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("trafilatura was asked")

    monkeypatch.setattr(main_text.trafilatura, "extract", refuse)
    assert read_html(markup, url=URL).text == PROSE[0]


def state(*articles: Mapping[str, object], shown: str = "<p>Loading…</p>") -> str:
    """A page that shows `shown`, with these articles in its JSON-LD."""
    block = f'<script type="application/ld+json">{json.dumps(articles)}</script>'
    return f"<html><head>{block}</head><body><div id=app>{shown}</div></body></html>"


STATED = {"@type": "NewsArticle", "articleBody": "\n".join(PROSE)}


@pytest.mark.parametrize(
    "body",
    [
        "\n\n".join(PROSE),
        "".join(f"<p>{line}</p>" for line in PROSE),
        html.escape("".join(f"<p>{line.replace('$', '&dollar;')}</p>" for line in PROSE)),
    ],
    ids=["text", "HTML", "escaped HTML"],
)
def test_page_filled_by_a_script_is_read_from_its_linked_data(body: str) -> None:
    page = state({"@graph": [STATED | {"articleBody": body}]})
    assert lines_of(page) == PROSE
    reading = read_html(page, url=URL)
    assert reading.obstacle is None


@pytest.mark.parametrize("free", [False, "False", "https://schema.org/False"])
def test_linked_data_of_a_text_that_readers_pay_for_is_not_read(free: object) -> None:
    assert lines_of(state(STATED | {"isAccessibleForFree": free})) == ["Loading…"]
    part = {"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": free}}
    assert lines_of(state(STATED | part)) == ["Loading…"]
    assert lines_of(state(STATED | {"isAccessibleForFree": True})) == PROSE


def test_linked_data_of_several_articles_is_not_the_text_of_the_page() -> None:
    assert lines_of(state(STATED, STATED)) == ["Loading…"]


def test_shown_text_counts_more_than_linked_data() -> None:
    other = {"articleBody": "Something else is stated here, which the page shows to no reader."}
    assert lines_of(state(other, shown=f"<p>{PROSE[0]}</p>")) == [PROSE[0]]


@pytest.mark.parametrize("body", [None, 7, [], {"text": "x"}, "", "<p></p>", "&#0;"])
def test_linked_data_without_a_text_changes_nothing(body: object) -> None:
    assert lines_of(state({"articleBody": body})) == ["Loading…"]


def test_text_is_cut_at_its_limit() -> None:
    paragraphs = "".join(
        f"<p>Paragraph {i} of a text that goes on and on.</p>" for i in range(9000)
    )
    assert len(read_html(paragraphs, url=URL).text) == MAX_CHARACTERS


@pytest.mark.parametrize("markup", ["", " ", "<html></html>", "<!-- -->", "<script>x()</script>"])
def test_page_without_text_gives_none(markup: str) -> None:
    assert read_html(markup, url=URL).text == ""


def test_page_that_looks_like_a_file_name_or_like_xml_is_read() -> None:
    assert read_html("report.txt", url=URL).text == "report.txt"
    xml = f'<?xml version="1.0"?><html><body><p>{PROSE[0]}</p></body></html>'
    assert read_html(xml, url=URL).text == PROSE[0]


def test_entities_of_a_document_type_are_not_expanded() -> None:
    markup = '<!DOCTYPE x [<!ENTITY a "EXPANDED">]><html><p>Before &a; after it.</p></html>'
    assert "EXPANDED" not in read_html(markup, url=URL).text.replace('"EXPANDED"', "")


def test_plain_text_keeps_its_lines() -> None:
    reading = read_plain("First  line.\r\n\r\n\tSecond | line.\x00\n")
    assert reading.text == "First line.\nSecond | line."
    assert reading.title is None
