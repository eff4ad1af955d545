"""The whole service as one process tree: store, API, workers, beat.

    assay up
    |-- valkey-server           unless ASSAY_REDIS_URL names another server
    |-- service.server          API and dashboard
    |-- celery worker  fetch    queues fetch and tick
    |-- celery worker  score    queue score; each child holds the model
    |-- celery worker  read     queue read, where a second reader is set; threads of one process
    |-- celery worker  deliver  queue deliver; threads of one process
    |-- celery beat             ticks

One thread starts the programs, monitors them and stops them in order; the kernel ends each of
them when that thread ends, for any reason.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from claims.disk import DiskReserve
from claims.errors import (
    AssayError,
    StartFailed,
    StoreFull,
    StoreUnavailable,
    TemporaryError,
)
from claims.ports import Store
from claims.settings import DEFAULT_PORT, Settings
from claims.store import name_child
from claims.store.embedded import EmbeddedServer
from claims.store.server_files import DataFolder
from claims.store.server_problems import write_shortage
from claims.wiring import build_request_store, check_places, open_store
from service.access.binding import check_binding, check_strength
from service.access.local_key import write_url
from service.monitoring.readiness import find_missing
from service.processes.leases import LeaseReturns
from service.processes.log_files import LogFiles
from service.processes.preparations import listen, make_data_folder, take_over, write_environment
from service.processes.program_list import list_programs, list_queues, name_worker
from service.processes.programs import Backoff, Child, Program

LOOK_EVERY_S = 0.3
START_TIMEOUT_S = 120.0
STOP_GRACE_S = 35.0
"""Seconds for a graceful stop: enough for most running claims; killed work is due again at once."""
STOP_GRACE_UNREADY_S = 2.0
RETURN_TIMEOUT_S = 5.0
"""Maximum seconds that a hanging store may delay the end; leases then expire by themselves."""
SAY_AGAIN_S = 300.0


class Supervisor:
    """Runs the service on a data folder. A context manager: everything is stopped on leaving.

    `port` 0 takes any free port, which `url` contains. `workers` is the number of processes that
    judge, by default one for each core. `say` is called with a line about each failure.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        data_folder: Path,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        workers: int | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Raises InvalidInput when the token can be guessed."""
        check_strength(settings)
        self._data_folder = data_folder.absolute()
        self._settings = settings.model_copy(update={"data_folder": str(self._data_folder)})
        self._host = host
        self._port = port
        self._score_processes = workers or os.cpu_count() or 1
        self._say = say
        self._server: EmbeddedServer | None = None
        self._store_backoff = Backoff()
        self._disk = DiskReserve(self._data_folder, reserve_mb=settings.disk_reserve_mb)
        self._say_again_at = 0.0
        self._listener: socket.socket | None = None
        self._children: list[Child] = []
        self._logs: LogFiles | None = None
        self._leases: LeaseReturns | None = None
        self._failure: BaseException | None = None
        self._up = threading.Event()
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._grace_s = STOP_GRACE_S
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address of the service: the bound one, or loopback when bound to all addresses."""
        return write_url(self._host, self._port)

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the running programs, by program name."""
        pids = {child.program.name: child.pid for child in self._children}
        if self._server is not None and self._server.is_running():
            pids["store"] = self._server.pid
        return {name: pid for name, pid in pids.items() if pid is not None}

    def start(
        self,
        *,
        timeout_s: float = START_TIMEOUT_S,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Start everything and wait until the API is ready and every worker consumes.

        False when `is_cancelled` returned True first. Raises DataFolderInUse, StoreMisconfigured,
        StoreUnavailable, InvalidInput (the port is taken, the data folder cannot be created, no
        caller would have access at this host) and StartFailed. In both cases nothing keeps running.
        """
        self._thread.start()
        is_ready = False
        try:
            is_ready = self._wait_until_ready(time.monotonic() + timeout_s, is_cancelled)
        finally:
            if not is_ready:
                self.stop(grace_s=STOP_GRACE_UNREADY_S)
        return is_ready

    def ask_to_stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """Begin to stop workers, API and beat gracefully, then the store, and do not wait.

        A second call with less grace shortens the time.
        """
        self._grace_s = min(self._grace_s, grace_s)
        self._stop.set()

    def stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """Ask to stop, and wait until nothing is running."""
        self.ask_to_stop(grace_s=grace_s)
        if self._thread.ident is not None:
            self._ended.wait()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the service is stopped, at most `timeout_s`; returns whether it is.

        Raises the error that ended it, if no stop was requested.
        """
        # Not Thread.join: before Python 3.13 an exception raised in it by a signal handler makes
        # a thread that is still running count as ended.
        ended = self._ended.wait(timeout_s)
        if ended and self._failure is not None:
            raise self._failure
        return ended

    def _wait_until_ready(self, deadline: float, is_cancelled: Callable[[], bool]) -> bool:
        missing: str | None = "the store"
        while time.monotonic() < deadline:
            if self._failure is not None:
                raise self._failure
            if is_cancelled():
                return False
            if self._up.is_set():
                missing = find_missing(
                    self.url,
                    open_store=lambda: self._store,
                    workers=[name_worker(queue) for queue in list_queues(self._settings)],
                )
                if missing is None:
                    self._ready.set()
                    return True
            time.sleep(LOOK_EVERY_S)
        raise StartFailed(f"not ready in time: {missing}; see {self._log_folder}")

    # in the supervisor's thread ---------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._bring_up()
            self._up.set()
            while not self._stop.wait(LOOK_EVERY_S):
                self._look_after()
        except AssayError as error:
            self._failure = error
        except OSError as error:
            self._failure = StartFailed(f"the service could not go on: {error}")
        finally:
            try:
                self._take_down()
            finally:
                self._ended.set()

    def _bring_up(self) -> None:
        self._look_for_store()
        check_places(self._settings)
        make_data_folder(self._data_folder, self._log_folder)
        store_url = self._settings.redis_url
        if store_url is None:
            self._check_room()
            self._server = EmbeddedServer(
                self._data_folder, memory_mb=self._settings.store_memory_mb
            )
            self._server.start()
            store_url = self._server.url
            take_over(store_url)
        self._settings = self._settings.model_copy(update={"redis_url": store_url})
        with suppress(StoreUnavailable):  # the API checks it again
            check_binding(self._host, self._settings, self._store)
        self._listener = listen(self._host, self._port)
        self._port = self._listener.getsockname()[1]
        environment = write_environment(self._settings, redis_url=store_url)
        self._leases = LeaseReturns(lambda: self._store)
        programs = list_programs(
            self._settings,
            bound=f"{self._host}:{self._port}",
            listener=self._listener.fileno(),
            score_processes=self._score_processes,
        )
        for program in programs:
            log_path = self._log_folder / f"{program.name}.log"
            child = Child(
                program, environment=environment, log_path=log_path, on_end=self._give_back
            )
            child.start()
            self._children.append(child)
        self._logs = LogFiles(
            [DataFolder(self._data_folder).log, *(child.log_path for child in self._children)],
            most_mb=self._settings.log_mb,
            days=self._settings.log_days,
        )

    def _look_for_store(self) -> None:
        """Report at once that the user's own server does not answer; it may be started later."""
        if self._settings.redis_url is None:
            return
        store = build_request_store(self._settings)  # with the timeout of a request
        try:
            store.connection.check_server()
        except StoreUnavailable as error:
            self._say(f"{error}; waiting for it, {START_TIMEOUT_S:.0f} s at most (ASSAY_REDIS_URL)")
        finally:
            store.close()

    def _check_room(self) -> None:
        shortage = self._disk.find_shortage()
        if shortage:
            raise StoreFull(
                f"the disk of the data folder {self._data_folder} is full: free some space, or "
                f"lower ASSAY_DISK_RESERVE_MB ({shortage})"
            )

    def _look_after(self) -> None:
        self._look_after_disk()
        self._look_after_store()
        if self._logs is not None:
            self._logs.look()
        for child in self._children:
            went_on = child.look_after(say=self._say)
            if not went_on and not self._ready.is_set():
                raise StartFailed(f"{child.program.name} did not start; see {child.log_path}")

    def _look_after_store(self) -> None:
        if self._server is None or self._server.is_running():
            return
        if not self._store_backoff.is_pending:
            self._store_backoff.note_end()
            self._say(f"the store ended, starting it again; see {self._data_folder}")
        if not self._store_backoff.is_over or self._disk.is_full():
            return
        try:
            self._server.start()
        except TemporaryError as error:
            self._store_backoff.note_end()
            self._say(f"the store does not start, trying again: {error}")
        else:
            self._store_backoff.note_start()

    def _give_back(self, program: Program, pid: int) -> None:
        """Make the work of an ended worker due again; a stop on request counts as no failure."""
        if program.has_leases and self._leases is not None:
            counts = not self._stop.is_set()
            # The leases of its children and, where threads of it work, its own.
            self._leases.begin(name_child(pid), counts=counts)
            self._leases.begin(name_child(os.getpid(), pid), counts=counts)

    def _look_after_disk(self) -> None:
        """Report that the disk is full: at once, and again at intervals."""
        shortage = self._disk.find_shortage() if self._server is not None else None
        if shortage and time.monotonic() >= self._say_again_at:
            self._say(f"{self._data_folder}: {write_shortage(shortage)}")
            self._say_again_at = time.monotonic() + SAY_AGAIN_S

    def _take_down(self) -> None:
        for child in self._children:
            child.ask_to_stop()
        asked_at = time.monotonic()
        for child in self._children:
            # Read again each time: a second `stop` may have shortened it.
            child.end(seconds_left=lambda: asked_at + self._grace_s - time.monotonic())
        if self._leases is not None:
            self._leases.end(RETURN_TIMEOUT_S)
        if self._listener is not None:
            self._listener.close()
        if self._server is not None:
            self._server.stop()
            self._server = None

    @cached_property
    def _store(self) -> Store:
        """The store, once its address is known; the next access tries again after an error."""
        return open_store(self._settings)

    @property
    def _log_folder(self) -> Path:
        return self._data_folder / "logs"
