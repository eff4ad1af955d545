"""Schedules of tags over HTTP and in the client."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

TEXT = "Eleven people died on Monday."
PATH = "/v1/tags/City/schedule"


def submit(client: FlaskClient, *tags: str) -> str:
    answer = client.post("/v1/claims", json={"text": TEXT, "tags": list(tags)})
    return f"/v1/claims/{answer.json['id']}"


def test_schedule_of_a_tag_is_set_listed_and_deleted(client: FlaskClient) -> None:
    before, times = submit(client, "City"), {"at": "09:00", "zone": "Europe/Berlin"}
    found = client.put(PATH, json={"every": "P1D", **times})
    assert found.status_code == 200
    assert found.json == {
        "tag": "City",
        "every": "P1D",
        "until": None,
        "adaptive": None,
        "quiet": None,
        "paused": False,
        **times,
    }
    assert client.get("/v1/tags/city/schedule").json == found.json
    assert client.get("/v1/tags/schedules").json == {"items": [found.json], "next": None}
    for path in (before, submit(client, "CITY")):
        schedule = client.get(path).json["schedule"]
        assert (schedule["tag"], schedule["every"], schedule["at"]) == ("City", "P1D", "09:00")
    assert client.delete(PATH).status_code == 204
    assert client.get(before).json["schedule"] is None


@pytest.mark.parametrize("tag", ["Ä/ö", "a/schedule", "schedules", "50 %"])
def test_a_tag_with_any_sign_has_a_schedule(client: FlaskClient, tag: str) -> None:
    path, claim = f"/v1/tags/{quote(tag, safe='')}/schedule", submit(client, tag)
    assert client.put(path, json={"every": "P1D"}).json["tag"] == tag
    assert client.get(path).json["tag"] == client.get(claim).json["schedule"]["tag"] == tag
    assert client.delete(path).status_code == 204
    assert client.get(claim).json["schedule"] is None


def test_schedule_of_its_own_comes_before_that_of_the_tag(client: FlaskClient) -> None:
    path = submit(client, "City")
    client.put(f"{path}/schedule", json={"every": "P3D"})
    client.put(PATH, json={"adaptive": {}})
    assert client.get(path).json["schedule"]["tag"] is None
    assert client.delete(f"{path}/schedule").status_code == 204
    assert client.get(path).json["schedule"]["tag"] == "City"


def test_tag_without_a_schedule_is_not_found(client: FlaskClient) -> None:
    for answer in (client.get(PATH), client.delete(PATH)):
        assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
        assert "City" in answer.json["detail"]


@pytest.mark.parametrize(
    ("tag", "body"),
    [
        ("City", {}),
        ("City", {"every": "P1D", "until": "2001-01-01T00:00:00Z"}),
        ("City", {"every": "PT1H", "at": "09:00"}),
        ("%20", {"every": "P1D"}),
        ("x" * 51, {"every": "P1D"}),
        ("a%0Ab", {"every": "P1D"}),
    ],
)
def test_wrong_schedule_or_tag_is_refused(
    client: FlaskClient, tag: str, body: dict[str, object]
) -> None:
    answer = client.put(f"/v1/tags/{tag}/schedule", json=body)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request")
    assert client.get("/v1/tags/schedules").json["items"] == []
