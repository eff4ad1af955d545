"""The page cache: pages by URL and by the hash of their text, one fetch in flight per URL."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from claims.errors import NotFound, SourceError, SourceNotAsked, Unreadable
from claims.ports import Fetcher, RecordKind
from claims.shapes import from_text
from claims.sources.failures import failure_kept_for
from claims.store.connection import StorePart
from claims.store.encoding import digest, to_us, write
from claims.store.keys import PAGE
from claims.store.memory import CACHED_MS
from claims.store.processes import name_process
from claims.types import ErrorRecord, Page

# Lifetime of a right to fetch, in ms. A fetch waits up to 3 s for its turn and lasts up to 20 s,
# and reading its page takes up to 8 s; after 35 s another caller may fetch. If a page waits longer
# for others to be read, a second fetch may be under way, which costs time but does no harm.
_FETCH_TTL_MS = 35_000
# Seconds to wait for the fetch of another caller: about as long as a fetch lasts.
WAIT_S = 30.0
_POLL_S = (0.05, 0.2)


# The arguments of end_fetch.lua for a fetch without an outcome.
_RELEASED: dict[str, str | int] = {
    "how": "released",
    **dict.fromkeys(("sha256", "page", "entry", "fetched_us", "mode", "failure", "kept_ms"), ""),
}


class RedisPageCache(StorePart):
    """claims.ports.PageCache on the server, shared by all workers; callers bring the fetcher."""

    def get_page(self, sha256: str) -> Page:
        """The page whose text has this sha256, as first fetched. Raises NotFound."""
        text = self.connection.command("GET", PAGE + sha256)
        if text is None:
            raise NotFound(f"page {sha256} was never read by this service, or is no longer stored")
        with self.reading(RecordKind.PAGE, sha256):
            return from_text(Page, text)

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        """The contract of claims.ports.PageCache; waits at most 30 s for another caller's fetch."""
        key, token = digest(url), f"{name_process()}:{token_hex(16)}"
        deadline = time.monotonic() + WAIT_S
        pause, waited_for = _POLL_S[0], ""
        while True:
            what, content, *text = self.connection.run(
                "begin_fetch",
                url=key,
                fresh_us=to_us(fresh_after),
                token=token,
                ttl_ms=_FETCH_TTL_MS,
                waited_for=waited_for,
            )
            try:
                with self.reading(RecordKind.PAGE, url):
                    if what == "page":
                        return _join(content, *text)
                    failure = from_text(ErrorRecord, content) if what == "failed" else None
                    known = _join(content, *text) if what == "fetch" and content else None
            except Unreadable:
                known = failure = None
                if what != "fetch":  # fetch it again, as if it was never read
                    fresh_after, waited_for = datetime.now(UTC) + timedelta(days=1), ""
                    continue
            if failure:
                raise SourceError(failure.code, failure.detail)
            if what == "fetch":
                return self._fetch(url, key=key, token=token, known=known, fetcher=fetcher)
            if time.monotonic() >= deadline:
                raise SourceError("timeout", "another fetch of this address did not end in time")
            waited_for = waited_for or content
            time.sleep(pause)
            pause = min(2 * pause, _POLL_S[1])

    def _fetch(
        self, url: str, *, key: str, token: str, known: Page | None, fetcher: Fetcher
    ) -> Page:
        outcome = _RELEASED
        try:
            page = fetcher.fetch(url, known=known)
            entry = write(replace(page, text=""))
            fetched_us = to_us(page.fetched_at)
            how = "NX" if known or self._can_keep(page.sha256) else "XX"
            outcome = _RELEASED | {
                "how": "page",
                "sha256": page.sha256,
                "page": write(page),
                "entry": entry,
                "fetched_us": fetched_us,
                "mode": how,
            }
        except SourceNotAsked:
            raise  # without an outcome: the next caller tries, and may get its turn
        except SourceError as error:
            failure = write(ErrorRecord(error.code, error.detail))
            kept_ms = failure_kept_for(error.code) // timedelta(milliseconds=1)
            outcome = _RELEASED | {
                "how": "failed",
                "failure": failure,
                "kept_ms": min(kept_ms, CACHED_MS),
            }
            raise
        finally:
            # In every case: no caller may wait for a fetch that has ended.
            self.connection.run("end_fetch", url=key, token=token, life_ms=CACHED_MS, **outcome)
        return page

    def _can_keep(self, sha256: str) -> bool:
        """Whether the stored page with this text, if there is one, can be read."""
        try:
            self.get_page(sha256)
        except NotFound:
            return True
        except Unreadable:
            return False
        return True


def _join(entry: str, page: str) -> Page:
    """The page as fetched from its URL, with the text that is stored once for all URLs."""
    return replace(from_text(Page, entry), text=from_text(Page, page).text)
