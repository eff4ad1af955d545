"""The server that runs on a data folder: whether there is one, which one, and its end."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from claims.store.server_files import DataFolder, ServerNote, write_url

_ASK_S = 5.0


def is_server_alive(folder: DataFolder) -> bool:
    """Whether a server process holds the folder's server.lock."""
    try:
        handle = os.open(folder.server_lock, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def ask_server(socket_path: Path, folder: DataFolder) -> ServerNote | None:
    """The server that answers on a socket, if it serves this folder and has finished loading."""
    try:
        with _open(socket_path) as client:
            client.ping()
            info = cast(dict[str, object], client.info("server"))
            served = cast(dict[str, str], client.config_get("dir"))["dir"]
    except RedisError:
        return None
    if not _is_same(Path(served), folder.path):
        return None
    return ServerNote(int(str(info["process_id"])), str(info["run_id"]), str(socket_path))


def shut_down(socket_path: Path) -> None:
    """Ask the server to write everything out and end."""
    with _open(socket_path) as client:
        client.shutdown()


def _open(socket_path: Path) -> redis.Redis:
    return redis.Redis.from_url(
        write_url(socket_path),
        decode_responses=True,
        socket_timeout=_ASK_S,
        retry=Retry(NoBackoff(), 0),
    )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
