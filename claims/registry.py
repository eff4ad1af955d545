"""Registered sources: the places someone trusts or doubts, and which of them a page belongs to.

Values without I/O. The store keeps them (claims/store/sources.py), a YAML file carries them from
one service to another (claims/sources/registry_file.py), both checked by
claims/sources/registering.py.
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
"""Registered sources of one service."""
PAGES_MAX = 50
"""Those of them that are read for every claim; all pages of a claim are compared pair by pair."""


class SourceKind(StrEnum):
    """How a registered source is looked at; its `address` means something else for each."""

    PAGE = "page"  # its address is read for every claim; without one, only its pages are known
    FEED = "feed"  # RSS or Atom: entries that share words with a claim are read
    SITEMAP = "sitemap"  # the same for the pages that a sitemap lists
    MEDIAWIKI = "mediawiki"  # api.php of a wiki, searched
    SEARXNG = "searxng"  # /search of a SearXNG instance, searched
    SHELF = "shelf"  # the name of a shelf, searched


_NOT_SEARCHED = frozenset({SourceKind.PAGE, SourceKind.SHELF})  # shelves are searched anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredSource:
    """A place to look, with what is known of it.

    A page belongs to it when its host is one of `domains` or below one, its address fits a pattern
    of `include` (if there are any) and none of `exclude`; `*` stands for any run of characters,
    and a pattern without a scheme is held against the address from its host on. Of a provider only
    such pages are read. Sources of one `family` are one publisher: one origin.
    `credibility` in [0, 1] comes with its `reason`; docs/guides/sources-and-shelves.md has the
    formula.
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
        """Whether a page at `url` is one of those meant by domains and patterns."""
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
        """The longest of its domains that the host of `url` is, or is below."""
        host = _host_of(url) or ""
        held = (d for d in self.domains if host == d or host.endswith(f".{d}"))
        return max(held, key=len, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """Who changed what of a registered source: field to (before, after), as text."""

    name: str
    at: datetime
    by: str
    changes: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registry:
    """All registered sources; an empty one by default."""

    sources: tuple[RegisteredSource, ...] = ()
    # By domain and shelf: each of fifty pages is looked up among a thousand sources.
    _by_place: dict[str, list[RegisteredSource]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Enter the sources under the places that they are known by."""
        for source in self.sources:
            is_shelf = source.kind is SourceKind.SHELF
            shelf = (f"{SHELF_SCHEME}:{source.address}",) if is_shelf else ()
            for place in dict.fromkeys((*source.domains, *shelf)):
                self._by_place.setdefault(place, []).append(source)

    def find(self, *urls: str) -> RegisteredSource | None:
        """The source that a page belongs to, by the addresses it is known under.

        The first of them that any source has decides, so where a page really is comes first. That
        with the longest domain, and of several the one with patterns; then the first by name.
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
        """The sources that are searched, without what is known of them: what providers need."""
        searched = (one for one in self.sources if one.kind not in _NOT_SEARCHED)
        return Registry(
            tuple(
                replace(one, family=None, language=None, credibility=None, reason=None)
                for one in searched
            )
        )

    def check_pages(self) -> None:
        """Raises InvalidInput when there are more than PAGES_MAX pages to read for every claim."""
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
    """The fields that differ; None stands for a source that was not there, or is no longer."""
    names = [name for name in RegisteredSource.__dataclass_fields__ if name != "name"]
    pairs = {name: (_write(before, name), _write(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _write(source: RegisteredSource | None, name: str) -> str | None:
    value = getattr(source, name, None)
    if isinstance(value, tuple):
        return ", ".join(value) or None
    return None if value is None else str(value)


def _place_of(source: RegisteredSource, url: str) -> str | None:
    """The domain, or the shelf, by which an address is the source's; None if it is not."""
    if source.kind is SourceKind.SHELF and url.startswith(f"{SHELF_SCHEME}:{source.address}/"):
        return source.address
    if source.domains and source.admits(url):
        return source.nearest_domain(url)
    return None


def _list_places(url: str) -> list[str]:
    """The shelf that an address is on, or its host and every domain above it."""
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
    # Atomic groups: a pattern with many stars is tried once from each place, never all ways.
    first, *rest = map(re.escape, pattern.split("*"))
    if not rest:
        return re.compile(first, re.IGNORECASE)
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL | re.IGNORECASE)
