"""Idempotency-Key: a repeated submission creates no second article or claim."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Scope
from claims.store.redis_store import RedisStore
from service.access.issuing import create_key

BODIES = {"/v1/articles": {"text": "Eleven people died."}, "/v1/claims": {"text": "Eleven died."}}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("path", BODIES)
def test_a_repeat_with_the_same_key_gives_the_same_id(client: FlaskClient, path: str) -> None:
    first, second = (client.post(path, json=BODIES[path], headers=keyed("k")) for _ in range(2))
    assert (second.status_code, second.json) == (202, first.json)
    assert len(client.get(path).json["items"]) == 1


@pytest.mark.parametrize("path", BODIES)
def test_the_same_key_with_another_body_is_refused(client: FlaskClient, path: str) -> None:
    client.post(path, json=BODIES[path], headers=keyed("k"))
    other = client.post(path, json={"text": "Twelve died."}, headers=keyed("k"))
    assert other.status_code == 422
    assert other.json["type"] == "/problems/idempotency-mismatch"
    assert len(client.get(path).json["items"]) == 1


def test_one_key_may_be_used_for_an_article_and_for_a_claim(client: FlaskClient) -> None:
    for path, body in BODIES.items():
        assert client.post(path, json=body, headers=keyed("k")).status_code == 202


def test_twenty_concurrent_repeats_are_one_article(app: APIFlask) -> None:
    def submit(_: int) -> str:
        answer = app.test_client().post(
            "/v1/articles", json=BODIES["/v1/articles"], headers=keyed("same")
        )
        assert answer.status_code == 202
        return str(answer.json["id"])

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(submit, range(20)))) == 1
    assert len(app.test_client().get("/v1/articles").json["items"]) == 1


@pytest.mark.parametrize("path", [*BODIES, "correct"])
def test_each_key_of_the_api_has_its_own_idempotency_keys(
    app: APIFlask, client: FlaskClient, store: RedisStore, path: str
) -> None:
    if path == "correct":
        first = client.post("/v1/claims", json={"text": "Nine died."}).headers["Location"]
        path = f"{first}/correct"
    keys = [
        create_key(store, name=name, scopes=[Scope.WRITE], expires_at=None).key
        for name in ("desk", "sport")
    ]
    answers = [
        client.post(path, json={"text": text}, headers=keyed("k") | bearer(key))
        for key, text in (*zip(keys, ("Eleven died.", "Twelve died."), strict=True),) * 2
    ]
    if path.endswith("/correct"):  # a claim is corrected once, and the other key has not done it
        assert [answer.status_code for answer in answers] == [202, 409, 202, 409]
        return
    assert [answer.status_code for answer in answers] == [202] * 4
    ids = [answer.json["id"] for answer in answers]
    assert ids[:2] == ids[2:] and ids[0] != ids[1]


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "\x7f"])
def test_a_key_that_is_not_visible_ascii_of_up_to_255_is_refused(
    client: FlaskClient, key: str
) -> None:
    answer = client.post("/v1/claims", json={"text": "Eleven died."}, headers=keyed(key))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_key_of_255_characters_is_accepted(client: FlaskClient) -> None:
    answer = client.post("/v1/claims", json={"text": "Eleven died."}, headers=keyed("~" * 255))
    assert answer.status_code == 202
