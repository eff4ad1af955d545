"""Checks that a registered source is well formed. InvalidInput says what to change."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from claims.errors import InvalidInput
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


def check_source(source: RegisteredSource) -> RegisteredSource:
    """The source with normalised hosts; its domain defaults to the host of its address.

    Raises InvalidInput with a JSON pointer.
    """
    if not _NAME.fullmatch(source.name):
        raise InvalidInput("a name has 1 to 60 of a-z, 0-9, '.', '_' and '-'", "/name")
    _check_address(source)
    for name in ("family", "reason"):
        _check_line(getattr(source, name), f"/{name}")
    if source.language is not None and not _LANGUAGE.fullmatch(source.language):
        raise InvalidInput("a language is a code such as en, or pt-BR", "/language")
    if source.credibility is not None:
        if not 0 <= source.credibility <= 1:
            raise InvalidInput("credibility must be between 0 and 1", "/credibility")
        if not source.reason:
            raise InvalidInput("a credibility needs a reason", "/reason")
    for name in ("include", "exclude"):
        _check_patterns(getattr(source, name), f"/{name}")
    return replace(source, domains=_read_domains(source))


def _check_address(source: RegisteredSource) -> None:
    address, kind = source.address, source.kind
    if address is None:
        if kind is not SourceKind.PAGE:
            raise InvalidInput(f"a {kind} needs an address", "/address")
        if not source.domains:
            raise InvalidInput("give an address to read, or the domains of its pages", "/domains")
    elif kind is SourceKind.SHELF:
        if not _SHELF.fullmatch(address):
            raise InvalidInput("the address of a shelf is its name: a-z, 0-9 and '-'", "/address")
    else:
        try:
            parse_source_url(address)
        except InvalidInput as error:
            raise InvalidInput(error.message, "/address") from None


def _read_domains(source: RegisteredSource) -> tuple[str, ...]:
    if len(source.domains) > DOMAINS:
        count = len(source.domains)
        raise InvalidInput(f"too many domains: {count}, maximum {DOMAINS}", "/domains")
    found = []
    for place, domain in enumerate(source.domains):
        host = normal_host(domain)
        if not _DOMAIN.fullmatch(host):
            message = f"{domain[:60]!r} is not a domain such as example.org"
            raise InvalidInput(message, f"/domains/{place}")
        found.append(host)
    if not found and source.kind in (SourceKind.PAGE, SourceKind.MEDIAWIKI) and source.address:
        found.append(normal_host(urlsplit(source.address).hostname or ""))
    return tuple(dict.fromkeys(found))


def _check_line(text: str | None, pointer: str) -> None:
    if text is None:
        return
    if not text.strip() or len(text) > LINE_CHARS or not text.isprintable():
        raise InvalidInput(f"write one line of at most {LINE_CHARS} characters", pointer)


def _check_patterns(patterns: tuple[str, ...], pointer: str) -> None:
    if len(patterns) > PATTERNS:
        raise InvalidInput(f"too many patterns: {len(patterns)}, maximum {PATTERNS}", pointer)
    for place, pattern in enumerate(patterns):
        if not 0 < len(pattern) <= PATTERN_CHARS or not pattern.isprintable():
            message = "write an address, with * for any characters"
            raise InvalidInput(message, f"{pointer}/{place}")
