"""Prepares the start of the service: data folder, socket, settings and store."""

from __future__ import annotations

import os
import socket
from contextlib import closing, suppress
from pathlib import Path

from pydantic import SecretStr

from claims.errors import InvalidInput, StoreUnavailable
from claims.settings import Settings
from claims.store import connect
from claims.wrong_settings import PREFIX


def take_over(store_url: str) -> None:
    """Clean up after an earlier run that may have been killed; no other process may use the store.

    Deletes the heartbeats of its workers, and makes their items due again at once. If the store
    cannot be written to now, heartbeats and leases expire by themselves.
    """
    with suppress(StoreUnavailable), closing(connect(store_url)) as store:
        store.forget_workers()
        store.release("", counts=True)


def make_data_folder(data_folder: Path, log_folder: Path) -> None:
    """Create both folders if they are missing, for this user alone. Raises InvalidInput."""
    try:
        data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log_folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"cannot use the data folder {data_folder}: {error.strerror}") from error


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that a child may inherit. Raises InvalidInput when it cannot be opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InvalidInput(
            f"cannot listen on {host} port {port}: {error.strerror}; stop what listens there, or "
            "choose another port with --port"
        ) from error
    return listener


def write_environment(settings: Settings, *, redis_url: str) -> dict[str, str]:
    """The environment that gives a child these settings, whatever ASSAY_... this process has."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    values["redis_url"] = redis_url
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    return inherited | {
        f"{PREFIX}{name.upper()}": _write_setting(value)
        for name, value in values.items()
        if value is not None
    }


def _write_setting(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
