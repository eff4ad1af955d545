"""Decodes bytes to text, even when the declared charset is wrong."""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
    to_unicode,
)

from claims.sources.content import utf16_without_mark

_DETECTED_BYTES = 64 * 1024
_ENOUGH_BYTES = 20  # minimum bytes beyond ASCII for charset detection
# The fallback charset of browsers (WHATWG Encoding Standard).
_FALLBACK = "cp1252"
# Python codecs that are not charsets of documents; some of them take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


def decode(body: bytes, *, content_type: str = "", markup: bool) -> str:
    """The text of `body`; bytes that cannot be decoded become U+FFFD.

    The charset is chosen in this order: byte order mark, bytes that are valid UTF-8, the charset
    of the Content-Type header, with `markup` that of the page itself, detection on the first
    64 KiB. A declared charset that does not fit the bytes is ignored, because it is often wrong.
    """
    marked, mark = read_bom(body)
    if marked is not None and mark is not None:
        return to_unicode(body[len(mark) :], marked)
    unmarked = utf16_without_mark(body)
    if unmarked is not None:
        return to_unicode(body, unmarked)
    declared = _declared(body, content_type, markup=markup)
    if declared is None or not declared.startswith("iso2022"):  # whose bytes are valid ASCII too
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if declared is not None:
        text = to_unicode(body, declared)
        if _fits(text):
            return text
    return to_unicode(body, _detected(body[:_DETECTED_BYTES]))


def _declared(body: bytes, content_type: str, *, markup: bool) -> str | None:
    name = http_content_type_encoding(content_type)
    if name is None and markup:
        name = html_body_declared_encoding(body)
    name = resolve_encoding(name) if name else None
    if name is None or name in _NO_CHARSETS or name.startswith(("utf-16", "utf-32")):
        return None  # readable UTF-16 has been recognised by its bytes
    # bytes.decode takes text encodings only; base64 and similar codecs are not text encodings.
    return name if getattr(codecs.lookup(name), "_is_text_encoding", True) else None


def _fits(text: str) -> bool:
    """Whether at least as many characters beyond ASCII were decoded correctly as wrongly."""
    wrong = text.count("\ufffd")
    return wrong == 0 or sum(character > "\x7f" for character in text) >= 2 * wrong


def _detected(sample: bytes) -> str:
    """The codec that fits `sample` best, if it is for a script other than Latin.

    Detection is unreliable among the Latin code pages (naïve becomes naďve) and on a few bytes;
    there the fallback is wrong less often.
    """
    if len(sample.translate(None, bytes(range(128)))) < _ENOUGH_BYTES:
        return _FALLBACK
    best = from_bytes(sample).best()
    if best is None:
        return _FALLBACK
    letters = [character for character in str(best) if character > "\x7f" and character.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return best.encoding if latin < len(letters) / 2 else _FALLBACK
