"""The local key: programs of the user who runs the service can use it without set-up.

The API server writes a new key into the data folder at each start, readable only for its own user,
and deletes it when it ends. The file also has the service's address; a program sends the key only
to that address.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from claims.access import make_secret
from claims.settings import find_named_data_folder

FILE_NAME = "local-key.json"
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class LocalKey:
    """The content of the file: the address of the service and its key of this run."""

    url: str
    key: str


def make_local_key() -> str:
    """A new random key; its form differs from that of the keys that people create."""
    return f"local_{make_secret()}"


def write_url(host: str, port: int) -> str:
    """The address at which this machine reaches a server that is bound to `host`."""
    host = _EVERY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def write_local_key(folder: Path, note: LocalKey) -> None:
    """Write the file that the programs of this user read. Raises OSError.

    Writes atomically; the draft is a new file, so that no other process has it open.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{FILE_NAME}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(draft, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(note), file)
    draft.replace(folder / FILE_NAME)


def remove_local_key(folder: Path, note: LocalKey) -> None:
    """Delete the file, unless another server has written its own since."""
    if _read(folder / FILE_NAME) == note:
        with suppress(OSError):
            (folder / FILE_NAME).unlink()


def find_local_key(url: str) -> str | None:
    """The key of the service at `url`, if this user runs it on this machine with this data folder.

    The folder is that of ASSAY_DATA_FOLDER, or the default one.
    """
    note = _read(find_named_data_folder() / FILE_NAME)
    return note.key if note is not None and note.url == url else None


def _read(path: Path) -> LocalKey | None:
    """The content; None for a file that is missing or damaged, or that others can read or wrote."""
    try:
        with path.open(encoding="utf-8") as file:
            about = os.fstat(file.fileno())
            if about.st_uid != os.getuid() or about.st_mode & 0o077:
                return None
            return LocalKey(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None
