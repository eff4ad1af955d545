"""Who is signed in: kept by the store, so that a session that was ended is ended everywhere."""

from __future__ import annotations

from typing import Protocol


class Sessions(Protocol):
    """The open sessions of browsers, by ids that only they know.

    Any method raises StoreUnavailable: then nobody is known to be signed in.
    """

    def start(self, session_id: str, *, ttl_s: float) -> None:
        """Open a session for `ttl_s` seconds."""
        ...

    def is_open(self, session_id: str) -> bool:
        """Whether it was started, has not run out and was not ended."""
        ...

    def end(self, session_id: str) -> None:
        """End it, if it is open."""
        ...
