"""For operators: API keys, the audit log, retry of failed work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from claims.access import Action, ApiKey
from claims.ports import Retried
from service.client.transport import Transport, encode_segment
from service.instance_shapes import Alive, Instance, ReaderState
from service.shapes import AuditList, CheckList, IssuedKey, KeyList

RETRIED_AT_ONCE = 200
"""Articles or claims that one retry request examines: the maximum that the API allows."""


class Administration(Transport):
    """The routes of /v1/keys, /v1/audit, /v1/failed, /v1/reader and /v1/about."""

    def create_key(
        self, name: str, scopes: Collection[str], *, expires_at: str | None = None
    ) -> IssuedKey:
        """Create a key; its text is only in this answer."""
        body = {"name": name, "scopes": list(scopes), "expires_at": expires_at}
        return self._ask(IssuedKey, "POST", "/v1/keys", body=body)

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, including those that have ended."""
        return self._ask(KeyList, "GET", "/v1/keys").items

    def get_key(self, key_id: str) -> ApiKey:
        """A key, without its secret."""
        return self._ask(ApiKey, "GET", f"/v1/keys/{encode_segment(key_id)}")

    def rotate_key(self, key_id: str, *, grace: str | None = None) -> IssuedKey:
        """Replace the secret of a key; the old one is accepted for `grace` (ISO 8601 duration)."""
        query = f"?{urlencode({'grace': grace})}" if grace is not None else ""
        return self._ask(IssuedKey, "POST", f"/v1/keys/{encode_segment(key_id)}/rotate{query}")

    def revoke_key(self, key_id: str) -> None:
        """End a key permanently."""
        self._delete(f"/v1/keys/{encode_segment(key_id)}")

    def list_audit(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        actor: str | None = None,
        action: Action | None = None,
        object: str | None = None,  # noqa: A002 - the name of the parameter
        since: str | datetime | None = None,
        until: str | datetime | None = None,
    ) -> AuditList:
        """One page of the audit log, newest first; continue with its `next` until that is None."""
        given: dict[str, str | int | datetime | None] = {
            "limit": limit,
            "cursor": cursor,
            "actor": actor,
            "action": action,
        }
        given |= {"object": object, "since": since, "until": until}
        query = urlencode({name: value for name, value in given.items() if value is not None})
        return self._ask(AuditList, "GET", f"/v1/audit?{query}")

    def get_reader(self, *, days: int | None = None) -> ReaderState:
        """The second reader, the tokens of the last `days`, and the state of its endpoint."""
        query = f"?{urlencode({'days': days})}" if days is not None else ""
        return self._ask(ReaderState, "GET", f"/v1/reader{query}")

    def catch_up_readings(self, *, cursor: str | None = None) -> CheckList:
        """Request the readings that are missing because the tokens of the day were spent or the
        reader did not answer, for one page of claims: the numbers of their checks, and `next`.

        Also raises NoReader and QueueFull.
        """
        query = {"limit": RETRIED_AT_ONCE} | ({"cursor": cursor} if cursor else {})
        return self._ask(CheckList, "POST", f"/v1/reader/catch-up?{urlencode(query)}")

    def get_about(self) -> Instance:
        """What the service says about itself: release, judge, second reader, limits, sources."""
        return self._ask(Instance, "GET", "/v1/about")

    def check_alive(self) -> Alive:
        """The answer of the process at the address; needs no key.

        Raises ServiceUnreachable when no service answers there.
        """
        return self._ask(Alive, "GET", "/livez")

    def retry_failed(self, *, cursor: str | None = None) -> Retried:
        """Retry one page of the work that failed for a fault of the service: their number, and
        `next`.

        Also raises QueueFull.
        """
        query = {"limit": RETRIED_AT_ONCE} | ({"cursor": cursor} if cursor else {})
        return self._ask(Retried, "POST", f"/v1/failed/retry?{urlencode(query)}")
