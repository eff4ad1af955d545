"""If-Match: tags and schedules change only what the caller has seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.store.redis_store import RedisStore
from tests.service.work import extract_article

TEXT = "Eleven people died. It was sad."


@pytest.fixture(params=["claims", "articles"])
def path(request: pytest.FixtureRequest, client: FlaskClient, store: RedisStore) -> str:
    """The path of a claim, and of an article with one claim."""
    path = str(client.post(f"/v1/{request.param}", json={"text": TEXT}).headers["Location"])
    if request.param == "articles":
        extract_article(store, path.rpartition("/")[2], TEXT)
    return path


def version_of(client: FlaskClient, path: str) -> str:
    return str(client.get(path).headers["ETag"])


def change(client: FlaskClient, path: str, what: str, if_match: str | None) -> TestResponse:
    """Set tags or a schedule, or delete the schedule."""
    headers = {} if if_match is None else {"If-Match": if_match}
    if what == "delete":
        return client.delete(f"{path}/schedule", headers=headers)
    body = {"tags": ["City"]} if what == "tags" else {"every": "P1D"}
    return client.put(f"{path}/{what}", json=body, headers=headers)


@pytest.mark.parametrize("what", ["tags", "schedule", "delete"])
def test_a_change_is_refused_when_the_version_is_another(
    client: FlaskClient, path: str, what: str
) -> None:
    if what == "delete":
        client.put(f"{path}/schedule", json={"every": "PT1H"})
    before, seen = client.get(path).json, version_of(client, path)
    for wrong in ('"0"', f"W/{seen}", '"x"', "", '"1", "0"' if seen != '"1"' else '"7"'):
        answer = change(client, path, what, wrong)
        assert (answer.status_code, answer.json["type"]) == (412, "/problems/precondition-failed")
    assert client.get(path).json == before
    assert change(client, path, what, f'"0", {seen}').status_code in (200, 204)
    assert version_of(client, path) != seen


@pytest.mark.parametrize("what", ["tags", "schedule", "delete"])
def test_a_change_without_a_version_or_with_any_is_made(
    client: FlaskClient, path: str, what: str
) -> None:
    for if_match in (None, "*"):
        assert change(client, path, what, if_match).status_code in (200, 204)


@pytest.mark.parametrize("what", ["tags", "schedule"])
def test_a_change_that_is_made_already_is_no_conflict(
    client: FlaskClient, path: str, what: str
) -> None:
    """So a request that is repeated without its answer gets the answer."""
    seen = version_of(client, path)
    assert [change(client, path, what, seen).status_code for _ in range(2)] == [200, 200]


def test_of_many_callers_with_the_same_version_only_one_changes_the_record(
    app: APIFlask, path: str
) -> None:
    seen = version_of(app.test_client(), path)

    def tag(number: int) -> int:
        body = {"tags": [f"Desk {number}"]}
        headers = {"If-Match": seen}
        return app.test_client().put(f"{path}/tags", json=body, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(tag, range(8)))
    assert sorted(statuses) == [200] + [412] * 7


def test_a_missing_record_is_not_found_before_any_condition_is_checked(client: FlaskClient) -> None:
    for path in ("/v1/claims/c_none", "/v1/articles/a_none"):
        for what in ("tags", "schedule", "delete"):
            assert change(client, path, what, '"1"').status_code == 404


def test_a_schedule_of_a_corrected_claim_is_a_conflict(client: FlaskClient) -> None:
    path = str(client.post("/v1/claims", json={"text": TEXT}).headers["Location"])
    client.post(f"{path}/correct", json={"text": "Twelve people died."})
    answer = change(client, path, "schedule", version_of(client, path))
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/corrected")


def test_a_condition_that_is_not_looked_at_is_refused(client: FlaskClient, path: str) -> None:
    elsewhere = (("POST", f"{path}/recheck"), ("POST", f"{path}/cancel"), ("DELETE", path))
    for method, address in elsewhere:
        answer = client.open(address, method=method, headers={"If-Match": '"1"'})
        assert answer.status_code == 422
        assert answer.json["errors"][0]["parameter"] == "If-Match"
    assert client.get(path, headers={"If-Match": '"0"'}).status_code == 200
