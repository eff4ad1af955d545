"""Untrusted XML: the records read from it, and the constructs that are refused."""

from __future__ import annotations

import pytest

from claims.errors import SourceError
from claims.sources.xml_records import Records, read_records


def read(body: bytes | str, content_type: str = "application/xml") -> Records:
    data = body.encode() if isinstance(body, str) else body
    return read_records(data, content_type=content_type, names={"item"}, check=lambda: None)


def code_of(body: bytes | str) -> str:
    """The code of the refusal; work that grows with the square of the body outlasts the test."""
    with pytest.raises(SourceError) as raised:
        read(body)
    return raised.value.code


def title_of(body: bytes | str, content_type: str = "application/xml") -> str:
    (record,) = read(body, content_type).records
    return next(record.texts("title"), "")


def rss(inside: str) -> str:
    return f"<rss><channel><title>No item</title>{inside}</channel></rss>"


def test_record_has_its_own_fields_and_those_one_level_below() -> None:
    found = read(rss("<item><title>a</title><source><title>b<i>c</i></title></source></item>"))
    assert found.root == "rss"
    (record,) = found.records
    assert [(one.path, one.text) for one in record.fields[1:]] == [
        ("title", "a"),
        ("source", "bc"),
        ("source/title", "bc"),
    ]


def test_vocabularies_are_recognised_with_any_prefix() -> None:
    spaces = "xmlns:x='http://purl.org/dc/elements/1.1/' xmlns:y='http://search.yahoo.com/mrss/'"
    body = f"<rss {spaces}><item><x:title>a</x:title><y:title>b</y:title></item></rss>"
    (record,) = read(body).records
    assert [one.path for one in record.fields[1:]] == ["dc:title", "other:title"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<?xml version='1.0' encoding='utf-8'?><rss><item><title>Zürich", ""),
        ("<?xml version='1.0' encoding='iso-8859-1'?><rss><item><title>Zürich", ""),
        ("<?xml version='1.0' encoding='no-such-thing'?><rss><item><title>Zürich", ""),
        ("<rss><item><title>Zürich", "text/xml; charset=us-ascii"),
        ("\ufeff \n<rss><item><title>Zürich", ""),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "utf-16"])
def test_wrong_charset_label_does_not_hide_the_text(
    body: str, content_type: str, codec: str
) -> None:
    if "\ufeff" in body and codec == "latin-1":
        return
    data = f"{body}</title></item></rss>".encode(codec)
    assert title_of(data, content_type) == "Zürich"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Fish & chips", "Fish & chips"),
        ("a&nbsp;b", "a\xa0b"),
        ("caf&eacute; &LT;", "café <"),
        ("&nothing; &amp; &#233;", "&nothing; & é"),
        ("bell \x07 and \x00 nul", "bell  and  nul"),
        ("<![CDATA[a < b & c]]>", "a < b & c"),
        ("a &amp;lt;b&amp;gt;", "a &lt;b&gt;"),
    ],
)
def test_stray_characters_are_repaired(written: str, read_as: str) -> None:
    assert title_of(rss(f"<item><title>{written}</title></item>")) == read_as


LAUGHS = '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)
)


@pytest.mark.parametrize(
    "body",
    [
        f"<?xml version='1.0'?><!DOCTYPE rss [{LAUGHS}]><rss><item>&l9;</item></rss>",
        f"<!DOCTYPE rss [<!ENTITY a '{'x' * 100_000}'>]><rss><item>{'&a;' * 100_000}</item></rss>",
        "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss><item>&a;</item></rss>",
        "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/evil.dtd'><rss><item/></rss>",
        "<!DOCTYPE rss [<!ENTITY % a SYSTEM 'http://127.0.0.1:1/'> %a;]><rss><item/></rss>",
        "<!DOCTYPE rss [<!ATTLIST item a CDATA 'x'>]><rss><item/></rss>",
        "<rss><item>" + "<a>" * 100 + "</a>" * 100 + "</item></rss>",
        "<a>" * 1_000_000,
    ],
    ids=["laughs", "quadratic", "file", "dtd", "parameter", "attlist", "deep", "deeper"],
)
def test_entities_types_and_depth_are_refused(body: str) -> None:
    assert code_of(body) == "unsafe-xml"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no markup",
        "{}",
        "<rss><item>",
        "<rss></channel>",
        "<!DOCTYPE html><html><head><meta charset=utf-8></head><body><p>Welcome</html>",
        "<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN' 'http://www.w3.org/TR/html4/s.dtd'><p>",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "<" * 2_000_000,
        "&" * 2_000_000,
        "<?xml " * 500_000,
        "<rss><!--" + "-" * 2_000_000,
        "<rss><![CDATA[" * 200_000,
    ],
)
def test_text_that_is_not_xml_is_no_feed(body: str | bytes) -> None:
    assert code_of(body) == "not-feed"


def test_too_many_entries_and_elements_are_refused() -> None:
    assert code_of("<rss>" + "<item/>" * 50_001 + "</rss>") == "too-large"
    assert code_of("<rss>" + "<a/>" * 1_000_001 + "</rss>") == "too-large"


def test_element_with_hundreds_of_thousands_of_attributes_is_a_record() -> None:
    attributes = " ".join(f"a{i}=''" for i in range(400_000))
    assert len(read(f"<rss><item {attributes}/></rss>").records) == 1


def test_reading_stops_when_the_time_is_up() -> None:
    def strike() -> None:
        raise SourceError("timeout", "over")

    body = b"<rss>" + b"<a/>" * 5000 + b"</rss>"
    with pytest.raises(SourceError, match="over"):
        read_records(body, content_type="", names={"item"}, check=strike)
