"""Sessions of signed-in browsers: open until they are ended or expire."""

from __future__ import annotations

from claims.store.connection import StorePart
from claims.store.encoding import digest, to_duration_ms
from claims.store.keys import ONCE, SESSION


class RedisSessions(StorePart):
    """claims.ports.Sessions on the server. Only digests of ids are stored: they open no session."""

    def start(self, session_id: str, *, owner: str, ttl_s: float) -> None:
        """Open a session for `ttl_s` seconds."""
        life_ms = max(1, to_duration_ms(ttl_s))
        self.connection.run(
            "start_session",
            id=digest(session_id),
            owner=owner,
            life_ms=life_ms,
        )

    def find_owner(self, session_id: str) -> str | None:
        """The owner of a session that was started, has not expired and was not ended."""
        owner: str | None = self.connection.command("GET", SESSION + digest(session_id))
        return owner

    def end(self, session_id: str) -> None:
        """End the session, if it is open."""
        self.connection.run("end_session", id=digest(session_id))

    def keep_once(self, name: str, text: str, *, ttl_s: float) -> None:
        """Store a text until it is taken."""
        life_ms = max(1, to_duration_ms(ttl_s))
        self.connection.command("SET", ONCE + digest(name), text, "PX", life_ms)

    def take_once(self, name: str) -> str | None:
        """Return and delete a text: of two callers at once only one gets it."""
        text: str | None = self.connection.command("GETDEL", ONCE + digest(name))
        return text
