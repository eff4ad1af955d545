"""ETag, 304 and `?wait=`."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.store.redis_store import RedisStore
from service.api.waiting import Waiters, attach_waiters
from tests.service.work import extract_article, judge_claim

TEXT = "The library opened in 1987. A fine place!"


@pytest.fixture
def claim_path(client: FlaskClient) -> str:
    return str(client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"])


def test_the_etag_is_the_version_and_is_answered_with_304_until_it_moves(
    client: FlaskClient, store: RedisStore, claim_path: str
) -> None:
    etag = client.get(claim_path).headers["ETag"]
    assert etag == '"1"'
    unchanged = client.get(claim_path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == etag
    judge_claim(store, claim_path.rpartition("/")[2])
    changed = client.get(claim_path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_an_article_has_a_new_etag_when_one_of_its_claims_moves(
    client: FlaskClient, store: RedisStore
) -> None:
    path = client.post("/v1/articles", json={"text": TEXT}).headers["Location"]
    extract_article(store, path.rpartition("/")[2], TEXT)
    before = client.get(path)
    judge_claim(store, before.json["claims"][0]["id"])
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json["status"]) == (200, "done")


def test_polling_an_unchanged_claim_reads_only_its_version(
    client: FlaskClient, claim_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RedisStore, "get_claim", None)
    assert client.get(claim_path, headers={"If-None-Match": '"1"'}).status_code == 304


def test_waiting_ends_when_the_claim_is_finished(
    app: APIFlask, store: RedisStore, claim_path: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: app.test_client().get(f"{claim_path}?wait=20"))
        time.sleep(0.3)
        assert not answer.done()
        judge_claim(store, claim_path.rpartition("/")[2])
        assert answer.result(timeout=10).json["status"] == "judged"


def test_waiting_with_a_known_version_ends_when_the_version_moves(
    app: APIFlask, client: FlaskClient, claim_path: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(
            lambda: app.test_client().get(f"{claim_path}?wait=20", headers={"If-None-Match": '"1"'})
        )
        time.sleep(0.3)
        assert client.put(f"{claim_path}/schedule", json={"every": "P1D"}).status_code == 200
        moved = answer.result(timeout=10)
    assert (moved.status_code, moved.json["status"]) == (200, "queued")


def test_waiting_with_an_outdated_version_is_answered_at_once(
    client: FlaskClient, claim_path: str
) -> None:
    started = time.monotonic()
    answer = client.get(f"{claim_path}?wait=20", headers={"If-None-Match": '"0"'})
    assert answer.status_code == 200
    assert time.monotonic() - started < 10


def test_waiting_for_a_finished_claim_is_answered_at_once(
    client: FlaskClient, store: RedisStore, claim_path: str
) -> None:
    judge_claim(store, claim_path.rpartition("/")[2])
    started = time.monotonic()
    assert client.get(f"{claim_path}?wait=20").status_code == 200
    assert time.monotonic() - started < 10


def test_waiting_with_the_version_of_a_judged_claim_is_for_its_next_change(
    app: APIFlask, client: FlaskClient, store: RedisStore, claim_path: str
) -> None:
    judge_claim(store, claim_path.rpartition("/")[2])
    known = {"If-None-Match": client.get(claim_path).headers["ETag"]}
    started = time.monotonic()
    assert client.get(f"{claim_path}?wait=0.5", headers=known).status_code == 304
    assert time.monotonic() - started >= 0.5
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: app.test_client().get(f"{claim_path}?wait=20", headers=known))
        time.sleep(0.3)
        assert not answer.done()
        client.post(f"{claim_path}/recheck")
        moved = answer.result(timeout=10)
    assert (moved.status_code, moved.json["status"]) == (200, "queued")


def test_waiting_with_the_version_of_an_article_that_is_done_is_for_its_next_change(
    app: APIFlask, client: FlaskClient, store: RedisStore
) -> None:
    path = client.post("/v1/articles", json={"text": TEXT}).headers["Location"]
    extract_article(store, path.rpartition("/")[2], TEXT)
    claim_id = client.get(path).json["claims"][0]["id"]
    judge_claim(store, claim_id)
    done = client.get(path)
    assert done.json["status"] == "done"
    known = {"If-None-Match": done.headers["ETag"]}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: app.test_client().get(f"{path}?wait=20", headers=known))
        time.sleep(0.3)
        assert not answer.done()
        client.post(f"/v1/claims/{claim_id}/recheck")
        assert answer.result(timeout=10).status_code == 200


def test_waiting_ends_with_its_time(client: FlaskClient, claim_path: str) -> None:
    started = time.monotonic()
    assert client.get(f"{claim_path}?wait=0.5").json["status"] == "queued"
    assert time.monotonic() - started >= 0.5
    same = client.get(f"{claim_path}?wait=0.5", headers={"If-None-Match": '"1"'})
    assert same.status_code == 304


def test_a_request_without_a_place_to_wait_is_answered_at_once(
    app: APIFlask, claim_path: str
) -> None:
    attach_waiters(app, Waiters(most=1))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: app.test_client().get(f"{claim_path}?wait=2"))
        time.sleep(0.5)
        assert app.test_client().get(f"{claim_path}?wait=20").json["status"] == "queued"
        assert not waiting.done()
    started = time.monotonic()
    app.test_client().get(f"{claim_path}?wait=0.5")  # the waiting place is free again
    assert time.monotonic() - started >= 0.5


@pytest.mark.parametrize("wait", ["21", "-1", "soon", "nan", "inf"])
def test_a_wait_beyond_the_limit_is_refused(
    client: FlaskClient, claim_path: str, wait: str
) -> None:
    answer = client.get(f"{claim_path}?wait={wait}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["parameter"] == "wait"
