"""Metadata of a page, which is used only where it is plausible."""

from __future__ import annotations

import json

import pytest

from claims.sources.dates import read_date
from claims.sources.main_text import read_html
from claims.sources.reading import Reading

URL = "https://www.harbour.org/2025/aid.html"

TWO_TIMES = '<time datetime="2026-01-01"></time><time datetime="2026-01-02"></time>'


def read(head: str = "", body: str = "<p>Some text stands here.</p>", url: str = URL) -> Reading:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>", url=url)


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ('<meta property="og:title" content="A"><title>B</title>', "<h1>C</h1>", "A"),
        ("<title> B\n b </title>", "<h1>C</h1>", "B b"),
        ("<title></title>", "<h1>C <b>c</b></h1>", "C c"),
        ("", "<p>no heading at all</p>", None),
        ('<meta property="og:site_name" content="Post"><title>B - Post</title>', "", "B"),
        ('<meta property="og:site_name" content="Post"><title>B | Post</title>', "", "B"),
        ('<meta property="og:site_name" content="Post"><title>B - b</title>', "", "B - b"),
        ("<title>B\x00\x1b[31m\ud800</title>", "", "B[31m"),
    ],
)
def test_title_is_the_page_s_own_headline(head: str, body: str, title: str | None) -> None:
    assert read(head, body).title == title


def test_very_long_title_is_shortened() -> None:
    title = read(f"<title>{'long ' * 1000}</title>").title
    assert title is not None
    assert len(title) == 300


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        ('<meta property="og:site_name" content="Harbour Courier">', "Harbour Courier"),
        (linked({"@type": "NewsArticle", "publisher": {"name": "Courier"}}), "Courier"),
        (linked({"@graph": [{"publisher": [{"name": "Courier"}]}]}), "Courier"),
        (linked({"publisher": "Courier"}), "Courier"),
        (linked({"publisher": {"name": 7}}), "harbour.org"),
        ('<meta name="application-name" content="App">', "App"),
        ("", "harbour.org"),
    ],
)
def test_publisher_is_named_by_the_page_or_by_its_host(head: str, publisher: str) -> None:
    assert read(head).publisher == publisher


def test_local_file_without_a_name_in_it_has_no_publisher() -> None:
    assert read(url="pages/aid.html").publisher is None


@pytest.mark.parametrize(
    ("head", "body", "published_at"),
    [
        (
            '<meta property="article:published_time" content="2025-09-04T10:00:00Z">'
            + linked({"datePublished": "2025-01-01"}),
            "",
            "2025-09-04T10:00:00+00:00",
        ),
        (linked({"datePublished": "2025-09-04"}), "", "2025-09-04"),
        (linked([{"x": 1}, {"mainEntity": {"datePublished": "2025-09-04"}}]), "", "2025-09-04"),
        ('<meta name="DC.date" content="2025-09-04">', "", "2025-09-04"),
        ('<meta itemprop="datePublished" content="2025-09-04">', "", "2025-09-04"),
        ("", '<article><time datetime="2025-09-04">then</time></article>', "2025-09-04"),
        ("", '<time datetime="2025-09-04">the only one</time>', "2025-09-04"),
        (
            "",
            f'{TWO_TIMES}<main><time datetime="2025-09-04"></time></main>',
            "2025-09-04",
        ),
        (
            "",
            f'<main>{TWO_TIMES}<time itemprop="datePublished" datetime="2025-09-04"></time></main>',
            "2025-09-04",
        ),
        ("", TWO_TIMES, None),
        ('<meta name="date" content="yesterday">', "", None),
        ("", "<p>published in spring</p>", None),
    ],
)
def test_date_of_publication_comes_from_the_most_reliable_field(
    head: str, body: str, published_at: str | None
) -> None:
    assert read(head, body).published_at == published_at


@pytest.mark.parametrize(
    ("head", "modified_at"),
    [
        (
            '<meta property="article:modified_time" content="2025-09-04T10:00:00Z">'
            + linked({"dateModified": "2025-01-01"}),
            "2025-09-04T10:00:00+00:00",
        ),
        (linked({"datePublished": "2001-05-01", "dateModified": "2025-09-04"}), "2025-09-04"),
        ('<meta property="og:updated_time" content="2025-09-04">', "2025-09-04"),
        ('<meta itemprop="dateModified" content="2025-09-04">', "2025-09-04"),
        ('<meta property="article:modified_time" content="lately">', None),
        (linked({"dateModified": ["2025-09-04"]}), None),
        ("", None),
    ],
)
def test_date_of_the_last_change_is_read_as_well(head: str, modified_at: str | None) -> None:
    assert read(head).modified_at == modified_at


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-09-04", "2025-09-04"),
        (" 2025-09-04T10:00:00.000+02:00 ", "2025-09-04T10:00:00+02:00"),
        ("2025-09-04T10:00:00-0500", "2025-09-04T10:00:00-05:00"),
        ("2025-09-04 10:00", "2025-09-04T10:00:00"),
        ("Thu, 04 Sep 2025 10:00:00 GMT", "2025-09-04T10:00:00+00:00"),
        ("4 September 2025", "2025-09-04"),
        ("September 4, 2025", "2025-09-04"),
        ("2025/09/04", "2025-09-04"),
        ("2025-13-40", None),
        ("", None),
        ("soon", None),
        ("9" * 1000, None),
    ],
)
def test_dates_are_read_as_pages_write_them(text: str, iso: str | None) -> None:
    assert read_date(text) == iso


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/aid">', "https://www.harbour.org/aid"),
        (
            '<link rel="canonical" href="https://harbour.org/aid?utm_source=x#y">',
            "https://harbour.org/aid",
        ),
        (
            '<meta property="og:url" content="https://www.harbour.org/aid">',
            "https://www.harbour.org/aid",
        ),
        ("", URL),
        ('<link rel="canonical" href="https://other.org/aid">', URL),
        ('<link rel="canonical" href="https://www.harbour.org/">', URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL),
        ('<link rel="canonical" href="file:///etc/passwd">', URL),
        ('<link rel="canonical" href="http://[">', URL),
        ('<link rel="canonical" href="https://user@www.harbour.org/aid">', URL),
    ],
)
def test_canonical_address_is_accepted_only_within_the_site(head: str, canonical: str) -> None:
    assert read(head).canonical_url == canonical


def test_canonical_address_of_a_local_file_is_its_name() -> None:
    head = '<link rel="canonical" href="https://harbour.org/aid">'
    assert read(head, url="pages/aid.html").canonical_url == "pages/aid.html"


@pytest.mark.parametrize("lang", ["en", "EN-us", "en_GB"])
def test_language_is_what_the_page_declares(lang: str) -> None:
    assert read_html(f'<html lang="{lang}"><p>A few words.</p></html>', url=URL).language == "en"


@pytest.mark.parametrize(
    "block",
    ["{", "null", "[[[]]]", '"text"', "[" * 100_000, '{"datePublished": ["2025"]}', "{} " * 90_000],
)
def test_broken_linked_data_is_ignored(block: str) -> None:
    head = f'<script type="application/ld+json">{block}</script><title>Still read</title>'
    assert read(head).title == "Still read"


@pytest.mark.parametrize(
    ("head", "credit"),
    [
        ('<meta name="author" content="Jane Doe">', ("Jane Doe",)),
        (linked({"author": {"@type": "Organization", "name": "Reuters"}}), ("Reuters",)),
        (
            linked({"author": [{"name": "Jane Doe"}, "AP", 7, None], "sourceOrganization": "AP"}),
            ("Jane Doe", "AP"),
        ),
        (f'<meta name="author" content="{"x" * 200}">', ()),
        (
            linked({"author": [f"Author {n}" for n in range(50)]}),
            tuple(f"Author {n}" for n in range(10)),
        ),
        ("", ()),
    ],
)
def test_credits_are_the_authors_that_the_page_names(head: str, credit: tuple[str, ...]) -> None:
    assert read(head).credits == credit


@pytest.mark.parametrize(
    ("head", "original"),
    [
        ('<link rel="canonical" href="https://wire.com/a?utm_source=x">', "https://wire.com/a"),
        ('<meta name="syndication-source" content="https://wire.com/a">', "https://wire.com/a"),
        ('<meta name="original-source" content="https://wire.com/a">', "https://wire.com/a"),
        ('<link rel="canonical" href="/elsewhere">', None),
        ('<link rel="canonical" href="https://wire.com/">', None),
        ('<meta name="original-source" content="The Wire">', None),
        ('<meta name="original-source" content="javascript:alert(1)">', None),
        ("", None),
    ],
)
def test_original_url_is_an_address_on_another_site(head: str, original: str | None) -> None:
    reading = read(head)
    assert reading.original_url == original
    assert reading.canonical_url is not None
    assert "wire.com" not in reading.canonical_url
