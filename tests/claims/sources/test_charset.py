"""Decoding of bytes to text, with right and wrong declared encodings."""

from __future__ import annotations

import pytest

from claims.errors import SourceError
from claims.sources.charset import decode
from claims.sources.content import TextKind, confirmed_kind, declared_kind, is_binary

TEXT = "“Größe”, naïve café — the price is 5 €."
HTML = "text/html"


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=utf-8", ""),
        ("utf-8", HTML, ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "text/html; charset=utf-16", ""),
        ("utf-8-sig", HTML, ""),
        ("utf-16", HTML, ""),
        ("utf-16-le", HTML, ""),
        ("utf-16-be", "text/html; charset=utf-8", ""),
        ("cp1252", "text/html; charset=windows-1252", ""),
        ("cp1252", "text/html; charset=iso-8859-1", ""),
        ("cp1252", HTML, '<meta charset="windows-1252">'),
        ("cp1252", "text/html; charset=utf-8", ""),
        ("cp1252", HTML, '<meta charset="utf-8">'),
        ("cp1252", HTML, ""),
        ("cp1252", "text/html; charset=no-such-thing", ""),
    ],
)
def test_text_is_decoded_with_right_wrong_and_missing_charset_labels(
    encoding: str, content_type: str, meta: str
) -> None:
    body = f"<html><head>{meta}</head><p>{TEXT}</p></html>".encode(encoding)
    assert TEXT in decode(body, content_type=content_type, markup=True)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Привет, это текст на русском языке, и он довольно длинный."),
        ("shift_jis", "これは日本語で書かれた、ある程度の長さの文章です。"),
        ("iso2022_jp", "これは日本語です。"),
    ],
)
def test_other_scripts_are_read_by_label(encoding: str, text: str) -> None:
    assert (
        decode(text.encode(encoding), content_type=f"a; charset={encoding}", markup=False) == text
    )


def test_other_scripts_are_detected_without_a_label() -> None:
    text = "Привет, это текст на русском языке, и он довольно длинный. " * 5
    assert decode(text.encode("cp1251"), markup=False) == text


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode_escape", "utf-7", "base64", "rot13"])
def test_python_codecs_that_are_not_charsets_are_not_used(name: str) -> None:
    body = "caf\xe9 +ADw-script+AD4- \\u0041 ".encode("latin-1")
    text = decode(body, content_type=f"text/html; charset={name}", markup=True)
    assert text == "café +ADw-script+AD4- \\u0041 "


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    body = ("Größe, Länge, Höhe und Tiefe. " * 20).encode() + b"\xff end"
    assert decode(body, content_type="text/html; charset=utf-8", markup=True).endswith("\ufffd end")


def test_meta_tag_in_plain_text_is_ignored() -> None:
    body = '<meta charset="cp1251"> café'.encode("cp1252")
    assert decode(body, markup=False).endswith("café")


@pytest.mark.parametrize("body", [b"", b"\xff" * 1000, b"\xff\xfe", bytes(range(256)) * 300])
def test_any_bytes_are_decoded(body: bytes) -> None:
    assert isinstance(decode(body, markup=True), str)


# --- text or binary ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("text/html", TextKind.HTML),
        ("TEXT/HTML ; charset=utf-8", TextKind.HTML),
        ("application/xhtml+xml", TextKind.HTML),
        ("text/plain", TextKind.PLAIN),
        ("", None),
    ],
)
def test_content_type_decides_how_a_body_is_read(content_type: str, kind: TextKind | None) -> None:
    assert declared_kind(content_type) is kind


@pytest.mark.parametrize("content_type", ["image/png", "text/css", "application/zip", "nonsense"])
def test_other_content_types_are_not_text(content_type: str) -> None:
    with pytest.raises(SourceError) as caught:
        declared_kind(content_type)
    assert caught.value.code == "not-text"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"  <!doctype html>", TextKind.HTML),
        (b"Plain words.", TextKind.PLAIN),
        ("Wide words, in UTF-16.".encode("utf-16-le"), TextKind.PLAIN),
    ],
)
def test_without_a_content_type_the_bytes_decide(body: bytes, kind: TextKind) -> None:
    assert confirmed_kind(body, declared=None) is kind


@pytest.mark.parametrize(
    ("content_type", "detail"),
    [
        ("application/octet-stream", "the server gives no type for it, and it is no PDF"),
        ("application/pdf", "labelled as PDF, but the content is not"),
        ("text/html", "labelled as text, but the content is not"),
        ("", "without a type, and by its content neither text nor PDF"),
    ],
)
def test_binary_content_is_refused_with_a_detail_that_fits_its_label(
    content_type: str, detail: str
) -> None:
    with pytest.raises(SourceError) as caught:
        confirmed_kind(bytes(range(256)), declared=declared_kind(content_type))
    assert (caught.value.code, caught.value.detail) == ("not-text", detail)


def test_text_that_begins_like_a_picture_is_still_text() -> None:
    """A bitmap starts with the letters BM, and so does the word BMW."""
    assert confirmed_kind(b"BMW sold 2.5 million cars.", declared=TextKind.PLAIN) is TextKind.PLAIN


def test_text_with_a_stray_control_character_is_not_binary() -> None:
    assert not is_binary(b"A long line of text with one NUL \x00 in it, as it happens.")
    assert not is_binary("Schöne Grüße, auch in UTF-16.".encode("utf-16"))
    assert not is_binary(b"")
    assert is_binary(bytes(range(256)))
