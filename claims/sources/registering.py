"""Checks that a registered source is well formed, and lists every fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from claims.errors import InvalidFields, InvalidInput
from claims.registry import RegisteredSource, SourceKind
from claims.sources.address import SHELF_NAME, normal_host, parse_source_url

PATTERNS = 20
PATTERN_CHARS = 300
DOMAINS = 50
LINE_CHARS = 300

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
_SHELF = re.compile(SHELF_NAME)
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


Faults = Iterator[tuple[str, str]]
"""Pairs of a JSON pointer and the fault of its field."""


def check_source(source: RegisteredSource) -> RegisteredSource:
    """The source with normalised hosts; its domain defaults to the host of its address.

    Raises InvalidFields.
    """
    faults = tuple(find_faults(source))
    if faults:
        raise InvalidFields(faults)
    return replace(source, domains=_read_domains(source))


def find_faults(source: RegisteredSource) -> Faults:
    """All that is wrong with a source."""
    if not _NAME.fullmatch(source.name):
        yield "/name", "a name has 1 to 60 of a-z, 0-9, '.', '_' and '-'"
    yield from _check_address(source)
    for name in ("family", "reason"):
        yield from _check_line(getattr(source, name), f"/{name}")
    if source.language is not None and not _LANGUAGE.fullmatch(source.language):
        yield "/language", "a language is a code such as en, or pt-BR"
    if source.credibility is not None:
        if not 0 <= source.credibility <= 1:
            yield "/credibility", "credibility must be between 0 and 1"
        if not source.reason:
            yield "/reason", "a credibility needs a reason"
    for name in ("include", "exclude"):
        yield from _check_patterns(getattr(source, name), f"/{name}")
    yield from _check_domains(source.domains)


def _check_address(source: RegisteredSource) -> Faults:
    address, kind = source.address, source.kind
    if address is None:
        if kind is not SourceKind.PAGE:
            yield "/address", f"a {kind} needs an address"
        elif not source.domains:
            yield "/domains", "give an address to read, or the domains of its pages"
    elif kind is SourceKind.SHELF:
        if not _SHELF.fullmatch(address):
            yield "/address", "the address of a shelf is its name: a-z, 0-9 and '-'"
    else:
        try:
            parse_source_url(address)
        except InvalidInput as error:
            yield "/address", error.message


def _check_domains(domains: tuple[str, ...]) -> Faults:
    if len(domains) > DOMAINS:
        yield "/domains", f"too many domains: {len(domains)}, maximum {DOMAINS}"
        return
    for place, domain in enumerate(domains):
        if not _DOMAIN.fullmatch(normal_host(domain)):
            yield f"/domains/{place}", f"{domain[:60]!r} is not a domain such as example.org"


def _read_domains(source: RegisteredSource) -> tuple[str, ...]:
    found = [normal_host(domain) for domain in source.domains]
    if not found and source.kind in (SourceKind.PAGE, SourceKind.MEDIAWIKI) and source.address:
        found.append(normal_host(urlsplit(source.address).hostname or ""))
    return tuple(dict.fromkeys(found))


def _check_line(text: str | None, pointer: str) -> Faults:
    if text is None:
        return
    if not text.strip() or len(text) > LINE_CHARS or not text.isprintable():
        yield pointer, f"write one line of at most {LINE_CHARS} characters"


def _check_patterns(patterns: tuple[str, ...], pointer: str) -> Faults:
    if len(patterns) > PATTERNS:
        yield pointer, f"too many patterns: {len(patterns)}, maximum {PATTERNS}"
        return
    for place, pattern in enumerate(patterns):
        if not 0 < len(pattern) <= PATTERN_CHARS or not pattern.isprintable():
            yield f"{pointer}/{place}", "write an address, with * for any characters"
