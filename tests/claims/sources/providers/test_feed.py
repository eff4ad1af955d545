"""The three families of feeds, as specified and as publishers write them."""

from __future__ import annotations

import pytest

from claims.sources.deadline import Deadline
from claims.sources.providers.endpoint import Answer
from claims.sources.providers.entries import Entry
from claims.sources.providers.feed import read_feed

RSS2 = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Post</title><link>https://post.example/</link>
<atom:link href="https://post.example/feed" rel="self" type="application/rss+xml"/>
<image><title>Logo</title><url>https://post.example/logo.png</url></image>
<item><title>Fish &amp;amp; chips &amp;lt;b&amp;gt;dearer&amp;lt;/b&amp;gt;</title>
 <link> https://post.example/fish#top </link>
 <description><![CDATA[<p>Prices <b>rose</b> by 5&nbsp;%.</p>]]></description>
 <media:title>A picture</media:title>
 <pubDate>Tue, 04 Mar 2025 10:00:00 GMT</pubDate>
 <source url="https://wire.example/rss">The Wire</source></item>
<item><title>By guid</title><guid>https://post.example/guid</guid><dc:date>2025-03-05</dc:date></item>
<item><title>No permalink</title><guid isPermaLink="false">https://post.example/no</guid></item>
<item><title>Relative</title><link>/relative?a=1&amp;b=2</link><pubDate>yesterday</pubDate></item>
<item><title>Script</title><link>javascript:alert(1)</link></item>
<item><link>https://post.example/untitled</link><content:encoded>All of it.</content:encoded></item>
</channel></rss>"""
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://post.example/"><title>Post</title><items/></channel>
<item rdf:about="https://post.example/one"><title>One</title><link>https://post.example/1</link>
<description>First.</description><dc:date>2025-03-04T10:00:00+00:00</dc:date></item>
<item rdf:about="https://post.example/two"><title>Two</title></item></rdf:RDF>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/news/">
<title>Post</title><link href="https://post.example/"/><id>urn:x</id>
<entry><title type="html">Bridge &amp;lt;i&amp;gt;opens&amp;lt;/i&amp;gt;</title>
 <link rel="self" href="https://post.example/self"/>
 <link rel="enclosure" href="https://post.example/sound.mp3" type="audio/mpeg"/>
 <link rel="alternate" href="https://post.example/entry.json" type="application/json"/>
 <link rel="alternate" type="text/html" href="bridge"/>
 <id>urn:1</id><updated>2025-03-06T10:00:00Z</updated><published>2025-03-04T10:00:00Z</published>
 <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It is <b>42</b> metres
 long.</p></div></content>
 <source><title>The Wire</title></source></entry>
<entry><title>No link</title><id>urn:2</id></entry></feed>"""


def read(text: str) -> tuple[Entry, ...]:
    with Deadline(20) as deadline:
        answer = Answer("https://post.example/feeds/all.xml", text.encode(), "text/xml")
        return read_feed(answer, deadline)


def test_rss_items_have_address_title_summary_and_date() -> None:
    fish, guid, relative, untitled = read(RSS2)
    assert fish == Entry(
        url="https://post.example/fish",
        title="Fish & chips dearer",
        words="Fish & chips dearer \nPrices rose by 5 %. \nThe Wire",
        published_at="2025-03-04T10:00:00+00:00",
    )
    assert (guid.url, guid.published_at) == ("https://post.example/guid", "2025-03-05")
    assert (relative.url, relative.published_at) == ("https://post.example/relative?a=1&b=2", None)
    assert (untitled.url, untitled.title) == ("https://post.example/untitled", None)
    assert untitled.words == "All of it."


def test_rdf_items_stand_outside_the_channel() -> None:
    one, two = read(RDF)
    assert (one.url, one.title) == ("https://post.example/1", "One")
    assert (one.words, one.published_at) == ("One \nFirst.", "2025-03-04T10:00:00+00:00")
    assert two.url == "https://post.example/two"


def test_atom_entries_lead_to_their_alternate_page() -> None:
    (entry,) = read(ATOM)
    assert entry == Entry(
        url="https://post.example/news/bridge",
        title="Bridge opens",
        words="Bridge opens \nIt is 42 metres long. \nThe Wire",
        published_at="2025-03-04T10:00:00+00:00",
    )


def test_the_day_of_a_change_is_no_day_of_publication() -> None:
    (entry,) = read(ATOM.replace("<published>2025-03-04T10:00:00Z</published>", ""))
    assert entry.published_at is None


@pytest.mark.parametrize(
    "date", ["Tue, 99999999999999999999 Mar 2025 10:00:00 GMT", "0000-00-00", "-1", "\x1f", "12"]
)
def test_a_date_that_is_none_is_none(date: str) -> None:
    item = f"<item><link>https://a.example/</link><pubDate>{date}</pubDate></item>"
    (entry,) = read(f"<rss><channel>{item}</channel></rss>")
    assert entry.published_at is None


def test_titles_and_summaries_are_cut() -> None:
    long = "word " * 100_000
    item = f"<item><link>https://a.example/</link><title>{long}</title><summary>{long}</summary>"
    (entry,) = read(f"<rss>{item}</item></rss>")
    assert len(entry.title or "") <= 300
    assert len(entry.words) < 3000


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read("<rss><channel/></rss>") == ()
