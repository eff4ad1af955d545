"""Reads the copy of a page that an archive of the web keeps, for a page that fails itself.

The archive has the CDX API of the Wayback Machine: /cdx/search/cdx lists the captures of an
address, and /web/TIMESTAMPid_/ADDRESS is a capture, byte for byte. A copy has an address of its own
here, archived:DAY/ADDRESS: the last capture of ADDRESS up to that day (UTC), or archived:latest/...
A page cache keeps it under that address, and never as the page itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import urlencode, urlsplit

from claims.errors import InvalidInput, SourceError
from claims.sources.address import (
    canonical_url,
    host_and_port,
    parse_archive,
    parse_source_url,
)
from claims.sources.failures import FailureCode
from claims.sources.fetch import WebFetcher
from claims.sources.vetting import AllowList
from claims.types import ArchivedCopy, Page

COPIED_CODES = frozenset(
    {
        *("http-404", "http-410", FailureCode.NOT_FOUND),
        FailureCode.BLOCKED,
        *(FailureCode.TIMEOUT, FailureCode.UNREACHABLE, FailureCode.DNS_FAILED),
        FailureCode.BAD_RESPONSE,
        # A gateway says that the server behind it did not answer.
        *("http-502", "http-504", *(f"http-{status}" for status in range(520, 525))),
    }
)
"""Failures of a page that is gone, behind a test for robots, or without an answer. Refusals by
robots.txt, by a rule of this service or by the site (paywalls, 401, 403, 451) are not among them.
"""

_COPY_ADDRESS = re.compile(r"archived:(latest|\d{4}-\d\d-\d\d)/(.+)", re.ASCII | re.DOTALL)
_CAPTURE = re.compile(r"/web/(\d{14})id_/(.+)", re.ASCII | re.DOTALL)
_FIELDS = ("timestamp", "original")


def copy_address(url: str, *, until: date | None) -> str:
    """The address of the last copy of `url` that was taken up to a day (UTC); None: of any day."""
    return f"archived:{until or 'latest'}/{url}"


def is_copy_address(text: str) -> bool:
    """Whether the text is meant as the address of an archived copy."""
    return text.startswith("archived:")


class CopyReader:
    """Reads archived copies from one archive, over the connections of `web`. Thread safe.

    The archive is asked like any host: vetted addresses, limits on bytes and time, a turn for each
    copy, Retry-After; of its robots.txt, the rules for Assay by name count. Addresses on hosts that
    `unsent` covers (the operator's own) are never sent to it.
    """

    def __init__(self, web: WebFetcher, archive: str, *, unsent: AllowList | None = None) -> None:
        """Raises InvalidInput for the address of an archive that cannot be used."""
        self._web = web
        self._archive = parse_archive(archive)
        self._unsent = unsent or AllowList()

    def fetch(self, address: str) -> Page:
        """The copy at an archived:... address, with `archived`; links and canonical address are
        those of the copied page.

        Raises SourceError: the codes of a fetch, of the archive or its copy, `not-found` when there
        is no copy. Raises HostBusy as a fetch does.
        """
        url, until = _split(address)
        self._check_sent(url)
        page = self._web.fetch_copy(
            self._write_question(url, until), partial(self._choose, url=url, until=until), of=url
        )
        # An archive may redirect to another capture than the one that it lists.
        copy = self._read_capture(page, url)
        _check_day(copy.taken_on, until)
        return replace(page, url=address, etag=None, last_modified=None, archived=copy)

    def _check_sent(self, url: str) -> None:
        host, port = host_and_port(url)
        if self._unsent.covers(host, port):
            detail = "pages of hosts that ASSAY_FETCH_ALLOW names are not sent to an archive"
            raise SourceError(FailureCode.ADDRESS_BLOCKED, detail)
        if (host, port) == host_and_port(self._archive):
            raise SourceError(FailureCode.BAD_URL, "the page is on the archive itself")

    def _write_question(self, url: str, until: date | None) -> str:
        """The address of the list that has the last capture up to that day alone."""
        asked = {
            "url": url,
            "output": "json",
            "filter": "statuscode:200",
            "limit": "-1",
            "fl": ",".join(_FIELDS),
        }
        if until:
            asked["to"] = f"{until:%Y%m%d}235959"
        return f"{self._archive}/cdx/search/cdx?{urlencode(asked)}"

    def _choose(self, listed: bytes, *, url: str, until: date | None) -> str:
        """The address of the listed capture. Raises SourceError when there is none of `url`."""
        timestamp, original = _read_last(listed)
        _check_day(_read_day(timestamp), until)
        _check_same(original, url)
        return f"{self._archive}/web/{timestamp}id_/{original}"

    def _read_capture(self, page: Page, url: str) -> ArchivedCopy:
        """The capture that was read. Raises SourceError when it is not one of `url`."""
        final = page.answer.final_url if page.answer else ""
        found = _CAPTURE.search(final)
        if found is None or host_and_port(final)[0] != host_and_port(self._archive)[0]:
            raise _refuse_other()
        _check_same(found[2], url)
        return ArchivedCopy(address=final, taken_on=_read_day(found[1]))


def _split(address: str) -> tuple[str, date | None]:
    """(address of the page without fragment, last day). Raises SourceError `bad-url`."""
    match = _COPY_ADDRESS.fullmatch(address)
    if match is None:
        raise SourceError(FailureCode.BAD_URL, "this is not the address of an archived copy")
    try:
        url = parse_source_url(match[2].partition("#")[0])
        return url, None if match[1] == "latest" else date.fromisoformat(match[1])
    except (InvalidInput, ValueError) as error:
        raise SourceError(FailureCode.BAD_URL, str(error)) from None


def _read_last(listed: bytes) -> tuple[str, str]:
    """Timestamp and address of the last capture of a list. Raises SourceError."""
    try:
        rows = json.loads(listed) if listed.strip() else []
    except (ValueError, RecursionError):
        rows = None
    if rows == [] or rows == [list(_FIELDS)]:
        raise SourceError(FailureCode.NOT_FOUND, "the archive has no copy of the page")
    match rows:
        case [[*names], *_, [str(timestamp), str(original)]] if names == list(_FIELDS):
            return timestamp, original
    raise _refuse_list()


def _read_day(timestamp: str) -> date:
    if not (len(timestamp) == 14 and timestamp.isascii() and timestamp.isdecimal()):
        raise _refuse_list()
    try:
        return date(int(timestamp[:4]), int(timestamp[4:6]), int(timestamp[6:8]))
    except ValueError:
        raise _refuse_list() from None


def _refuse_list() -> SourceError:
    return SourceError(FailureCode.NOT_JSON, "the archive's list of copies cannot be read")


def _check_day(taken_on: date, until: date | None) -> None:
    if until is not None and taken_on > until:
        detail = f"the archive offers a copy of {taken_on}, after {until}"
        raise SourceError(FailureCode.AFTER_AS_OF, detail)


def _check_same(original: str, url: str) -> None:
    """Raises SourceError when a capture is of another page, or of no address at all."""
    try:
        is_same = _name_page(parse_source_url(original)) == _name_page(url)
    except InvalidInput:
        is_same = False
    if not is_same:
        raise _refuse_other()


def _refuse_other() -> SourceError:
    return SourceError(FailureCode.BAD_RESPONSE, "the archive offers a copy of another page")


def _name_page(url: str) -> tuple[str, str, str]:
    """What is the same for the spellings of an address that archives do not tell apart: http and
    https, with and without www., a default port, a slash at the end."""
    parts = urlsplit(canonical_url(url))
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query
