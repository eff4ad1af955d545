"""One GET or POST at a time over vetted connections, with every driver error translated.

This module never follows a redirect, keeps a cookie, uses a proxy or reads more than requested.
"""

from __future__ import annotations

import contextlib
import http.client
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
import urllib3.exceptions
from requests.cookies import RequestsCookieJar

from claims.errors import SourceError
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.vetting import CONNECT_SECONDS, AllowList, VettedAdapter

_READ_BYTES = 16 * 1024

# Content codings, and whether each is compression. Only gzip is asked for. zlib recognises both
# formats itself ("deflate" means the zlib format, RFC 9110 section 8.4.1.2).
_CODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}
_WINDOW = zlib.MAX_WBITS + 32

DRIVER_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,  # a header or an address that cannot be parsed or encoded
)
_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_TLS_ERRORS = (requests.exceptions.SSLError, urllib3.exceptions.SSLError)


class _Session(requests.Session):
    """Ignores redirects: requests would read the whole body of one to prepare the next request."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def open_session(
    *, allow: AllowList, deadline: Deadline, user_agent: str, ca_bundle: Path | None
) -> requests.Session:
    """A session for the requests of one fetch, without environment proxies, .netrc and cookies."""
    session = _Session()
    session.trust_env = False
    session.verify = str(ca_bundle) if ca_bundle else True
    session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update(
        {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": "gzip",
        }
    )
    adapter = VettedAdapter(allow=allow, deadline=deadline)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


@contextlib.contextmanager
def get(
    session: requests.Session,
    url: str,
    *,
    deadline: Deadline,
    read_s: float,
    headers: Mapping[str, str] | None = None,
) -> Iterator[requests.Response]:
    """The answer to one GET, its body not yet read. Only SourceError is raised, inside and outside.

    Codes: those of `vetted_socket`, and `timeout`, `tls-error`, `bad-response`.
    """
    with _send(
        session, "GET", url=url, body=None, deadline=deadline, read_s=read_s, headers=headers
    ) as response:
        yield response


@contextlib.contextmanager
def post(
    session: requests.Session,
    url: str,
    body: bytes,
    *,
    deadline: Deadline,
    read_s: float,
    headers: Mapping[str, str],
) -> Iterator[requests.Response]:
    """The answer to one POST; otherwise like `get`."""
    with _send(
        session, "POST", url=url, body=body, deadline=deadline, read_s=read_s, headers=headers
    ) as response:
        yield response


@contextlib.contextmanager
def _send(
    session: requests.Session,
    method: str,
    *,
    url: str,
    body: bytes | None,
    deadline: Deadline,
    read_s: float,
    headers: Mapping[str, str] | None,
) -> Iterator[requests.Response]:
    try:
        deadline.check()
        response = session.request(
            method,
            url,
            data=body,
            headers=headers,
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, max(0.001, min(read_s, deadline.remaining_s))),
        )
        try:
            deadline.check()
            yield response
        finally:
            response.close()
    except DRIVER_ERRORS as error:
        # Any error after the deadline has closed the connection is a timeout.
        deadline.check()
        raise _translated(error) from error


def _translated(error: Exception) -> SourceError:
    if isinstance(error, _TIMEOUTS):
        return SourceError(FailureCode.TIMEOUT, "the server stopped sending")
    if isinstance(error, _TLS_ERRORS):
        return SourceError(FailureCode.TLS_ERROR, "no trusted TLS connection can be made")
    return SourceError(
        FailureCode.BAD_RESPONSE, "the answer is incomplete or breaks the HTTP protocol"
    )


def read_body(
    response: requests.Response,
    *,
    deadline: Deadline,
    wire_bytes: int,
    decoded_bytes: int,
    keep_raw: Callable[[bytes], object] | None = None,
) -> bytes:
    """The body, decompressed. Use inside `get`. `keep_raw` receives the pieces as they were sent.

    Raises SourceError `too-large` above either limit in bytes, `timeout`, and `bad-response`
    for a coding that was not asked for or data that is damaged or incomplete.
    """
    body, received = bytearray(), 0
    decoder = _Decoder(response.headers.get("Content-Encoding", ""))
    for data in _arriving(response, deadline):
        received += len(data)
        if keep_raw is not None:
            keep_raw(data)
        body += decoder.decode(data, limit=decoded_bytes + 1 - len(body))
        for size, limit in ((received, wire_bytes), (len(body), decoded_bytes)):
            if size > limit:
                raise SourceError(FailureCode.TOO_LARGE, f"more than {limit / 1e6:g} MB")
    decoder.finish()
    return bytes(body)


def read_start(response: requests.Response, *, deadline: Deadline, size_bytes: int) -> bytes:
    """At most `size_bytes` of the body, decompressed; the rest stays unread.

    Otherwise like `read_body`, except that a body that is cut short is no error.
    """
    body, received = bytearray(), 0
    decoder = _Decoder(response.headers.get("Content-Encoding", ""))
    for data in _arriving(response, deadline):
        received += len(data)
        body += decoder.decode(data, limit=size_bytes - len(body))
        if len(body) >= size_bytes or received >= size_bytes:
            break
    return bytes(body)


def inflate(data: bytes, *, decoded_bytes: int) -> bytes:
    """The content of a gzip file. Raises SourceError `too-large` above that, `bad-response`."""
    decoder = _Decoder("gzip")
    body = decoder.decode(data, limit=decoded_bytes + 1)
    if len(body) > decoded_bytes:
        raise SourceError(FailureCode.TOO_LARGE, f"more than {decoded_bytes / 1e6:g} MB")
    decoder.finish()
    return body


def _arriving(response: requests.Response, deadline: Deadline) -> Iterator[bytes]:
    """The body as sent, in pieces; each piece is the result of one read of the socket."""
    while data := response.raw.read1(_READ_BYTES, decode_content=False):
        deadline.check()
        yield data
    deadline.check()


class _Decoder:
    """Decodes one content coding and never returns more bytes than requested.

    Chains of codings are refused: no honest server needs them, and each coding multiplies the
    size of a decompression bomb.
    """

    def __init__(self, coding: str) -> None:
        name = coding.strip().lower()
        if name not in _CODINGS:
            raise SourceError(
                FailureCode.BAD_RESPONSE, "the answer has a content coding that was not requested"
            )
        self._inflater = zlib.decompressobj(_WINDOW) if _CODINGS[name] else None
        self._begun = False
        self._complete = False

    def decode(self, data: bytes, *, limit: int) -> bytes:
        """Decode up to `limit` bytes (at least 1) of `data`; the rest is dropped."""
        if self._inflater is None:
            return data[:limit]
        output = b""
        while data and len(output) < limit:
            if self._inflater.eof:  # a gzip file may consist of several members
                self._inflater = zlib.decompressobj(_WINDOW)
            try:
                output += self._inflater.decompress(data, limit - len(output))
            except zlib.error:
                if self._complete:
                    break  # padding after the end, which some servers send
                raise _damaged() from None
            self._begun = True
            self._complete = self._complete or self._inflater.eof
            data = self._inflater.unused_data
        return output

    def finish(self) -> None:
        """Raise SourceError `bad-response` when the compressed data ended too early."""
        if self._begun and not self._complete:
            raise _damaged()


def _damaged() -> SourceError:
    return SourceError(FailureCode.BAD_RESPONSE, "the compressed data is damaged or incomplete")
