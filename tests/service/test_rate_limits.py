"""Limits of requests: by key, reads and writes apart, for all processes of the API."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from claims.errors import QueueShareFull, RateLimited
from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.store.embedded import EmbeddedServer
from claims.store.invariant import check_invariant
from service.app import create_app
from service.client import Client
from tests.service.conftest import TOKEN
from tests.service.keys import bearer, make_key
from tests.service.live import run_service
from tests.stack.servers import embedded_server
from tests.stack.workers import wait_until

READS, WRITES = 4, 2
BODY = {"text": "Eleven died."}
# Seconds that a test takes at most, up to where it counts.
COUNTING_S = 8


@pytest.fixture(autouse=True)
def _within_one_window() -> None:
    """At the border of two windows of a minute a part of the requests before counts less."""
    left_s = 60 - time.time() % 60
    if left_s < COUNTING_S:
        time.sleep(left_s)


@pytest.fixture
def settings(store_url: str) -> Settings:
    """A key is needed on loopback as well, and few requests are allowed."""
    return Settings(
        redis_url=store_url,
        require_key=True,
        allowed_hosts="",
        reads_per_minute=READS,
        writes_per_minute=WRITES,
    )


def read(client: FlaskClient, key: str, **headers: str) -> TestResponse:
    return client.get("/v1/claims", headers=bearer(key) | headers)


def write(client: FlaskClient, key: str) -> TestResponse:
    return client.post("/v1/claims", json=BODY, headers=bearer(key))


def assert_refused(answer: TestResponse) -> None:
    assert answer.status_code == 429
    assert answer.json["type"] == "/problems/rate-limited"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert f"wait {answer.headers['Retry-After']} seconds" in answer.json["detail"]


def test_the_next_request_beyond_the_limit_is_refused_and_nothing_is_done(
    client: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store)
    assert [write(client, key).status_code for _ in range(WRITES)] == [202] * WRITES
    for _ in range(3):
        refused = write(client, key)
        assert_refused(refused)
        assert f"More than {WRITES} writes in a minute" in refused.json["detail"]
    assert store.health().due == WRITES
    assert [read(client, key).status_code for _ in range(READS)] == [200] * READS
    assert_refused(read(client, key))


def test_each_answer_says_how_many_are_left(client: FlaskClient, store: RedisStore) -> None:
    key = make_key(store)
    seen = [read(client, key).headers for _ in range(READS + 1)]
    assert {headers["RateLimit-Policy"] for headers in seen} == {f'"reads";q={READS};w=60'}
    left = [headers["RateLimit"].split(";") for headers in seen]
    assert [part[:2] for part in left] == [
        ['"reads"', f"r={n}"] for n in (*reversed(range(READS)), 0)
    ]
    assert all(0 < int(part[2].removeprefix("t=")) <= 60 for part in left)
    assert write(client, key).headers["RateLimit"].startswith(f'"writes";r={WRITES - 1};')


def test_one_key_takes_nothing_from_another(client: FlaskClient, store: RedisStore) -> None:
    nightly, desk = make_key(store), make_key(store)
    while write(client, nightly).status_code == 202:
        pass
    assert write(client, desk).status_code == 202


def test_all_processes_count_together(
    make_app: Callable[..., APIFlask], settings: Settings, store: RedisStore
) -> None:
    key = make_key(store)
    clients = [make_app(settings).test_client() for _ in range(2)]
    statuses = [write(clients[n % 2], key).status_code for n in range(WRITES + 1)]
    assert statuses == [202] * WRITES + [429]


def test_an_address_that_a_client_claims_to_have_changes_nothing(
    client: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store)
    for number in range(READS):
        assert read(client, key, **{"X-Forwarded-For": f"192.0.2.{number}"}).status_code == 200
    assert_refused(read(client, key, **{"X-Forwarded-For": "192.0.2.99"}))


def test_pages_count_as_reads_and_are_refused_with_a_page(
    client: FlaskClient, store: RedisStore
) -> None:
    headers = bearer(make_key(store)) | {"Accept": "text/html"}
    answers = [client.get("/", headers=headers) for _ in range(READS + 1)]
    assert [answer.status_code for answer in answers] == [200] * READS + [429]
    assert answers[-1].mimetype == "text/html"
    assert "Too many requests" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_monitoring_and_unknown_callers_are_not_counted(
    client: FlaskClient, store: RedisStore
) -> None:
    assert {client.get("/livez").status_code for _ in range(READS + 2)} == {200}
    assert {client.get("/v1/claims").status_code for _ in range(READS + 2)} == {401}
    assert read(client, make_key(store)).headers["RateLimit"].startswith(f'"reads";r={READS - 1};')


@pytest.mark.parametrize("limit_local", [False, True])
def test_this_machine_without_a_key_is_limited_only_when_asked(
    make_app: Callable[..., APIFlask], store_url: str, store: RedisStore, limit_local: bool
) -> None:
    settings = Settings(
        redis_url=store_url, writes_per_minute=WRITES, limit_local=limit_local, allowed_hosts=""
    )
    client = make_app(settings).test_client()
    answers = [client.post("/v1/claims", json=BODY) for _ in range(WRITES + 1)]
    assert answers[-1].status_code == (429 if limit_local else 202)
    assert ("RateLimit" in answers[0].headers) == limit_local
    assert write(client, make_key(store)).headers["RateLimit"].startswith('"writes";r=1;')


def test_zero_is_no_limit(
    make_app: Callable[..., APIFlask], settings: Settings, store: RedisStore
) -> None:
    client = make_app(settings.model_copy(update={"writes_per_minute": 0})).test_client()
    key = make_key(store)
    answers = [write(client, key) for _ in range(3 * WRITES)]
    assert {answer.status_code for answer in answers} == {202}
    assert "RateLimit" not in answers[0].headers


@pytest.fixture
def with_token(settings: Settings) -> Callable[[str], Settings]:
    """Settings for a store at this address, with a token: it needs no store to be let in."""
    return lambda url: settings.model_copy(update={"redis_url": url, "api_token": SecretStr(TOKEN)})


def test_without_the_store_each_process_counts_in_memory_and_nothing_fails(
    with_token: Callable[[str], Settings], tmp_path: Path
) -> None:
    with embedded_server(tmp_path / "data") as url:
        store = connect(url)
        client = create_app(with_token(url), store=store, notify=lambda: None).test_client()
        assert read(client, TOKEN).status_code == 200
    answers = [read(client, TOKEN) for _ in range(READS + 1)]
    assert [answer.status_code for answer in answers] == [503] * READS + [429]
    assert answers[0].json["type"] == "/problems/store-down"
    assert answers[0].headers["RateLimit"].startswith(f'"reads";r={READS - 1};')
    assert_refused(answers[-1])
    with embedded_server(tmp_path / "data"):
        # The store is tried again after a pause that grows to half a minute; its count goes on.
        wait_until(lambda: read(client, TOKEN).status_code == 200)
        store.close()


def test_a_store_that_hangs_delays_the_count_of_requests_only_once(
    with_token: Callable[[str], Settings], tmp_path: Path
) -> None:
    with EmbeddedServer(tmp_path / "data") as server:
        store = connect(server.url)
        settings = with_token(server.url)
        client = create_app(settings, store=store, notify=lambda: None).test_client()
        assert client.get("/openapi.json", headers=bearer(TOKEN)).status_code == 200
        os.kill(server.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            answers = [client.get("/problems/internal", headers=bearer(TOKEN)) for _ in range(2)]
            took_s = time.monotonic() - began
        finally:
            os.kill(server.pid, signal.SIGCONT)
        store.close()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert took_s < 3


# --- the share of the queue --------------------------------------------------------------------


@pytest.fixture
def shared(store_url: str, store: RedisStore) -> Iterator[FlaskClient]:
    """A service in whose queue each key may have two of four places."""
    small = connect(store_url, queue_max=4, queue_share=0.5)
    settings = Settings(require_key=True, allowed_hosts="")
    yield create_app(settings, store=small, notify=lambda: None).test_client()
    assert check_invariant(small) == []
    small.close()


def test_a_key_with_its_share_of_the_queue_is_refused_and_others_are_not(
    shared: FlaskClient, store: RedisStore
) -> None:
    nightly, desk = make_key(store, name="nightly job"), make_key(store, name="desk")
    assert [write(shared, nightly).status_code for _ in range(2)] == [202, 202]
    article = shared.post("/v1/articles", json=BODY, headers=bearer(nightly))
    batch = shared.post("/v1/claims/batch", json={"claims": [BODY]}, headers=bearer(nightly))
    for refused in (write(shared, nightly), article, batch):
        assert refused.status_code == 429
        assert refused.json["type"] == "/problems/share-full"
        assert "2 work items of one key are waiting, of 4 in all" in refused.json["detail"]
        assert int(refused.headers["Retry-After"]) > 0
    accepted = [write(shared, desk) for _ in range(2)]
    assert [answer.status_code for answer in accepted] == [202, 202]
    full = write(shared, make_key(store))
    assert (full.status_code, full.json["type"]) == (503, "/problems/queue-full")
    cancelled = accepted[0].headers["Location"]
    assert shared.post(f"{cancelled}/cancel", headers=bearer(desk)).status_code == 200
    assert write(shared, desk).status_code == 202


def test_a_page_says_that_the_share_is_full(shared: FlaskClient, store: RedisStore) -> None:
    headers = bearer(make_key(store)) | {"Accept": "text/html"}
    answers = [shared.post("/claims", data=BODY, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[-1].mimetype == "text/html"
    assert "Your share of the queue is full" in answers[-1].text


def test_the_client_tells_apart_why_it_has_to_wait(
    store: RedisStore, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {
        "ASSAY_QUEUE_MAX": "2",
        "ASSAY_QUEUE_SHARE": "0.5",
        "ASSAY_WRITES_PER_MINUTE": "2",
    }
    with run_service(store, store_url, tmp_path, **limits) as service:
        client = Client(service.url, token=make_key(store))
        assert client.submit_claim(BODY).startswith("c_")
        with pytest.raises(QueueShareFull, match="1 work items of one key are waiting, of 2"):
            client.submit_claim(BODY)
        with pytest.raises(RateLimited, match="More than 2 writes in a minute"):
            client.submit_claim(BODY)
        monkeypatch.setenv("ASSAY_DATA_FOLDER", str(service.data_folder))
        assert Client(service.url).submit_claim(BODY).startswith("c_")  # with the local key
