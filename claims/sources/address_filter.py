"""Which of the addresses that a source lists are wanted. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate

from claims.errors import InvalidInput
from claims.sources.address import host_and_port


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFilter:
    """Lets an address through that is on one of `domains` (or below it), matches one of `include`
    and none of `exclude`; an empty tuple asks for nothing.

    In a pattern "*" stands for any characters; all others, "?" too, stand for themselves. A
    pattern without a scheme is compared with the address from its host on: "example.org/news/*".
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Whether a well-formed address is wanted; one that is not well formed never is."""
        try:
            host = host_and_port(url)[0]
        except InvalidInput:
            return False
        if self.domains and not any(_is_within(host, domain) for domain in self.domains):
            return False
        if self.include and not any(_matches(pattern, url) for pattern in self.include):
            return False
        return not any(_matches(pattern, url) for pattern in self.exclude)


def _is_within(host: str, domain: str) -> bool:
    domain = domain.strip().removesuffix(".").lower()
    return host == domain or host.endswith(f".{domain}")


def _matches(pattern: str, url: str) -> bool:
    # translate() gives an expression that takes linear time, whatever the number of stars.
    literal = pattern.strip().replace("[", "[[]").replace("?", "[?]")
    place = url if "://" in pattern else url.partition("://")[2]
    return re.match(translate(literal), place, re.IGNORECASE) is not None
