"""Requests to a service that may fail: status, headers, text and duration."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Protocol

from claims.types import ClaimId

GIVEN_UP_S = 60.0


class Service(Protocol):
    """A server on a local port."""

    @property
    def port(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the service."""

    status: int
    headers: HTTPMessage
    text: str
    seconds: float


def ask(
    service: Service,
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request on its own connection; dashboard paths with the headers of a browser."""
    is_page = path == "/" or path.startswith(("/claims", "/articles", "/login"))
    accept = "text/html" if is_page else "application/json"
    sent = {"Accept": accept, **(headers or {})}
    content = None
    if method == "POST":
        sent["Content-Type"] = "application/json"
        content = json.dumps(body or {})
    connection = HTTPConnection("127.0.0.1", service.port, timeout=GIVEN_UP_S)
    began = time.monotonic()
    try:
        connection.request(method, path, body=content, headers=sent)
        response = connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, response.headers, text, time.monotonic() - began)
    finally:
        connection.close()


def ask_all(
    service: Service, requests: Sequence[tuple[str, str, Mapping[str, object]]]
) -> list[Answer]:
    """Send all requests in parallel; returns the answers in order."""
    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(lambda request: ask(service, *request), requests))


@contextmanager
def pollers(service: Service, count: int, path: str) -> Iterator[None]:
    """Run `count` clients that request `path` again and again inside the block."""
    stopped = threading.Event()

    def poll() -> None:
        while not stopped.is_set():
            ask(service, "GET", path)
            time.sleep(0.1)

    threads = [threading.Thread(target=poll) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


class Load:
    """Submits one claim after another, and records the answers."""

    def __init__(self, port: int, body: Mapping[str, object]) -> None:
        self.port = port
        self.accepted: list[ClaimId] = []
        self.refusals: list[Answer] = []
        self._body = body
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._submit_until_stopped)

    @contextmanager
    def run(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            self._thread.join()

    def _submit_until_stopped(self) -> None:
        while not self._stopped.wait(0.2):
            answer = ask(self, "POST", "/v1/claims", self._body)
            if answer.status == 202:
                self.accepted.append(ClaimId(json.loads(answer.text)["id"]))
            else:
                self.refusals.append(answer)
