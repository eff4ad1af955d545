"""Compressed answers (gzip) for clients that accept them, made in one place after each view.

A compressed answer is another representation, so it has an entity tag of its own: that of the plain
answer with SUFFIX. The suffix is removed from the tags of a request before a view compares them,
and added again for 304, so that views know one tag. docs/adr/0039-compressed-answers.md has the
reasons, and says why the sizes of answers reveal no secret (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

LEAST_BYTES = 1000
"""Minimum bytes of a body that is compressed: a smaller body fits into one packet uncompressed."""
LEVEL = 6
"""Of 1 to 9, zlib's default: 9 takes twice as long for a page and saves one per cent more."""
STATIC_FILES = 32
"""Number of files whose compressed content is kept; the service has a dozen."""
SUFFIX = "-gzip"

_MIMETYPES = frozenset(
    {
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/ld+json",
        "application/problem+json",
        "application/x-ndjson",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/markdown",
        "text/plain",
    }
)
_TAGS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


def register_compression(app: Flask) -> None:
    """Compress the answers of this app. Call this before any hook that reads a request's tags."""
    app.before_request(_take_suffixes_off)
    app.after_request(_compress)


def _take_suffixes_off() -> None:
    environ = request.environ
    for name in _TAGS:
        given = environ.get(name)
        if given and f'{SUFFIX}"' in given:
            environ[name] = given.replace(f'{SUFFIX}"', '"')
            environ["assay.gzip_known"] = True


def _compress(response: Response) -> Response:
    if response.status_code == 304:
        if request.environ.get("assay.gzip_known"):
            _put_suffix_on(response)
        _vary(response)
    elif _is_compressible(response):
        _vary(response)
        if request.accept_encodings["gzip"] > 0 and not _is_for_another_site():
            _replace_body(response)
    return response


def _vary(response: Response) -> None:
    """Say that the answer differs by Accept-Encoding."""
    if "Vary" in response.headers:
        response.vary.add("Accept-Encoding")
    else:
        response.headers["Vary"] = "Accept-Encoding"


def _is_compressible(response: Response) -> bool:
    """Whether this answer is long, complete text without a secret that is shown once."""
    return (
        (response.content_length or 0) >= LEAST_BYTES
        and response.mimetype in _MIMETYPES
        and response.status_code not in (204, 206)
        and "Content-Encoding" not in response.headers
        and not response.cache_control.no_store
    )


def _is_for_another_site() -> bool:
    """Whether a page of another site asks: it could influence a part of the answer and measure the
    size (BREACH)."""
    return request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")


def _replace_body(response: Response) -> None:
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    body = response.get_data()
    response.set_data(_compress_file(body) if is_file else gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)  # ranges are those of the plain file
    _put_suffix_on(response)


def _put_suffix_on(response: Response) -> None:
    tag, is_weak = response.get_etag()
    if tag is not None:
        response.set_etag(f"{tag}{SUFFIX}", weak=bool(is_weak))


@lru_cache(STATIC_FILES)
def _compress_file(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)
