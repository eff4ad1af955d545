"""The embedded server of a data folder: started, adopted or refused, and stopped.

Two servers on one folder would overwrite each other's files without an error (measured: all 50
of 50 acknowledged keys of the first were gone). Two locks prevent it, both released by the
kernel when their holder dies for any reason: the owner's lock on `lock`, and the server's on
`server.lock`, which the server process inherits as an open file when it is started.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from redis.exceptions import RedisError

from claims.errors import DataFolderInUse, StoreDamaged, StoreUnavailable
from claims.limits import STORE_MEMORY_MB
from claims.store.append_only_file import find_damage
from claims.store.running_server import ask_server, is_server_alive, shut_down
from claims.store.server_files import DataFolder, ServerNote, find_binary

LAUNCHER = Path(__file__).with_name("die_with_parent.py")

# Seconds to wait for the server to start, including a server that is still loading its data: to
# read a large append-only file takes time.
_START_S = 120.0
_STOP_S = 10.0
_POLL_S = 0.02
# Seconds for which a server must keep answering to count as alive. An orphan that was signalled at
# its parent's death may still answer until its next timer tick (every 100 ms); this is three ticks.
_ORPHAN_PROOF_S = 0.3


class EmbeddedServer:
    """The one server of a data folder. Use it as a context manager, or start() and stop().

    On Linux the server ends when this process dies, even by kill -9. More exactly, it ends with
    the *thread* that called start(): call it from the main thread. An adopted server (left over
    where the kernel has no such signal) ends only with stop(). Never stops a foreign server.
    A child that this process forks without exec holds the folder's lock until the child has ended.
    """

    def __init__(
        self, data_folder: Path, *, binary: Path | None = None, memory_mb: int = STORE_MEMORY_MB
    ) -> None:
        """`binary`: a server program to use instead of the shipped one. Starts nothing.

        `memory_mb`: the memory in MiB that the server may use.
        """
        self._memory_mb = memory_mb
        self._folder = DataFolder(data_folder.absolute())
        self._binary = binary
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._note: ServerNote | None = None
        self._owner = 0

    @property
    def url(self) -> str:
        """The address in the form that redis-py takes: unix:///path?db=0."""
        return self._running().url

    @property
    def socket_path(self) -> Path:
        """The path of the socket."""
        return Path(self._running().socket)

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._running().pid

    def start(self) -> None:
        """Start the server, or adopt one that is still running. May be called again after it died.

        Raises DataFolderInUse when another process owns the folder, StoreMisconfigured when
        there is no server program, StoreDamaged when its files are damaged, StoreUnavailable when
        the server does not start or the folder cannot be written to; then start may be called again
        later.
        """
        try:
            self._folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._own_folder()
            self._folder.check_restored()
            self._note = None
            self._note = self._adopt_or_spawn()
            self._folder.write_note(self._note)
        except OSError as error:
            self.stop()
            raise StoreUnavailable(
                f"cannot write to the data folder {self._folder.path}: {error.strerror}"
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, by force if needed, and release the folder. May be called twice."""
        if self._lock is None or os.getpid() != self._owner:
            return
        atexit.unregister(self.stop)
        self._end_server()
        if self._process is not None:
            self._process.wait(_STOP_S)
        self._folder.note.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock, self._note, self._process = None, None, None

    def is_running(self) -> bool:
        """Whether a server process holds the folder."""
        return self._reap_child() and is_server_alive(self._folder)

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _running(self) -> ServerNote:
        if self._note is None:
            raise StoreUnavailable("the embedded server was not started")
        return self._note

    def _own_folder(self) -> None:
        if self._lock is not None:
            return
        self._lock = _try_lock(self._folder.owner_lock)
        if self._lock is None:
            raise DataFolderInUse(f"another process uses the data folder {self._folder.path}")
        self._owner = os.getpid()
        atexit.register(self.stop)

    def _adopt_or_spawn(self) -> ServerNote:
        deadline = time.monotonic() + _START_S
        socket_path = self._folder.make_socket_path()
        while time.monotonic() < deadline:
            lock = _try_lock(self._folder.server_lock)
            if lock is not None:
                try:
                    self._spawn(lock, socket_path)
                finally:
                    os.close(lock)  # from here on only the server holds it
                return self._wait_until_up(socket_path, deadline)
            note = self._find_survivor(socket_path)
            if note is not None:
                return note
            time.sleep(_POLL_S)
        raise StoreUnavailable(
            f"a server left over on {self._folder.path} neither answers nor ends: "
            f"{self._folder.find_last_words()}"
        )

    def _find_survivor(self, socket_path: Path) -> ServerNote | None:
        """The server that holds the folder, if it answers and continues to answer.

        Its note may be missing, or be from an earlier run, when its owner was killed early.
        """
        note = self._folder.find_note()
        candidates = {socket_path} if note is None else {socket_path, Path(note.socket)}
        for candidate in candidates:
            first = ask_server(candidate, self._folder)
            if first is not None:
                time.sleep(_ORPHAN_PROOF_S)
                return first if ask_server(candidate, self._folder) == first else None
        return None

    def _spawn(self, lock: int, socket_path: Path) -> None:
        binary = self._binary or find_binary()
        if self._process is not None:
            self._process.wait()  # it has ended; collect its status before the new start
        socket_path.unlink(missing_ok=True)  # no server listens: we hold the server's lock
        self._folder.write_configuration(socket_path, memory_mb=self._memory_mb)
        tie = [
            sys.executable,
            "-I",
            "-S",
            str(LAUNCHER),
            str(os.getpid()),
            str(int(signal.SIGTERM)),
        ]
        with self._folder.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*tie, str(binary), str(self._folder.configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,
                umask=0o077,
            )

    def _wait_until_up(self, socket_path: Path, deadline: float) -> ServerNote:
        while time.monotonic() < deadline:
            note = ask_server(socket_path, self._folder)
            if note is not None:
                return note
            if not self._reap_child():
                self._check_files()
                break
            time.sleep(_POLL_S)
        raise StoreUnavailable(
            f"the embedded server did not start: {self._folder.find_last_words()}"
        )

    def _check_files(self) -> None:
        damage = find_damage(self._folder)
        if damage is not None:
            raise StoreDamaged(
                f"the data of the store is damaged: {damage}. Stop the service, and run: "
                f"assay repair --data {self._folder.path}"
            )

    def _reap_child(self) -> bool:
        """False when our own child has ended; collects its exit status."""
        return self._process is None or self._process.poll() is None

    def _end_server(self) -> None:
        """Send SHUTDOWN, which writes everything out; signals are for a server that hangs."""
        note = self._note
        if note is None:
            if self._process is not None and self._process.poll() is None:
                self._process.kill()
            return
        steps: tuple[Callable[[], None], ...] = (
            lambda: shut_down(Path(note.socket)),
            lambda: os.kill(note.pid, signal.SIGTERM),
            lambda: os.kill(note.pid, signal.SIGKILL),
        )
        for step in steps:
            # As long as the lock is held, the pid belongs to the server and cannot be reused.
            if not self.is_running():
                return
            with contextlib.suppress(ProcessLookupError, RedisError):
                step()
            _wait_for(lambda: not self.is_running(), _STOP_S)


@contextmanager
def own_files(data_folder: Path) -> Iterator[DataFolder]:
    """Inside the block no server runs on the data folder, and none can be started.

    Raises DataFolderInUse when one runs, or another process owns the folder.
    """
    folder = DataFolder(data_folder.absolute())
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with hold_lock(folder.owner_lock, "a service uses it: stop the service first"):
        if is_server_alive(folder):
            raise DataFolderInUse(f"{folder.path}: a server uses it: stop the service first")
        yield folder


@contextmanager
def hold_lock(path: Path, why_not: str) -> Iterator[None]:
    """Hold the lock on a file of a data folder. Raises DataFolderInUse when it is held."""
    lock = _try_lock(path)
    if lock is None:
        raise DataFolderInUse(f"{path.parent}: {why_not}")
    try:
        yield
    finally:
        os.close(lock)


def find_server(data_folder: Path) -> str | None:
    """The address of the server that runs on a data folder, for a process that only connects.

    None when no server runs, whatever an old server.json says.
    """
    folder = DataFolder(data_folder.absolute())
    note = folder.find_note()
    return note.url if note is not None and is_server_alive(folder) else None


def _try_lock(path: Path) -> int | None:
    """A descriptor that holds the lock on `path`, or None when another process does."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _wait_for(is_true: Callable[[], bool], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true() and time.monotonic() < deadline:
        time.sleep(_POLL_S)
