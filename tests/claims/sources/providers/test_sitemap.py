"""Sitemaps, sitemap indexes, and indexes with broken links or too many levels."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import pytest

from claims.errors import SourceError
from claims.retrieval.text_index import TextIndex
from claims.sources.deadline import Deadline
from claims.sources.providers.endpoint import Answer, trust
from claims.sources.providers.entries import Entry
from claims.sources.providers.sitemap import MOST_DOCUMENTS, Sitemap, read_sitemap, read_slug
from claims.types import Purpose, Query
from tests.claims.sources.servers import RawServer, page

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {SPACE} xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://post.example/a/8213</loc><n:news><n:publication><n:name>Post</n:name>
<n:language>en</n:language></n:publication><n:publication_date>2025-03-04</n:publication_date>
<n:title>Orrin Bridge opens</n:title></n:news>
<image:image><image:loc>https://post.example/a.jpg</image:loc></image:image>
<lastmod>2025-03-09</lastmod></url>
<url><loc>/relative_page.html</loc><lastmod>2025-03-04T10:00:00+01:00</lastmod></url>
<url><loc>mailto:a@post.example</loc></url><url/></urlset>"""
BRIDGE = Query("The Orrin Bridge was opened in March.", Purpose.CLAIM)


def index(addresses: Iterable[str], *, dates: Iterable[str] = ()) -> bytes:
    days = iter(dates)
    rows = "".join(
        f"<sitemap><loc>{one}</loc><lastmod>{next(days, '')}</lastmod></sitemap>"
        for one in addresses
    )
    return f"<sitemapindex {SPACE}>{rows}</sitemapindex>".encode()


def urls(*addresses: str) -> bytes:
    rows = "".join(f"<url><loc>{one}</loc></url>" for one in addresses)
    return f"<urlset {SPACE}>{rows}</urlset>".encode()


def open_sitemap(server: RawServer, *, total_s: float = 5) -> Sitemap:
    return Sitemap(
        "post",
        server.url("/index"),
        user_agent="Assay/test",
        allow=trust(server.url("/index")),
        index_texts=TextIndex,
        total_s=total_s,
    )


def test_the_news_extension_gives_titles_and_dates() -> None:
    with Deadline(20) as deadline:
        found = read_sitemap(Answer("https://post.example/s.xml", NEWS.encode()), deadline)
    assert found.entries == (
        Entry(
            url="https://post.example/a/8213",
            title="Orrin Bridge opens",
            words="Orrin Bridge opens \na 8213",
            published_at="2025-03-04",
        ),
        Entry(
            url="https://post.example/relative_page.html",
            words="relative page",
            published_at=None,  # lastmod is no date of publication
        ),
    )


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://a.example/news/2025/orrin-bridge_opens.html?x=y", "news 2025 orrin bridge opens"),
        ("https://a.example/stra%C3%9Fe/%E2%82%AC5", "straße 5"),
        ("https://a.example/%ff%00-x", "x"),
        ("https://a.example", ""),
    ],
)
def test_a_slug_is_read_as_words(url: str, slug: str) -> None:
    assert read_slug(url) == slug


def test_an_index_leads_to_its_sitemaps_packed_or_not(server: RawServer) -> None:
    bridge = urls("https://post.example/orrin-bridge-opens")
    server.answers["/index"] = page(index(["/b.xml.gz", server.url("/a.xml"), "/nested"]))
    server.answers["/a.xml"] = page(urls("https://post.example/mayor-resigns"))
    server.answers["/b.xml.gz"] = page(gzip.compress(bridge), content_type="application/gzip")
    server.answers["/nested"] = page(index(["/c.xml"]))
    server.answers["/c.xml"] = page(urls("https://post.example/orrin-bridge-opened-in-march"))
    provider = open_sitemap(server)
    assert [one.url for one in provider.search(BRIDGE)] == [
        "https://post.example/orrin-bridge-opened-in-march",
        "https://post.example/orrin-bridge-opens",
    ]
    assert server.paths() == ["/index", "/b.xml.gz", "/a.xml", "/nested", "/c.xml"]
    provider.search(BRIDGE)
    assert len(server.paths()) == 5


def test_the_newest_sitemaps_of_thousands_are_read(server: RawServer) -> None:
    days = [f"{2000 + i // 100}-0{i % 9 + 1}-01" for i in range(3000)]
    server.answers["/index"] = page(index((f"/{i}.xml" for i in range(3000)), dates=days))
    for i in range(3000):
        server.answers[f"/{i}.xml"] = page(urls(f"https://post.example/orrin-bridge-{i}"))
    assert open_sitemap(server).search(BRIDGE)
    asked = server.paths()
    assert len(asked) == MOST_DOCUMENTS
    assert all(int(path[1:5]) >= 2900 for path in asked[1:])


def test_an_index_that_leads_to_itself_ends(server: RawServer) -> None:
    server.answers["/index"] = page(index(["/index", "/other"]))
    server.answers["/other"] = page(index(["/index", "/other"]))
    assert open_sitemap(server).search(BRIDGE) == ()
    assert server.paths() == ["/index", "/other"]


def test_a_sitemap_that_fails_is_passed_over_unless_all_do(server: RawServer) -> None:
    server.answers["/index"] = page(index(["/gone", "/b"]))
    server.answers["/b"] = page(urls("https://post.example/orrin-bridge-opens"))
    assert open_sitemap(server).search(BRIDGE)
    del server.answers["/b"]
    with pytest.raises(SourceError) as raised:
        open_sitemap(server).search(BRIDGE)
    assert raised.value.code == "http-404"


def test_a_sitemap_on_a_private_address_is_not_asked(server: RawServer) -> None:
    server.answers["/index"] = page(index(["http://10.0.0.1/x", "http://169.254.169.254/"]))
    with pytest.raises(SourceError) as raised:
        open_sitemap(server).search(BRIDGE)
    assert raised.value.code == "address-blocked"


def test_one_slow_sitemap_does_not_take_more_than_the_time_of_all(server: RawServer) -> None:
    server.answers["/index"] = page(index(["/good", *(f"/slow{i}" for i in range(10))]))
    server.answers["/good"] = page(urls("https://post.example/orrin-bridge-opens"))
    for i in range(10):
        server.answers[f"/slow{i}"] = lambda connection: connection.recv(1)
    assert open_sitemap(server, total_s=1.0).search(BRIDGE)
    assert server.paths() == ["/index", "/good", "/slow0"]
