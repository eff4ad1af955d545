"""Registered sources: sources with known properties, and the pages that belong to them.

Values without I/O. They are kept in the store (claims/store/registry.py) and copied between
services as a YAML file (claims/sources/registry_file.py); claims/sources/registering.py checks
them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from claims.errors import InvalidInput

SHELF_SCHEME = "shelf"
SOURCES_MAX = 1_000
"""Maximum registered sources of one service."""
PAGES_MAX = 50
"""Maximum pages read for every claim; all pages of a claim are compared pair by pair."""


class SourceKind(StrEnum):
    """How a registered source is read; `address` has another meaning for each kind."""

    PAGE = "page"  # its address, if any, is read for every claim; other pages may belong to it
    FEED = "feed"  # RSS or Atom: entries that share words with a claim are read
    SITEMAP = "sitemap"  # the same for the pages that a sitemap lists
    MEDIAWIKI = "mediawiki"  # api.php of a wiki, searched
    SEARXNG = "searxng"  # /search of a SearXNG instance, searched
    SHELF = "shelf"  # the name of a shelf, searched


_NOT_SEARCHED = frozenset({SourceKind.PAGE, SourceKind.SHELF})  # shelves are searched anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredSource:
    """A place to look for evidence, with its known properties.

    A page belongs to it when the page's host is one of `domains` or below one, and its address
    matches a pattern of `include` (if there are any) and none of `exclude`. `*` stands for any run
    of characters, and a pattern without a scheme is matched against the address from its host on.
    If the source is a provider, only pages that belong to it are read. Sources of one `family` have
    one publisher and count as one origin. `credibility` in [0, 1] comes with its `reason`;
    docs/guides/sources-and-shelves.md has the formula.
    """

    name: str
    kind: SourceKind = SourceKind.PAGE
    address: str | None = None
    domains: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    family: str | None = None
    language: str | None = None
    credibility: float | None = None
    reason: str | None = None

    def admits(self, url: str) -> bool:
        """Whether the domains and patterns allow a page at `url`."""
        return (
            _host_of(url) is not None
            and (not self.domains or self.nearest_domain(url) is not None)
            and (not self.include or _fits(url, self.include))
            and not _fits(url, self.exclude)
        )

    @property
    def is_read(self) -> bool:
        """Whether it is a page that is read for every claim."""
        return self.kind is SourceKind.PAGE and self.address is not None

    def nearest_domain(self, url: str) -> str | None:
        """The longest of its domains that is the host of `url` or a domain above that host."""
        host = _host_of(url) or ""
        held = (d for d in self.domains if host == d or host.endswith(f".{d}"))
        return max(held, key=len, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """A change of a registered source, and who made it: field to (before, after), as text."""

    name: str
    at: datetime
    by: str
    changes: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registry:
    """All registered sources; an empty one by default."""

    sources: tuple[RegisteredSource, ...] = ()
    # An index by domain and shelf: each of fifty pages is looked up among a thousand sources.
    _by_place: dict[str, list[RegisteredSource]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index the sources by their domains and shelves."""
        for source in self.sources:
            is_shelf = source.kind is SourceKind.SHELF
            shelf = (f"{SHELF_SCHEME}:{source.address}",) if is_shelf else ()
            for place in dict.fromkeys((*source.domains, *shelf)):
                self._by_place.setdefault(place, []).append(source)

    def find(self, *urls: str) -> RegisteredSource | None:
        """The source that a page belongs to, by the addresses of the page.

        The first address that matches any source decides, so the page's real address comes first.
        Of several sources, the one with the longest domain is chosen, then one with patterns in
        `include`, then the first by name.
        """
        return next(filter(None, map(self._find, urls)), None)

    def _find(self, url: str) -> RegisteredSource | None:
        places = _list_places(url)
        near = dict.fromkeys(s for place in places for s in self._by_place.get(place, ()))
        held = [
            (len(place), bool(source.include), source)
            for source in near
            if (place := _place_of(source, url))
        ]
        held.sort(key=lambda one: one[2].name)
        return max(held, key=lambda one: one[:2])[2] if held else None

    def find_named(self, name: str) -> RegisteredSource | None:
        """The source of this name, if there is one."""
        return next((source for source in self.sources if source.name == name), None)

    def addresses(self) -> tuple[str, ...]:
        """The pages that are read for every claim."""
        return tuple(source.address for source in self.sources if source.is_read and source.address)

    def list_searched(self) -> Registry:
        """The sources that are searched, with only the properties that providers need."""
        searched = (one for one in self.sources if one.kind not in _NOT_SEARCHED)
        return Registry(
            tuple(
                replace(one, family=None, language=None, credibility=None, reason=None)
                for one in searched
            )
        )

    def check_pages(self) -> None:
        """Raise InvalidInput if more than PAGES_MAX pages would be read for every claim."""
        if len(self.addresses()) > PAGES_MAX:
            raise InvalidInput(
                f"more than {PAGES_MAX} pages would be read for every claim: name domains without"
                " an address, or a feed, a sitemap or a shelf that has them",
                "/address",
            )


NO_SOURCES = Registry()


def describe_change(
    before: RegisteredSource | None, after: RegisteredSource | None
) -> dict[str, tuple[str | None, str | None]]:
    """The fields that differ; None stands for a missing source, before or after the change."""
    names = [name for name in RegisteredSource.__dataclass_fields__ if name != "name"]
    pairs = {name: (_write(before, name), _write(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _write(source: RegisteredSource | None, name: str) -> str | None:
    value = getattr(source, name, None)
    if isinstance(value, tuple):
        return ", ".join(value) or None
    return None if value is None else str(value)


def _place_of(source: RegisteredSource, url: str) -> str | None:
    """The domain or shelf by which an address belongs to the source; None if it does not."""
    if source.kind is SourceKind.SHELF and url.startswith(f"{SHELF_SCHEME}:{source.address}/"):
        return source.address
    if source.domains and source.admits(url):
        return source.nearest_domain(url)
    return None


def _list_places(url: str) -> list[str]:
    """The shelf of an address, or its host and every domain above the host."""
    if url.startswith(f"{SHELF_SCHEME}:"):
        return [url.partition("/")[0]]
    labels = (_host_of(url) or "").split(".")
    return [".".join(labels[first:]) for first in range(len(labels))]


def _host_of(url: str) -> str | None:
    """The host of an address; "" when it has none, None when it is not well formed."""
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return None


def _fits(url: str, patterns: Sequence[str]) -> bool:
    place = url.partition("://")[2]
    return any(
        _compile(pattern).fullmatch(url if "://" in pattern else place) is not None
        for pattern in patterns
    )


@lru_cache(maxsize=10_000)
def _compile(pattern: str) -> re.Pattern[str]:
    # Atomic groups prevent backtracking: a pattern with many stars is tried once from each place.
    first, *rest = map(re.escape, pattern.split("*"))
    if not rest:
        return re.compile(first, re.IGNORECASE)
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL | re.IGNORECASE)
