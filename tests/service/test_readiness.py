"""/readyz: which part is not ready, and what to do, as JSON and as text."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.types import Queue
from service.app import create_app
from tests.stack.servers import embedded_server
from workers.config import spell_broker_url
from workers.notifier import Notifier

TEXT = {"Accept": "text/plain"}
PARTS = [
    *("store", "disk", "broker", "fetch workers", "score workers", "deliver workers", "judge"),
]


@pytest.fixture
def staffed(store: RedisStore) -> RedisStore:
    """The store with a worker for each queue."""
    store.beat("fetch-1@here", ttl_s=60, queues=(Queue.FETCH,))
    store.beat("score-1@here", ttl_s=60, queues=(Queue.SCORE,), has_judge=True)
    store.beat("deliver-1@here", ttl_s=60, queues=(Queue.DELIVER,))
    return store


def test_it_is_ready_when_each_part_is(client: FlaskClient, staffed: RedisStore) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ready"
    assert answer.json["workers"] == ["deliver-1@here", "fetch-1@here", "score-1@here"]
    assert [part["name"] for part in answer.json["parts"]] == PARTS
    assert all(part["ready"] and part["detail"] for part in answer.json["parts"])


@pytest.mark.parametrize(
    ("queue", "missing"),
    [
        (Queue.FETCH, ["fetch workers"]),
        (Queue.SCORE, ["score workers", "judge"]),
    ],
)
@pytest.mark.parametrize("end", ["stops", "is killed"])
def test_a_queue_without_a_worker_is_named_with_advice(
    client: FlaskClient, staffed: RedisStore, queue: Queue, missing: list[str], end: str
) -> None:
    ttl_s = 0.0 if end == "stops" else 0.01
    has_judge = queue is Queue.SCORE
    staffed.beat(f"{queue}-1@here", ttl_s=ttl_s, queues=(queue,), has_judge=has_judge)
    time.sleep(0.02)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["type"] == "/problems/not-ready"
    assert int(answer.headers["Retry-After"]) > 0
    details = [error["detail"] for error in answer.json["errors"]]
    assert [detail.partition(":")[0] for detail in details] == missing
    assert all("start" in detail for detail in details)
    assert details[0] in answer.json["detail"]
    text = client.get("/readyz", headers=TEXT)
    assert (text.status_code, text.mimetype) == (503, "text/plain")
    assert text.text.startswith("not ready\n")
    assert f"NOT READY  {missing[0]}: none takes work" in text.text
    assert f"{queue}-1@here" not in text.text


def test_it_is_not_ready_until_a_score_worker_has_loaded_its_judge(
    client: FlaskClient, staffed: RedisStore
) -> None:
    """Also after a judge that another run has loaded; one that is loaded is enough."""
    staffed.beat("score-1@here", ttl_s=0, queues=(Queue.SCORE,))
    staffed.beat("score-2@here", ttl_s=60, queues=(Queue.SCORE,))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    (error,) = answer.json["errors"]
    assert error["detail"].startswith("judge: loading")
    assert "NOT READY  judge: loading" in client.get("/readyz", headers=TEXT).text
    staffed.beat("score-2@here", ttl_s=60, queues=(Queue.SCORE,), has_judge=True)
    staffed.beat("score-3@here", ttl_s=60, queues=(Queue.SCORE,))
    judge = client.get("/readyz").json["parts"][-1]
    expected = "loaded in 1 of 2 score workers"
    assert judge == {"name": "judge", "ready": True, "detail": expected}


def test_it_is_ready_while_only_webhooks_wait(client: FlaskClient, staffed: RedisStore) -> None:
    staffed.beat("deliver-1@here", ttl_s=0, queues=(Queue.DELIVER,))
    text = client.get("/readyz", headers=TEXT)
    assert text.status_code == 200
    assert "ok         deliver workers: none takes work: events for webhooks wait" in text.text


def test_a_second_reader_is_a_part_where_one_is_set_and_holds_up_nothing(
    make_app: Callable[..., APIFlask], staffed: RedisStore
) -> None:
    client = make_app(Settings(reader="chat:small")).test_client()
    text = client.get("/readyz", headers=TEXT)
    assert text.status_code == 200
    assert "ok         read workers: none takes work: no claim is read" in text.text
    staffed.beat("read-1@here", ttl_s=60, queues=(Queue.READ,))
    assert "read workers: 1 take work" in client.get("/readyz", headers=TEXT).text


def test_text_has_a_line_for_each_part(client: FlaskClient, staffed: RedisStore) -> None:
    first, *lines = client.get("/readyz", headers=TEXT).text.splitlines()
    assert first == "ready"
    assert [line.removeprefix("ok").strip().partition(":")[0] for line in lines] == PARTS


@pytest.mark.parametrize("is_up", [True, False])
def test_a_broker_that_is_away_is_named(
    staffed: RedisStore, store_url: str, settings: Settings, tmp_path: Path, is_up: bool
) -> None:
    url = store_url if is_up else f"unix://{tmp_path}/nobody.sock"
    notifier = Notifier(spell_broker_url(url))
    client = create_app(
        settings,
        store=staffed,
        notify=lambda: None,
        find_broker_problem=notifier.find_problem,
    ).test_client()
    began = time.monotonic()
    answer = client.get("/readyz")
    notifier.close()
    assert time.monotonic() - began < 3
    assert answer.status_code == (200 if is_up else 503)
    if not is_up:
        assert answer.json["errors"][0]["detail"].startswith("broker: it does not answer")
        assert "ASSAY_BROKER_URL" in answer.json["detail"]


def test_a_store_that_is_away_is_named_in_text_as_well(settings: Settings, tmp_path: Path) -> None:
    with embedded_server(tmp_path / "data") as url:
        store = connect(url)
    client = create_app(settings, store=store, notify=lambda: None).test_client()
    answer = client.get("/readyz", headers=TEXT)
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert "NOT READY  store: the store does not answer" in answer.text
    assert client.get("/readyz").json["type"] == "/problems/store-down"


def test_settings_that_would_lose_data_are_named(client: FlaskClient, staffed: RedisStore) -> None:
    staffed.connection.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        text, answer = client.get("/readyz", headers=TEXT), client.get("/readyz")
    finally:
        staffed.connection.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
    assert "NOT READY  store: it evicts data: set maxmemory-policy noeviction" in text.text
    assert answer.json["type"] == "/problems/store-unsafe"


def test_liveness_asks_nobody(settings: Settings, tmp_path: Path) -> None:
    def fail() -> str:
        raise AssertionError("the broker was asked")

    with embedded_server(tmp_path / "data") as url:
        store = connect(url)
    asks: Callable[[], str] = fail
    client = create_app(
        settings, store=store, notify=lambda: None, find_broker_problem=asks
    ).test_client()
    assert client.get("/livez").json == {"status": "alive"}
