from __future__ import annotations

import pytest

from claims.errors import InvalidInput
from claims.sources.address import (
    canonical_url,
    find_address,
    host_and_port,
    parse_source,
    parse_source_url,
    site_of,
    split_shelf_address,
)

WELL_FORMED = [
    "https://example.org",
    "HTTP://Example.ORG:8080/a?b=c#d",
    "http://127.0.0.1:8000/page.html",
    "http://[::1]:8000/",
    "https://de.wikipedia.org/wiki/München",
    "https://müller.example/",
    "http://localhost./",
    "https://example.org/a%20b%0d%0a",
]

MALFORMED = [
    "",
    "example.org",
    "//example.org/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "data:text/html,x",
    "javascript:alert(1)",
    "http:x",
    "http:///x",
    "http://",
    "http://?q",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://@example.org/",
    "http://good@127.0.0.1/",
    "http://127.0.0.1\\@good.example/",
    "http://exa mple.org/",
    " http://example.org/",
    "http://example.org/a\r\nHost: other",
    "http://example.org/\t",
    "http://example.org/\x00",
    "http://example.org/%00",
    "http://a%00b.example/",
    "http://example.org/\ud800",
    "http://example.org/\u2028",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://example.org:99999/",
    "http://example.org:port/",
    "http://[::zz]/",
    "http://a..example/",
    "http://-a.example/",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 200}example/",
    f"https://example.org/{'a' * 2048}",
]


@pytest.mark.parametrize("url", WELL_FORMED)
def test_well_formed_address_is_returned_unchanged(url: str) -> None:
    assert parse_source_url(url) == url


@pytest.mark.parametrize("url", MALFORMED)
def test_malformed_address_is_invalid_input_with_one_line(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_source_url(url)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("the URL")


def test_longest_allowed_address_is_well_formed() -> None:
    url = "https://example.org/".ljust(2048, "a")
    assert parse_source_url(url) == url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Www.Example.ORG:80/a/../b", "http://www.example.org/b"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org./a#part", "https://example.org/a"),
        ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
        ("https://example.org/?utm_source=x&id=7&fbclid=y", "https://example.org/?id=7"),
        ("https://example.org/?gclid=1", "https://example.org/"),
        ("https://example.org/a%7eb", "https://example.org/a~b"),
        ("https://example.org/ä", "https://example.org/%C3%A4"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("pages/local.html", "pages/local.html"),
    ],
)
def test_canonical_url_is_the_same_for_all_spellings_of_a_page(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_canonical_url_differs_for_different_queries() -> None:
    assert canonical_url("https://example.org/?id=1") != canonical_url("https://example.org/?id=2")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://news.bbc.co.uk/story", "bbc.co.uk"),
        ("http://www.bbc.co.uk:8080/", "bbc.co.uk"),
        ("https://anna.github.io/", "anna.github.io"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://localhost/", "localhost:80"),
        ("https://localhost/", "localhost:443"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("pages/local.html", "pages/local.html"),
    ],
)
def test_site_of_gives_the_registrable_domain_or_the_host_with_its_port(
    url: str, site: str
) -> None:
    assert site_of(url) == site


def test_two_people_at_one_hosting_service_are_two_sites() -> None:
    assert site_of("https://anna.github.io/") != site_of("https://bert.github.io/")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/b", "https://paper.example/b"),
        (" c#part two\n", "https://paper.example/news/c"),
        ("//other.example/d", "https://other.example/d"),
        ("https://[broken/", None),
        ("mailto:desk@paper.example", None),
        ("https://user:secret@paper.example/", None),
    ],
)
def test_relative_link_is_resolved_against_its_page(text: str, found: str | None) -> None:
    assert find_address(text, base="https://paper.example/news/a") == found


def test_host_and_port_spell_the_host_in_one_way() -> None:
    assert host_and_port("http://[0:0:0:0:0:0:0:1]/") == ("::1", 80)
    assert host_and_port("https://EXAMPLE.org./") == ("example.org", 443)
    assert host_and_port("http://example.org:0/") == ("example.org", 0)


def test_shelf_address_is_a_source_but_not_a_web_address() -> None:
    url = "shelf:my-press-2/archive/a%20b.jsonl:17:.2"
    assert parse_source(url) == url
    assert split_shelf_address(url) == ("my-press-2", "archive/a%20b.jsonl:17:.2")
    assert parse_source("https://example.org/") == "https://example.org/"
    assert canonical_url(url) == site_of(url) == url
    with pytest.raises(InvalidInput):
        parse_source_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "shelf:", "shelf:press", "shelf:press/", "shelf:/a", "shelf:Press/a", "shelf:../a",
        "shelf:press/a b", "shelf:press/a\n", "shelf:press/a\x00", "shelf:press/é",
        "shelf:press/a?b", "shelf:press/a#b", f"shelf:{'a' * 41}/a", f"shelf:a/{'a' * 2048}",
    ],
)  # fmt: skip
def test_malformed_shelf_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="shelf:NAME/LOCATOR"):
        parse_source(url)


@pytest.mark.parametrize("url", MALFORMED)
def test_other_schemes_are_refused_as_sources(url: str) -> None:
    with pytest.raises(InvalidInput):
        parse_source(url)
