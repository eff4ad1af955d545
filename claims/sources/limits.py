"""How much time and how many bytes a source may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """The limits of one fetch. Tests shorten them; the defaults are the documented limits."""

    total_s: float = 20.0
    """Maximum time from the first look-up to the last byte: robots.txt, redirects and page."""
    read_s: float = 10.0
    """Maximum time that a server may send nothing; also the maximum time for robots.txt."""
    extract_s: float = 8.0
    """Maximum time for extracting the main text of a page, in the child process."""
    wire_bytes: int = 2_000_000
    """Maximum size of a page as the server sends it."""
    decoded_bytes: int = 5_000_000
    """Maximum size of a page after decompression."""
    pdf_bytes: int = 10_000_000
    """Maximum size of a PDF, both as the server sends it and after decompression."""
    list_bytes: int = 100_000
    """Maximum size of an archive's list of copies; the one copy asked for takes about 200 bytes."""
    robots_bytes: int = 500 * 1024
    """Maximum part of robots.txt that is read; RFC 9309 asks for at least this much."""
