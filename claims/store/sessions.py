"""Sessions of signed-in browsers: open until they are ended or expire."""

from __future__ import annotations

from claims.store.connection import StorePart
from claims.store.keys import SESSION
from claims.store.records import digest, to_duration_ms


class RedisSessions(StorePart):
    """claims.ports.Sessions on the server. Only digests are stored: a copy opens no session."""

    def start(self, session_id: str, *, ttl_s: float) -> None:
        """Open a session for `ttl_s` seconds."""
        life_ms = max(1, to_duration_ms(ttl_s))
        self.connection.command("SET", SESSION + digest(session_id), 1, "PX", life_ms)

    def is_open(self, session_id: str) -> bool:
        """Whether the session was started, has not expired and was not ended."""
        return bool(self.connection.command("EXISTS", SESSION + digest(session_id)))

    def end(self, session_id: str) -> None:
        """End the session, if it is open."""
        self.connection.command("DEL", SESSION + digest(session_id))
