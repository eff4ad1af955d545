"""Pages made to hang, crash or exhaust the extraction process: each gives a known outcome.

Each page is fetched from a server and extracted by the child process, with one shared fetcher.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from claims.errors import SourceError
from claims.sources.fetch import WebFetcher
from tests.claims.sources.conftest import HURRIED
from tests.claims.sources.servers import RawServer, page

WORDS = "<p>The water board said that the level of the lake has fallen.</p>"
READ_OR_GIVEN_UP = {"page", "too-complex"}

POISON: dict[str, tuple[bytes, set[str]]] = {
    "empty": (b"", {"no-text"}),
    "garbage": (b"\xff" * 200_000, {"no-text", "not-text"}),
    "utf-16 without a mark": (WORDS.encode("utf-16-le"), {"page"}),
    "NULs and lone surrogates": (
        WORDS.replace("water", "wa\x00ter \ud800 &#xD800;").encode("utf-8", "surrogatepass"),
        {"page"},
    ),
    "100k nested div": (b"<div>" * 100_000 + WORDS.encode(), READ_OR_GIVEN_UP),
    "50k attributes": (
        f"<p {' '.join(f'a{i}=1' for i in range(50_000))}>{WORDS}".encode(),
        READ_OR_GIVEN_UP,
    ),
    "a million <": (b"<" * 1_000_000, {"page", "no-text", "too-complex"}),
    "100k comments opened": (b"<!--" * 100_000, {"no-text"}),
    "200k CDATA opened": (b"<![CDATA[" * 200_000, {"no-text"}),
    "200k instructions opened": (b"<?x " * 200_000, {"no-text"}),
    "unclosed script": (WORDS.encode() + b"<script>" + b"x" * 1_000_000, {"page"}),
    "one line of 2 MB": (b"word " * 390_000, {"page"}),
    "85k paragraphs": (b"<p>A paragraph of text" * 85_000, READ_OR_GIVEN_UP),
    "100k entities": (b"&lt;b&gt; word " * 100_000, READ_OR_GIVEN_UP),
    "million ampersands": (b"&" * 1_000_000, {"page", "no-text", "too-complex"}),
    "40k table cells": (b"<tr><td>1<td>2 and 3" * 20_000, READ_OR_GIVEN_UP),
    "deep formatting": (b"<b><i><u>" * 20_000 + WORDS.encode(), READ_OR_GIVEN_UP),
    "deep JSON-LD": (
        b"<script type='application/ld+json'>" + b"[" * 150_000 + b"</script>" + WORDS.encode(),
        {"page"},
    ),
    "entity bomb": (
        b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(b"<!ENTITY %c '&%c;&%c;&%c;'>" % (c, c - 1, c - 1, c - 1) for c in b"bcdefghij")
        + b"]><html>"
        + WORDS.encode()
        + b"&j;</html>",
        {"page"},
    ),
    "picture labelled as HTML": (b"\x89PNG\r\n\x1a\n" + b"\0" * 1000, {"not-text"}),
    "PDF labelled as HTML": (b"%PDF-1.7 1 0 obj << /Prev 0 >>", {"too-complex"}),
    "meta refresh loop": (b"<meta http-equiv=refresh content='0;url=/'>", {"no-text"}),
    "scripts, escapes and overrides": (
        b"<title>\x1b[31m\r\nSet: x \xe2\x80\xae</title><p onclick=alert(1)>=cmd| and more words",
        {"page"},
    ),
}


def outcome(fetcher: WebFetcher, url: str) -> str:
    try:
        got = fetcher.fetch(url)
    except SourceError as error:
        return str(error.code)
    assert got.text.encode("utf-8")  # no lone surrogates
    assert "\x00" not in got.text + (got.title or "")
    assert "\x1b" not in got.text + (got.title or "")
    assert len(got.text) <= 200_000
    return "page"


@pytest.mark.parametrize("name", POISON)
def test_poison_page_ends_in_a_named_outcome(
    name: str, server: RawServer, fetcher: WebFetcher
) -> None:
    body, outcomes = POISON[name]
    server.answers["/x"] = page(body)
    begun = time.monotonic()
    assert outcome(fetcher, server.url("/x")) in outcomes
    # Besides the two limits, only the start of a new child process takes time.
    assert time.monotonic() - begun < HURRIED.total_s + HURRIED.extract_s + 15


def test_small_compressed_page_with_too_many_tags_is_given_up(
    server: RawServer, fetcher: WebFetcher
) -> None:
    """A few kilobytes in transfer give 1.6 million elements in memory."""
    body = gzip.compress(b"<b>" * 1_600_000)
    server.answers["/x"] = page(body, "Content-Encoding: gzip")
    assert outcome(fetcher, server.url("/x")) == "too-complex"


def test_normal_page_is_read_after_poison_pages(
    server: RawServer, fetcher: WebFetcher, fetch_code: Callable[[str], str]
) -> None:
    server.answers["/x"] = page(WORDS.encode())
    assert fetch_code(server.url("/x")) == "page"
    child = fetcher._extractor._child
    assert child is not None
    status = Path(f"/proc/{child.pid}/status").read_text()
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    assert peak_kb < 1_000_000
