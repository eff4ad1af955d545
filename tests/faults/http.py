"""Requests to a service that may not answer well: status, headers, text and how long it took."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage

from tests.service.live import Live

GIVEN_UP_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the service."""

    status: int
    headers: HTTPMessage
    text: str
    seconds: float


def ask(
    service: Live,
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection of its own. A browser's where the path is a page's."""
    accept = "application/json" if path.startswith("/v1/") else "text/html"
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
    service: Live, requests: Sequence[tuple[str, str, Mapping[str, object]]]
) -> list[Answer]:
    """All of them at once; the answers in order."""
    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(lambda request: ask(service, *request), requests))
