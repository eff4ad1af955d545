"""Every key of the store. Lua gets the same names, so each is spelt once.

A name that ends in a colon is the start of one key per id; the others are single keys. One
server holds them all: scripts touch keys they compute, so Redis Cluster is not supported.
"""

from __future__ import annotations

ARTICLE = "assay:article:"
"""Hash per article: status, version, text, `new` as handed in, counters of its claims."""
CLAIM = "assay:claim:"
"""Hash per claim: status, version, check, content and verdict as JSON, schedule."""
HISTORY = "assay:history:"
"""List per claim: one JSON HistoryEntry per check that ended in a verdict, oldest first."""
GATHERED = "assay:gathered:"
"""Hash per claim: check number to what it gathered, packed; for checks kept and judged now."""
VERDICTS = "assay:verdicts:"
"""Hash per claim: check number to its verdict, packed; for the checks that are kept."""
CITED = "assay:cited:"
"""Hash per claim: check number to the sha256 of each page it refers to, with spaces between."""
PAGE = "assay:page:"
"""String per sha256 of a page's text: the JSON Page as first fetched with that text."""
URL = "assay:url:"
"""Hash per sha256 of a URL: its newest page (without text), and its last failure."""
CITATIONS = "assay:citations"
"""Hash: sha256 of a page to the number of checks that refer to it. Pages kept before there was a
count have none, and are kept for ever."""
IDLE = "assay:idle"
"""Sorted set: sha256 of a page by when the page cache no longer needs it, in ms."""
SUPERSEDED = "assay:superseded"
"""Sorted set of checks (`claim:check`) by when a newer verdict took their place, in ms."""
FETCH = "assay:fetch:"
"""String per sha256 of a URL: token of the one caller that fetches it now; expires."""
HOST = "assay:host:"
"""Hash per host: when its last fetch began, its Crawl-delay, failures in a row, rests; expires."""
PLACES = "assay:places:"
"""Sorted set per host: hashes of the URLs that wait for their turn, by when it comes, in ms."""
SCORE = "assay:score:"
"""String per pair that a judge was asked: its three probabilities; expires."""
SOURCES = "assay:sources"
"""Hash of registered sources: name to JSON RegisteredSource."""
SOURCE_CHANGES = "assay:source-changes:"
"""List per name of a registered source: time in ms, a space, JSON SourceChange; oldest first."""
SESSION = "assay:session:"
"""String per sha256 of the id of an open session of a browser; expires."""
IDEMPOTENCY = "assay:idempotency:"
"""String per sha256 of an Idempotency-Key: fingerprint of the body and the id given; expires."""

DUE = "assay:due"
"""Sorted set of work items (`stage:id:check`) by when they became or will become due, in ms."""
RING = "assay:ring"
"""The same members by when to ring the workers for them next, in ms."""
LEASE = "assay:lease"
"""Sorted set of work items by when their lease runs out, in ms."""
ARTICLES = "assay:articles"
"""Sorted set of article ids by serial number: the order of lists."""
CLAIMS = "assay:claims"
"""Sorted set of claim ids by serial number."""
SERIAL = "assay:serial"
"""Counter behind the order of lists; unlike a clock it never stands still or goes back."""
WORKERS = "assay:workers"
"""Sorted set of worker names by when their heartbeat runs out, in ms."""
SWEEP = "assay:sweep"
"""String held by the one that sweeps now; expires."""


def write_lua_names() -> str:
    """The names above as Lua locals, on one line."""
    return " ".join(f"local {name} = '{key}'" for name, key in globals().items() if name.isupper())
