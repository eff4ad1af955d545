"""How much time and how many bytes a source may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """The limits of one fetch. Tests shorten them; the defaults are what is documented."""

    total_s: float = 20.0
    """From the first look-up to the last byte: robots.txt, redirects and the page together."""
    read_s: float = 10.0
    """The longest silence of a server; also the most that robots.txt may take."""
    extract_s: float = 8.0
    """Reading the main text out of a page, in the child process."""
    wire_bytes: int = 2_000_000
    """A page as it is sent."""
    decoded_bytes: int = 5_000_000
    """A page after decompression."""
    pdf_bytes: int = 10_000_000
    """A PDF, as it is sent and after decompression."""
    robots_bytes: int = 500 * 1024
    """The part of robots.txt that is read; RFC 9309 asks for at least this much."""
