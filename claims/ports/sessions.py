"""Sign-in sessions, kept by the store, so that a session that was ended is ended everywhere."""

from __future__ import annotations

from typing import Protocol


class Sessions(Protocol):
    """The open sessions of browsers, by ids that only the browsers know.

    Any method raises StoreUnavailable; then no browser counts as signed in.
    """

    def start(self, session_id: str, *, owner: str, ttl_s: float) -> None:
        """Open a session for `ttl_s` seconds, and record it in the audit log.

        `owner` names the key or token with which the browser signed in; `find_owner` returns it.
        """
        ...

    def find_owner(self, session_id: str) -> str | None:
        """The owner of a session; None when it was not started, has expired or was ended."""
        ...

    def end(self, session_id: str) -> None:
        """End the session, if it is open, and record it in the audit log."""
        ...

    def keep_once(self, name: str, text: str, *, ttl_s: float) -> None:
        """Keep a text for `ttl_s` seconds, until a page shows it: `name` is hard to guess."""
        ...

    def take_once(self, name: str) -> str | None:
        """Return the text and delete it; None when it was taken, has expired or never was kept."""
        ...
