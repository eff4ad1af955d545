"""The key with which the service signs evidence records."""

from __future__ import annotations

from claims.store.connection import StorePart
from claims.store.keys import SIGNING_KEY


class RedisSigningKey(StorePart):
    """claims.ports.SigningKey on the server."""

    def keep_first(self, private_key: str) -> str:
        """The contract of claims.ports.SigningKey.keep_first."""
        kept: str | None = self.connection.command("GET", SIGNING_KEY)
        if kept is None:
            kept = self.connection.command("SET", SIGNING_KEY, private_key, "NX", "GET")
        return kept or private_key
