"""Conditional reads and long polling: ETag, If-None-Match and `?wait=`, with a limit of waiters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Generic, TypeVar, cast

from flask import Flask, Response, current_app, request

from claims.errors import QueueFull
from claims.store.breaker import start_deadline
from service.api.answers import write_answer

POLL_S = 0.2
WAITERS_MAX = 16
"""Maximum requests that wait in one process. Each holds a thread, and other requests need threads
too (service/server/web_server.py)."""
VERIFIERS_MAX = 8
"""The same for verify requests, which have slots of their own: they cannot be answered early."""
PREVIEWERS_MAX = 1
"""The same for previews, which need the processor that all other requests need."""

EXTENSION = "assay.waiters"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader(Generic[T]):
    """How to read one resource: the whole, only its version (cheap), and whether it is finished."""

    read: Callable[[], T]
    read_version: Callable[[], int]
    version_of: Callable[[T], int]
    is_finished: Callable[[T], bool]
    shape_of: Callable[[T], object]


class Waiters:
    """Lets a limited number of requests wait; the others are answered at once."""

    def __init__(self, *, most: int = WAITERS_MAX, verifiers: int = VERIFIERS_MAX) -> None:
        self._slots = BoundedSemaphore(most)
        self._verifiers = BoundedSemaphore(verifiers)
        self._previewers = BoundedSemaphore(PREVIEWERS_MAX)

    @contextmanager
    def slot_to_verify(self) -> Iterator[None]:
        """A slot for one verify request. Raises QueueFull when all are taken."""
        if not self._verifiers.acquire(blocking=False):
            raise QueueFull("too many verify requests wait in this process")
        try:
            yield
        finally:
            self._verifiers.release()

    @contextmanager
    def slot_to_preview(self) -> Iterator[None]:
        """A slot for one preview. Raises QueueFull when all are taken."""
        if not self._previewers.acquire(blocking=False):
            raise QueueFull("this process is reading another text")
        try:
            yield
        finally:
            self._previewers.release()

    def wait(self, look: Callable[[], bool], *, wait_s: float) -> None:
        """Call `look` until it returns True, every POLL_S for `wait_s` seconds at most.

        Without a free slot it is called once. Raises the errors of `look`.
        """
        if look() or wait_s <= 0 or not self._slots.acquire(blocking=False):
            return
        try:
            poll(lambda: look() or None, deadline=time.monotonic() + wait_s, every_s=POLL_S)
        finally:
            self._slots.release()

    def answer(self, reader: Reader[T], *, wait_s: float) -> Response:
        """200 with the shape, or 304 when the client already has this version.

        With `wait_s`, first wait until the version differs from If-None-Match or, without that
        header, until the resource is finished. Raises the errors of the reader.
        """
        if request.if_none_match:
            version = 0

            def has_moved() -> bool:
                nonlocal version
                version = reader.read_version()
                return not _is_known(version)

            self.wait(has_moved, wait_s=wait_s)
            return _unchanged(version) if _is_known(version) else _whole(reader, reader.read())
        value = reader.read()

        def is_finished() -> bool:
            nonlocal value
            if reader.read_version() != reader.version_of(value):
                value = reader.read()
            return reader.is_finished(value)

        if wait_s > 0 and not reader.is_finished(value):
            self.wait(is_finished, wait_s=wait_s)
        return _whole(reader, value)


def poll(read: Callable[[], T | None], *, deadline: float, every_s: float) -> T | None:
    """The first result of `read` that is not None; None when there is none at `deadline`."""
    while (found := read()) is None and time.monotonic() < deadline:
        time.sleep(every_s)
        start_deadline()  # each read of the store has its own deadline
    return found


def attach_waiters(app: Flask, waiters: Waiters) -> None:
    """Set the waiters of this app."""
    app.extensions[EXTENSION] = waiters


def get_waiters() -> Waiters:
    """The waiters of the app that answers the current request."""
    return cast(Waiters, current_app.extensions[EXTENSION])


def _is_known(version: int) -> bool:
    return request.if_none_match.contains_weak(str(version))


def _whole(reader: Reader[T], value: T) -> Response:
    return _tagged(write_answer(reader.shape_of(value)), reader.version_of(value))


def _unchanged(version: int) -> Response:
    return _tagged(Response(status=304), version)


def _tagged(response: Response, version: int) -> Response:
    response.set_etag(str(version))
    response.headers["Cache-Control"] = "private, no-cache"
    return response
