"""Deliveries that fail: receivers that misbehave, and addresses that may not be called."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from claims.sources.posting import READ_BYTES, Poster
from claims.store import RedisStore
from tests.contracts.deliveries import judge
from tests.workers.hooks import DONE, Serve, count, run, stall, subscribe
from tests.workers.receivers import Answer, say, serve
from workers.context import WorkerContext
from workers.deliver import DeliveryOutcome


def say_much(status: str) -> Answer:
    """Answer with this status and 10 MB."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: 10000000\r\n\r\n".encode()
    return lambda connection: connection.sendall(head + b"a" * 10_000_000)


CASES: dict[str, tuple[Answer, str, int | None, str | None]] = {
    "hangs": (stall, "timeout", None, "timeout"),
    "10 MB": (say_much("200 OK"), "delivered", 200, None),
    "10 MB of error": (say_much("500 Oops"), "http-5xx", 500, "it answered 500: aaaa"),
    "dies in the header": (say("HTTP/1.1 2"), "bad-response", None, "bad-response"),
    "dies in the body": (
        say("HTTP/1.1 500 Oops\nContent-Length: 100\n\nhal"),
        "http-5xx",
        500,
        "it answered 500",
    ),
    "closes": (lambda connection: None, "bad-response", None, "bad-response"),
    "speaks nonsense": (say("220 mail.example ESMTP\n"), "bad-response", None, "bad-resp"),
    "redirects": (
        say("HTTP/1.1 307 Go\nLocation: http://127.0.0.1:1/\nContent-Length: 0\n\n"),
        "http-3xx",
        307,
        "redirects are not followed",
    ),
    "wrong coding": (
        say("HTTP/1.1 502 Bad\nContent-Encoding: zstd\nContent-Length: 3\n\nabc"),
        "http-5xx",
        502,
        "it answered 502",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_whatever_a_receiver_does_ends_in_time_and_in_the_log(
    context: WorkerContext, store: RedisStore, receive: Serve, name: str
) -> None:
    answer, outcome, status, error = CASES[name]
    hook = subscribe(store, receive(answer).url)
    context.poster = replace(context.poster, total_s=1.0)
    judge(store)
    started = time.monotonic()
    is_delivered = outcome == "delivered"
    assert run(context) is (DeliveryOutcome.DELIVERED if is_delivered else DeliveryOutcome.FAILED)
    assert time.monotonic() - started < 2.5
    assert count(store, outcome) == 1
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert delivery.status_code == status
    assert delivery.duration_ms is not None and delivery.duration_ms < 2000
    if error is None:
        assert delivery.error is None
    else:
        assert error in (delivery.error or "")
        assert len(delivery.error or "") < READ_BYTES


def test_nobody_listens(context: WorkerContext, store: RedisStore) -> None:
    with serve(DONE) as receiver:
        pass
    context.poster = replace(context.poster, allow=receiver.allow)
    hook = subscribe(store, receiver.url)
    judge(store)
    assert run(context) is DeliveryOutcome.FAILED
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert "unreachable" in (delivery.error or "")
    assert count(store, "unreachable") == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://10.0.0.7/", "https://[::1]/", "http://a.example:6379/"]
)
def test_an_address_that_may_not_be_called_is_not_called(
    context: WorkerContext, store: RedisStore, url: str
) -> None:
    hook = subscribe(store, url)
    judge(store)
    assert run(context) is DeliveryOutcome.FAILED
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert delivery.status_code is None
    assert "blocked" in (delivery.error or "")
    assert count(store, (delivery.error or "").partition(":")[0]) == 1


def test_a_name_that_leads_to_loopback_is_not_called(
    context: WorkerContext, store: RedisStore, receive: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up at each delivery, and only the address that was vetted is called."""
    receiver = receive(DONE)
    found = [(2, 1, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: found)
    hook = subscribe(store, "http://hooks.example.org/")
    judge(store)
    assert run(context) is DeliveryOutcome.FAILED
    assert receiver.requests == []
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert "address-blocked" in (delivery.error or "")


def test_a_defect_counts_as_a_failure_of_this_delivery_alone(
    context: WorkerContext, store: RedisStore
) -> None:
    hook = subscribe(store, "https://a.example/", secret="whsec_")
    judge(store)
    assert run(context) is DeliveryOutcome.FAILED
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert "a fault of Assay" in (delivery.error or "")
    assert count(store, "fault") == 1


def test_a_poster_without_permissions_calls_public_addresses_alone() -> None:
    attempt = Poster().post("http://127.0.0.1:8400/", "{}", {})
    assert attempt.status_code is None
    assert "blocked" in (attempt.error or "")
