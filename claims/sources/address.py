"""Addresses of sources: whether they are well formed, the same page, or on the same site.

A source is a web address or a document of a shelf, shelf:NAME/LOCATOR.

Pure functions on text. vetting.py decides at the moment of connecting whether an address may be
connected to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from ipaddress import ip_address
from urllib.parse import urljoin

import tldextract
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url
from w3lib.url import canonicalize_url, url_query_cleaner

from claims.errors import InvalidInput
from claims.registry import SHELF_SCHEME

MAX_URL_CHARACTERS = 2048
SHELF_NAME = "[a-z0-9-]{1,40}"
"""Pattern of a valid shelf name."""
DEFAULT_PORTS = {"http": 80, "https": 443}

# Characters that do not belong in an address: white space, control characters, backslash (browsers
# read it as a slash, other parsers do not) and lone surrogates.
_UNWANTED = re.compile(r"[\s\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
_AUTHORITY = re.compile(r"[a-z]+://([^/?#]*)", re.IGNORECASE)
# One label of a host name (RFC 1035, with the underscore that occurs in practice).
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")

_SHELF = f"{SHELF_SCHEME}:"
# Characters allowed in the path of an address (RFC 3986, 3.3); the path is looked up unchanged.
_SHELF_ADDRESS = re.compile(rf"shelf:({SHELF_NAME})/([A-Za-z0-9._~%!$&'()*+,;=:@/-]+)")

# Query parameters that say how a reader came to a page and never identify the page.
_TRACKING = (
    "utm_source utm_medium utm_campaign utm_term utm_content utm_id utm_name utm_reader "
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid twclid yclid igshid mc_cid mc_eid "
    "_ga _gl _hsenc _hsmi mkt_tok ref_src ref_url cmpid ocid ncid at_medium at_campaign"
).split()


def parse_source_url(text: str) -> str:
    """`text` unchanged, if it is a well-formed http or https address of at most 2048 characters.

    This does not say whether the address may be fetched. Raises InvalidInput, with one sentence
    that names the error, for another scheme, user name or password, no host or an impossible one,
    white space, control characters, a backslash or an encoded NUL.
    """
    if len(text) > MAX_URL_CHARACTERS:
        raise InvalidInput(f"the URL is longer than {MAX_URL_CHARACTERS} characters")
    if _UNWANTED.search(text) or "%00" in text:
        raise InvalidInput("the URL contains white space, control characters or a backslash")
    authority = _AUTHORITY.match(text)
    if authority is None or text.split(":", 1)[0].lower() not in DEFAULT_PORTS:
        raise InvalidInput("the URL must begin with http:// or https://")
    if "@" in authority.group(1):
        raise InvalidInput("the URL must not contain a user name or password")
    if not _is_host(split_url(text).host or ""):
        raise InvalidInput("the URL names no valid host")
    return text


def parse_archive(text: str) -> str:
    """The address of an archive of the web, without a slash at its end.

    Raises InvalidInput for one that is no web address, or that has a query string or a fragment.
    """
    if "?" in text or "#" in text:
        raise InvalidInput("the address of an archive has no query string and no fragment")
    return parse_source_url(text).rstrip("/")


def find_address(text: str, *, base: str) -> str | None:
    """The web address of a link `text` on page `base`, without fragment; None if it is none."""
    try:
        return parse_source_url(urljoin(base, text.strip()).partition("#")[0])
    except (InvalidInput, ValueError):
        return None


def parse_source(text: str) -> str:
    """`text` unchanged, if it is a well-formed web address or the address of a shelf's document.

    This does not say whether the page exists. Raises InvalidInput with one sentence.
    """
    if not is_shelf_address(text):
        return parse_source_url(text)
    split_shelf_address(text)
    return text


def is_shelf_address(text: str) -> bool:
    """Whether the text is meant as the address of a shelf's document."""
    return text.startswith(_SHELF)


def is_url(text: str) -> bool:
    """Whether the text is meant as an address: it has a scheme. A file:// URL counts as one."""
    return is_shelf_address(text) or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", text) is not None


def split_shelf_address(text: str) -> tuple[str, str]:
    """(name of the shelf, locator on it). Raises InvalidInput."""
    match = _SHELF_ADDRESS.fullmatch(text)
    if match is None or len(text) > MAX_URL_CHARACTERS:
        raise InvalidInput(
            "the address of a document on a shelf is shelf:NAME/LOCATOR, as assay shelf search"
            " prints it"
        )
    return match[1], match[2]


def shelf_address(name: str, locator: str) -> str:
    """The address of the document at `locator` of the shelf `name`."""
    return f"{_SHELF}{name}/{locator}"


def split_url(url: str) -> Url:
    """The parts of an address, as the connection uses them. Raises InvalidInput."""
    try:
        return parse_url(url)
    except LocationParseError:
        raise InvalidInput("the URL is not well formed") from None


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return True  # parse_url lets only well-formed IPv6 addresses through
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def normal_host(host: str) -> str:
    """One spelling per host: lower case, no final dot, no brackets, IP addresses compressed."""
    name = host.strip("[]").removesuffix(".").lower()
    try:
        return ip_address(name.partition("%")[0]).compressed
    except ValueError:
        return name


def list_sites(url: str) -> tuple[str, ...]:
    """The host of an address and every domain above it, or the shelf of a document: shelf:NAME.

    Raises InvalidInput for an address that is not well formed.
    """
    if is_shelf_address(url):
        return (url.partition("/")[0],)
    host, _ = host_and_port(url)
    labels = host.split(".")
    if ":" in host or labels[-1].isdecimal():  # an IP address
        return (host,)
    return tuple(".".join(labels[first:]) for first in range(len(labels)))


def write_place(host: str, port: int) -> str:
    """host:port, as it is written in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def host_and_port(url: str) -> tuple[str, int]:
    """The normal host and the port of a well-formed address. Raises InvalidInput."""
    parts = split_url(url)
    port = DEFAULT_PORTS.get(parts.scheme or "", 0) if parts.port is None else parts.port
    return normal_host(parts.host or ""), port


def canonical_url(url: str) -> str:
    """One spelling for all addresses that name one page.

    Host in lower case, no default port, sorted query without tracking parameters, no fragment.
    Text that is not a well-formed web address, such as the name of a local file, is returned
    unchanged.
    """
    try:
        parts = split_url(parse_source_url(url))
    except InvalidInput:
        return url
    port = None if parts.port == DEFAULT_PORTS.get(parts.scheme or "") else parts.port
    host = (parts.host or "").removesuffix(".")
    plain = Url(parts.scheme, None, host, port, parts.path, parts.query, None).url
    if parts.query:
        plain = url_query_cleaner(plain, _TRACKING, remove=True, unique=False)
    return str(canonicalize_url(plain, keep_fragments=False))


def list_once(urls: Iterable[str]) -> tuple[str, ...]:
    """The addresses in order; of several addresses of one page only the first is kept."""
    first: dict[str, str] = {}
    for url in urls:
        first.setdefault(canonical_url(url), url)
    return tuple(first.values())


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list that comes with the package: no download, and no folder is written. With private
    # domains, the pages of two people at one hosting service are two sites.
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


def site_of(url: str) -> str:
    """The registrable domain of an address, such as `bbc.co.uk`.

    A host without one (an IP address, localhost) is its own site, as `host:port`; so is a local
    file, by its name, and every document of a shelf.
    """
    try:
        host, port = host_and_port(parse_source_url(url))
    except InvalidInput:
        return url
    domain = _suffixes()(host).top_domain_under_public_suffix
    return domain or write_place(host, port)
