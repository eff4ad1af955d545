"""Sign-in sessions, kept by the store, so that a session that was ended is ended everywhere."""

from __future__ import annotations

from typing import Protocol


class Sessions(Protocol):
    """The open sessions of browsers, by ids that only the browsers know.

    Any method raises StoreUnavailable: then no browser counts as signed in.
    """

    def start(self, session_id: str, *, ttl_s: float) -> None:
        """Open a session for `ttl_s` seconds."""
        ...

    def is_open(self, session_id: str) -> bool:
        """Whether the session was started, has not expired and was not ended."""
        ...

    def end(self, session_id: str) -> None:
        """End the session, if it is open."""
        ...
