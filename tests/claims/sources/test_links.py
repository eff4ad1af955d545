"""Links of a page to its sources, and their positions in the main text."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from claims.sources.fetch import WebFetcher
from claims.sources.links import MOST_LINKS, collect_anchors
from claims.sources.main_text import read_html
from tests.claims.timing import count_calls

URL = "https://www.post.org/news/lake"
PARAGRAPH = (
    "The level of Lake Orrin has fallen to 371 metres above sea, {}, and it goes on falling."
)


def links_of(inside: str, *, url: str = URL, head: str = "") -> list[tuple[str, str]]:
    """(address, linked words) of each link of a page whose main text is `inside`."""
    markup = (
        f"<!doctype html><html><head><title>Lake</title>{head}</head><body>"
        f"<nav><a href='https://menu.example/'>The level of Lake Orrin</a></nav>"
        f"<main><h1>Lake level falls</h1>{inside}"
        f"<p>It is the lowest level since measurements began in 1994, the water board added.</p>"
        f"</main><footer><p><a href='https://foot.example/'>Rights</a></p></footer></body></html>"
    )
    reading = read_html(markup, url=url)
    return [(link.url, reading.text[link.span.start : link.span.end]) for link in reading.links]


def sentence_with(link: str) -> str:
    return f"<p>{PARAGRAPH.format(link)}</p>"


def test_link_has_the_span_of_its_words() -> None:
    link = '<a href="https://water.example/report?y=2025#p3">the water <b>board</b>\n said</a>'
    assert links_of(sentence_with(link)) == [
        ("https://water.example/report?y=2025", "the water board said")
    ]


@pytest.mark.parametrize(
    "href",
    [
        "/archive/1994",
        "archive",
        "#top",
        "https://post.org/other",
        "https://sport.post.org/other",
        "mailto:a@water.example",
        "javascript:alert(1)",
        "tel:+123",
        "data:text/html,x",
        "ftp://water.example/x",
        "https://user:word@water.example/",
        "https://water.example/photo.JPG?w=3",
        "https://water.example/app.js",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://twitter.com/intent/tweet?url=x",
        "https://x.com/share?url=x",
        "https://www.linkedin.com/shareArticle?url=x",
        "https://api.whatsapp.com/send?text=x",
        "https://wa.me/?text=x",
        "https://t.me/share/url?url=x",
        "https://www.reddit.com/submit?url=x",
        "https://pinterest.com/pin/create/button/?url=x",
        "https://bsky.app/intent/compose?text=x",
        "http://[",
        "",
    ],
)
def test_links_that_lead_to_no_source_are_left_out(href: str) -> None:
    assert links_of(sentence_with(f'<a href="{href}">the board said</a>')) == []


def test_posts_on_social_networks_and_pdfs_are_kept_as_links() -> None:
    for url in ("https://x.com/board/status/1", "https://water.example/report.pdf"):
        assert links_of(sentence_with(f'<a href="{url}">it said</a>')) == [(url, "it said")]


def test_links_outside_the_main_text_or_without_words_are_left_out() -> None:
    picture = '<a href="https://pic.example/"><img src="x.png"></a>'
    aside = (
        '<aside><p>Read on: <a href="https://aside.example/">the level of the lake</a></p></aside>'
    )
    share = '<div class="share"><a href="https://share-me.example/">Share</a></div>'
    assert links_of(sentence_with(picture) + aside + share) == []


def test_relative_links_follow_the_base_of_the_page() -> None:
    link = sentence_with('<a href="report">it said</a>')
    head = '<base href="https://water.example/2025/">'
    assert links_of(link, head=head) == [("https://water.example/2025/report", "it said")]


def test_html_without_an_address_is_on_the_site_that_it_names() -> None:
    text = sentence_with(
        '<a href="https://post.org/x">we wrote</a>, <a href="https://water.example/">it said</a>'
        ' and <a href="/relative">more</a>'
    )
    head = f'<link rel="canonical" href="{URL}">'
    assert links_of(text, url="", head=head) == [("https://water.example/", "it said")]
    assert len(links_of(text, url="")) == 2


def test_short_lines_have_links_when_their_place_is_clear() -> None:
    clear = '<h2><a href="https://a.example/">Minutes</a></h2>'
    assert links_of(sentence_with("it said") + clear) == [("https://a.example/", "Minutes")]
    unclear = '<h2><a href="https://a.example/">Lake</a></h2>'
    assert links_of(sentence_with("it said") + unclear) == []


def test_links_with_the_same_words_are_placed_in_order() -> None:
    one, two = (sentence_with(f'<a href="https://{n}.example/">it said</a>') for n in "ab")
    reading = read_html(f"<main>{one}<p>In between.</p>{two}</main>", url=URL)
    first, second = reading.links
    assert (first.url, second.url) == ("https://a.example/", "https://b.example/")
    assert first.span.start < reading.text.index("In between") < second.span.start


def full_of_links(count: int) -> str:
    link = "<a href='https://e.example/x'>word</a> and "
    return f"<main><p>{link * count}</p></main>"


@pytest.mark.no_cover
def test_page_full_of_links_has_the_first_of_them() -> None:
    assert len(read_html(full_of_links(30_000), url=URL).links) == MOST_LINKS


def test_only_the_first_links_of_a_page_are_examined() -> None:
    few, many = (BeautifulSoup(full_of_links(count), "lxml") for count in (2_000, 8_000))
    assert count_calls(lambda: collect_anchors(many, url=URL)) < 3 * count_calls(
        lambda: collect_anchors(few, url=URL)
    )


def test_links_are_returned_by_the_extraction_child(fetcher: WebFetcher) -> None:
    link = '<a href="https://water.example/">the water board said</a>'
    page = fetcher.read_html(f"<main>{sentence_with(link)}</main>", url="")
    (found,) = page.links
    assert found.url == "https://water.example/"
    assert page.text[found.span.start : found.span.end] == "the water board said"
