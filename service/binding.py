"""At which addresses the service may listen: beyond this machine only if somebody can be let in."""

from __future__ import annotations

from contextlib import suppress

from claims.access import KeyStatus, Scope
from claims.errors import InvalidInput, StoreUnavailable
from claims.ports import Store
from claims.settings import Settings
from service.security import is_loopback
from service.tokens import MAKE_TOKEN, check_token


def check_strength(settings: Settings) -> None:
    """Raises InvalidInput for a token that can be guessed, on loopback as well: there may be a
    proxy in front."""
    if settings.api_token is not None:
        check_token(settings.api_token.get_secret_value().strip())


def check_binding(host: str, settings: Settings, store: Store) -> None:
    """Raises InvalidInput when `host` is reachable from other machines and nobody could be let in:
    there is neither a token nor a key that can make others. Also for a token that can be guessed.

    While the store does not answer, nothing is known of its keys; each request is checked anyway.
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
