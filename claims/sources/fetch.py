"""The fetcher: one address in, one page or one SourceError out.

The order of a fetch: syntax, the host's turn (pacing.py), robots.txt, a connection to a vetted
address, redirects (all of these steps again for each hop), status, type, size, main text. The
codes of failures are in failures.py.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

import requests

from claims.errors import HostBusy, InvalidInput, SourceError
from claims.sources.address import canonical_url, host_and_port, parse_source_url, site_of
from claims.sources.archive import RawArchive
from claims.sources.content import MAYBE_PDF, TextKind, confirmed_kind, declared_kind
from claims.sources.deadline import Deadline
from claims.sources.extractor import Extractor
from claims.sources.failures import FailureCode
from claims.sources.limits import FetchLimits
from claims.sources.pacing import OpenGate, Pacing, Visits, refuse
from claims.sources.reading import Reading
from claims.sources.redirects import Redirect, T, follow, read_redirect
from claims.sources.robots import ROBOT, Robots
from claims.sources.server_answers import read_answer
from claims.sources.transport import get, open_session, read_body
from claims.sources.validators import Validators, read_validators
from claims.sources.vetting import AllowList, check_destination
from claims.types import Page, ServerAnswer

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,200}")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class _Download:
    """The downloaded answer; `body` None means "not modified"."""

    url: str
    body: bytes | None
    kind: TextKind
    content_type: str
    validators: Validators
    answer: ServerAnswer | None = None


@dataclass(slots=True)
class _Budget:
    """What one fetch has left: waits for hosts (`visits`), and seconds for requests."""

    visits: Visits
    left_s: float


class _Visit(Protocol[T_co]):
    """One hop of a fetch: the result, or where the server redirects to."""

    def __call__(
        self, url: str, /, *, session: requests.Session, deadline: Deadline, visits: Visits
    ) -> T_co | Redirect: ...


class WebFetcher:
    """Fetches pages of the public internet (claims.ports.Fetcher). Thread safe.

    `allow` exempts hosts from the rules on addresses and ports, not from robots.txt. `pacing`
    decides when a host may be asked; without it, the fetcher asks at once. `contact`, an address
    or URL, goes into the User-Agent, with the version of the installed package unless another
    version is given. `ca_bundle` replaces the trusted certificates; `archive` keeps each page as
    it was sent. Close it, or use it as a context manager, to end the extraction child.

    It sleeps only until a host's turn, as long as `pacing` allows, keeps no cookies and never
    sends credentials. It repeats a request only when the host named a time for it (Retry-After).
    """

    def __init__(
        self,
        *,
        allow: AllowList | None = None,
        pacing: Pacing | None = None,
        contact: str = "",
        user_agent_version: str | None = None,
        limits: FetchLimits | None = None,
        ca_bundle: Path | None = None,
        archive: RawArchive | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises InvalidInput for a contact that cannot be part of a header."""
        self._allow = allow or AllowList()
        self._pacing = pacing or Pacing(OpenGate(), wait_s=0.0)
        self._limits = limits or FetchLimits()
        self._ca_bundle = ca_bundle
        self._archive = archive
        self._clock = clock
        self._user_agent = write_user_agent(user_agent_version, contact)
        self._extractor = Extractor(wall_s=self._limits.extract_s)
        self._robots = Robots(open_session=self._open_session, limits=self._limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the extraction child. A later fetch starts a new one."""
        self._extractor.close()
        if self._archive is not None:
            self._archive.close()

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """Fetch `url`; with `known`, ask conditionally, and return it with a new time if unchanged.

        Raises SourceError; HostBusy when the host's turn comes later than the allowed wait;
        ExtractorCrashed when no extraction child can be started.
        """
        try:
            parse_source_url(url)
        except InvalidInput as error:
            raise SourceError(FailureCode.BAD_URL, error.message) from None
        download = self._download(url, known)
        if download.body is None and known is not None:
            return replace(known, url=url, fetched_at=self._clock(), answer=download.answer)
        return self._page(download, url=url)

    def fetch_copy(self, question: str, choose: Callable[[bytes], str], *, of: str) -> Page:
        """The page `of` from a copy of its bytes elsewhere.

        `choose` gets the answer to `question`, an address of an interface, and returns the address
        of the copy. Both are one fetch: one turn of the host, one time limit, the errors of
        `fetch`. Of the robots.txt of that host, rules for Assay by name count for the copy; of
        other hosts, all rules do. Links and the canonical address are those of the copied page,
        `answer` is that of the copy.
        """
        budget = _Budget(self._pacing.begin(), self._limits.total_s)
        address = choose(self._reach(question, self._ask, budget))
        try:
            parse_source_url(address)
        except InvalidInput as error:
            raise SourceError(FailureCode.BAD_URL, error.message) from None
        visit = partial(self._visit, known=None, named=host_and_port(question)[0])
        download = self._reach(address, visit, budget)
        return self._page(replace(download, url=of), url=of)

    def read_html(self, html: str, *, url: str) -> Page:
        """Convert given HTML to a page. Raises SourceError, like `fetch`."""
        body = html.encode("utf-8", "replace")
        return self.read_document(body, content_type="text/html; charset=utf-8", url=url)

    def read_document(self, body: bytes, *, content_type: str, url: str) -> Page:
        """Convert a given document to a page. Raises SourceError, like `fetch`."""
        kind = confirmed_kind(body, declared=declared_kind(content_type))
        is_pdf = kind is TextKind.PDF
        most = self._limits.pdf_bytes if is_pdf else self._limits.decoded_bytes
        if len(body) > most:
            raise SourceError(FailureCode.TOO_LARGE, f"more than {most / 1e6:g} MB")
        return self._page(_Download(url, body, kind, content_type, Validators()), url=url)

    # --- over the wire ----------------------------------------------------------------------

    def _open_session(self, deadline: Deadline) -> requests.Session:
        return open_session(
            allow=self._allow,
            deadline=deadline,
            user_agent=self._user_agent,
            ca_bundle=self._ca_bundle,
        )

    def _download(self, url: str, known: Page | None) -> _Download:
        budget = _Budget(self._pacing.begin(), self._limits.total_s)
        return self._reach(url, partial(self._visit, known=known), budget)

    def _reach(self, url: str, visit: _Visit[T], budget: _Budget) -> T:
        """Follow redirects to the end; after a wait, continue at the hop whose host was busy."""
        while True:
            with Deadline(budget.left_s) as deadline, self._open_session(deadline) as session:
                try:
                    hop = partial(visit, session=session, deadline=deadline, visits=budget.visits)
                    return follow(url, hop)
                except HostBusy as error:
                    busy = error
                finally:
                    budget.left_s = deadline.remaining_s
            budget.visits.wait(busy)
            url = busy.url

    def _visit(
        self,
        url: str,
        *,
        session: requests.Session,
        deadline: Deadline,
        known: Page | None,
        visits: Visits,
        named: str = "",
    ) -> _Download | Redirect:
        """One hop: take the host's turn, ask robots.txt, then the server. `named` is the host that
        the operator named as an interface."""
        host, port = host_and_port(url)
        check_destination(host, port, allow=self._allow)
        with visits.at(url) as visit:
            self._robots.check(url, deadline=deadline, visit=visit, by_name=host == named)
            visit.take_turn()
            headers = _conditions(known, url)
            read_s = self._limits.read_s
            with get(session, url, deadline=deadline, read_s=read_s, headers=headers) as response:
                return read_redirect(response, url=url) or self._receive(
                    response, url=url, deadline=deadline, conditional=bool(headers)
                )

    def _ask(
        self, url: str, *, session: requests.Session, deadline: Deadline, visits: Visits
    ) -> bytes | Redirect:
        """One hop of a question, of which robots.txt says nothing: take the turn, then ask."""
        host, port = host_and_port(url)
        check_destination(host, port, allow=self._allow)
        with visits.at(url) as visit:
            visit.take_turn()
            read_s = self._limits.read_s
            headers = {"Accept": "application/json"}
            with get(session, url, deadline=deadline, read_s=read_s, headers=headers) as response:
                redirect = read_redirect(response, url=url)
                if redirect is not None:
                    return redirect
                if response.status_code != 200:
                    raise refuse(response.status_code, response.headers, now=self._clock())
                most = self._limits.list_bytes
                return read_body(response, deadline=deadline, wire_bytes=most, decoded_bytes=most)

    def _receive(
        self, response: requests.Response, *, url: str, deadline: Deadline, conditional: bool
    ) -> _Download:
        content_type = response.headers.get("Content-Type", "")
        about = read_validators(response), read_answer(response, url=url)
        if response.status_code == 304 and conditional:
            return _Download(url, None, TextKind.PLAIN, content_type, *about)
        if response.status_code != 200:
            raise refuse(response.status_code, response.headers, now=self._clock())
        declared = declared_kind(content_type)
        is_pdf = declared in MAYBE_PDF
        raw = bytearray()
        body = read_body(
            response,
            deadline=deadline,
            keep_raw=None if self._archive is None else raw.extend,
            wire_bytes=self._limits.pdf_bytes if is_pdf else self._limits.wire_bytes,
            decoded_bytes=self._limits.pdf_bytes if is_pdf else self._limits.decoded_bytes,
        )
        if self._archive is not None:
            self._archive.keep(response, bytes(raw), url=url)
        kind = confirmed_kind(body, declared=declared)
        return _Download(url, body, kind, content_type, *about)

    # --- from bytes to a page ---------------------------------------------------------------

    def _page(self, download: _Download, *, url: str) -> Page:
        fetched_at = self._clock()
        reading = self._extractor.read(
            download.body or b"",
            kind=download.kind,
            content_type=download.content_type,
            url=download.url,
        )
        return _to_page(reading, download, url=url, fetched_at=fetched_at)


def _to_page(reading: Reading, download: _Download, *, url: str, fetched_at: datetime) -> Page:
    return Page(
        url=url,
        canonical_url=reading.canonical_url or canonical_url(download.url),
        title=reading.title,
        publisher=reading.publisher,
        published_at=reading.published_at,
        modified_at=reading.modified_at,
        fetched_at=fetched_at,
        sha256=hashlib.sha256(reading.text.encode()).hexdigest(),
        text=reading.text,
        language=reading.language,
        links=reading.links,
        credits=reading.credits,
        original_url=reading.original_url,
        etag=download.validators.etag,
        last_modified=download.validators.last_modified,
        answer=download.answer,
    )


def write_user_agent(version: str | None, contact: str) -> str:
    """The User-Agent of every request; `version` None stands for the installed one.

    Raises InvalidInput for a contact that cannot stand in a header.
    """
    if version is None:
        try:
            version = importlib.metadata.version("assay")
        except importlib.metadata.PackageNotFoundError:  # run from a source tree
            version = "0"
    name = f"{ROBOT}/{version} (+{contact})" if contact else f"{ROBOT}/{version}"
    if not _PRINTABLE.fullmatch(name):
        raise InvalidInput("the contact must be at most 180 printable ASCII characters")
    return name


def _conditions(known: Page | None, url: str) -> Mapping[str, str]:
    """Headers that ask for the page only if it changed since `known`.

    Validators are valid only for the site that gave them, and a redirect may lead to another site
    this time. A page that was stored without its server's answer is requested as a whole, because
    the release that stored it read fewer fields of a page.
    """
    if known is None or known.answer is None or site_of(known.canonical_url) != site_of(url):
        return {}
    return Validators(known.etag, known.last_modified).ask_if_changed()
