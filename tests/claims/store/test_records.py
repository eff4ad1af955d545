"""Small pure parts of the store: headings, derived ids, cursors, times."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InvalidInput
from claims.sources.snapshots import restore_text, strip_text
from claims.store import facets
from claims.store.cursors import CursorSigner, Place
from claims.store.encoding import digest, from_ms, pack, to_ms, to_us, unpack
from claims.store.records import derive_claim_id, fingerprint_of, read_gathered, write_gathered
from claims.types import ArticleId, Passage, Span, Verdict, VerdictLabel
from claims.verdicts.origins import refer_to
from tests.claims.samples import gathered, page, verdict
from tests.contracts import steps

ARTICLE = ArticleId("a_" + "0" * 32)


def test_heading_is_the_first_text_that_is_not_empty() -> None:
    assert facets.write_heading(None, " \n ", "The  first\nline", "second") == "The first line"
    assert facets.write_heading(None, "") == ""


@given(st.text())
def test_a_heading_is_one_short_line(text: str) -> None:
    heading = facets.write_heading(text)
    assert len(heading) <= 160
    assert heading == " ".join(heading.split())


def test_a_long_heading_ends_with_a_whole_word() -> None:
    assert facets.write_heading("Choneros, " * 20) == f"{'Choneros, ' * 14}Choneros…"
    assert facets.write_heading("x" * 200) == f"{'x' * 159}…"


def test_derived_id_has_the_usual_form_and_is_reproducible() -> None:
    ids = [derive_claim_id(ARTICLE, place) for place in range(100)]
    assert len(set(ids)) == 100
    assert all(len(i) == 34 and i.startswith("c_") for i in ids)
    assert ids == [derive_claim_id(ARTICLE, place) for place in range(100)]


def test_fingerprint_depends_only_on_the_body() -> None:
    one, other = steps.new_claim(1), steps.new_claim(2)
    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(one) != fingerprint_of(steps.new_claim(1, text="Twelve died."))
    assert fingerprint_of(one) != fingerprint_of(steps.new_claim(1, every="P1D"))
    assert fingerprint_of(replace(one, claim=replace(one.claim, kinds=("date",)))) == (
        fingerprint_of(one)
    )
    submitted = {"text": one.claim.text, "sources": list(one.options.sources)}
    assert fingerprint_of(one) == digest(json.dumps(submitted, sort_keys=True))


def test_kept_check_is_packed_and_unpacked() -> None:
    source = refer_to(page(text="Eleven fell ill."), origin="o1")
    passage = Passage(text="Eleven", span=Span(0, 6), page=source)
    found = replace(gathered(source), passages=(passage,))
    packed = write_gathered(found)
    kept = read_gathered(packed)
    assert kept == strip_text(found)
    assert restore_text(kept, {source.sha256: "Eleven fell ill."}).passages == (passage,)
    concluded = verdict(VerdictLabel.SUPPORTED)
    assert unpack(Verdict, pack(concluded)) == concluded


@given(st.datetimes(datetime(1970, 1, 1), datetime(3000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_times_are_kept_exactly(moment: datetime) -> None:
    assert from_ms(to_ms(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=to_us(moment)) == moment


SIGNER = CursorSigner(b"k" * 32)


@given(st.floats(allow_nan=False), st.integers(0, 10**15))
def test_written_cursor_is_read_back(key: float, serial: int) -> None:
    place = Place(repr(key), str(serial))
    cursor = SIGNER.write("claims", place)
    assert SIGNER.read("claims", cursor) == place
    for scope, signer in (("articles", SIGNER), ("claims", CursorSigner(b"l" * 32))):
        with pytest.raises(InvalidInput):
            signer.read(scope, cursor)


@given(st.text())
def test_other_text_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        SIGNER.read("claims", text)
    assert refused.value.pointer == "/cursor"


# --- facets ------------------------------------------------------------------------------------


@given(st.text())
def test_words_of_a_text_are_unique_and_independent_of_case(text: str) -> None:
    words = facets.write_words(text)
    assert facets.write_words(text.swapcase().casefold()) == facets.write_words(text.casefold())
    found = words.split("\n") if words else []
    assert len(set(found)) == len(found) <= facets.WORDS
    assert all(len(word) > 1 or word.isdecimal() for word in found)
    assert found == facets.list_words(words)[: facets.WORDS]


@pytest.mark.parametrize(
    ("url", "sites"),
    [
        ("https://News.a.example./x", ["news.a.example", "a.example", "example"]),
        ("http://b\u00fccher.example:8080/", ["xn--bcher-kva.example", "example"]),
        ("http://127.0.0.1:80/", ["127.0.0.1"]),
        ("http://[::1]/", ["::1"]),
        ("shelf:archive/1", ["shelf:archive"]),
        ("no address", []),
    ],
)
def test_the_sites_of_an_address_are_its_host_and_every_domain_above(
    url: str, sites: list[str]
) -> None:
    assert facets.write_sites([url, url]) == "\n".join(sites)
