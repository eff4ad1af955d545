"""The addresses on which the service may listen: beyond loopback only with a key or token."""

from __future__ import annotations

from contextlib import suppress

from claims.access import KeyStatus, Scope
from claims.errors import InvalidInput, StoreUnavailable
from claims.ports import Store
from claims.settings import Settings
from service.access.tokens import MAKE_TOKEN, check_token
from service.http.security import is_loopback


def check_strength(settings: Settings) -> None:
    """Raises InvalidInput for a token that can be guessed, on loopback too: a proxy may be in
    front of the service."""
    if settings.api_token is not None:
        check_token(settings.api_token.get_secret_value().strip())


def check_binding(host: str, settings: Settings, store: Store) -> None:
    """Raises InvalidInput when `host` is reachable from other machines and there is neither a token
    nor a key that can create other keys. Also for a token that can be guessed.

    While the store does not answer, its keys are unknown, and this is no error: each request is
    checked anyway.
    """
    check_strength(settings)
    if settings.api_token is not None or is_loopback(host):
        return
    with suppress(StoreUnavailable):
        keys = store.api_keys.list_keys()
        if any(key.status is KeyStatus.ACTIVE and Scope.ADMIN in key.scopes for key in keys):
            return
        raise InvalidInput(
            f"{host} can be reached from other machines: listen on 127.0.0.1, or make a key first "
            "with: assay keys create NAME --scope read,write,admin; or set ASSAY_API_TOKEN to what "
            f"this prints: {MAKE_TOKEN}"
        )
