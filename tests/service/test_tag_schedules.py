"""Schedules of tags over HTTP and in the client."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.service.events import ask, types

TEXT = "Eleven people died on Monday."
PATH = "/v1/tags/City/schedule"
ATOM = "{http://www.w3.org/2005/Atom}"


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


def test_change_of_the_schedule_is_one_event_of_the_tag(client: FlaskClient) -> None:
    for _ in range(3):
        submit(client, "City")
    first = client.put(PATH, json={"every": "P1D"}).json
    second = client.put(PATH, json={"every": "P7D", "paused": True}).json
    client.delete(PATH)
    found = ask(client)["items"]
    assert [item["type"] for item in found] == ["tag.scheduled"] * 3
    assert [(item["claim_id"], item["article_id"]) for item in found] == [(None, None)] * 3
    assert [item["data"]["tag_schedule"] for item in found] == [
        {"tag": "City", "before": None, "after": first, "claims": 3},
        {"tag": "City", "before": first, "after": second, "claims": 3},
        {"tag": "City", "before": second, "after": None, "claims": 3},
    ]
    data = found[1]["data"]
    assert (data["heading"], data["by"], data["schedule"]) == ("City", "local", None)
    assert data["text"] == (
        "Its schedule (every week) pauses: nothing is checked before it goes on. "
        "Before: every day. 3 claims have the tag. Changed by local."
    )


def test_event_of_a_tag_is_found_by_its_type_and_tag_alone(client: FlaskClient) -> None:
    claim = submit(client, "City").rpartition("/")[2]
    client.put(PATH, json={"every": "P1D"})
    for query in ({"type": "tag.scheduled"}, {"tag": "CITY"}, {"tag": ["Sport", "city"]}):
        assert types(ask(client, **query)) == ["tag.scheduled"]
    for other in ({"tag": "Sport"}, {"claim": claim}, {"article": "a_1"}, {"label": "REFUTED"}):
        assert types(ask(client, **other)) == []


def test_feed_names_the_tag_and_leads_to_its_claims(client: FlaskClient) -> None:
    client.put("/v1/tags/A%20%26%20%3Cb%3E/schedule", json={"every": "P1D"})
    feed = ElementTree.fromstring(client.get("/v1/changes.atom").data)  # noqa: S314 - our own
    title, page = feed.find(f"{ATOM}entry/{ATOM}title"), feed.find(f"{ATOM}entry/{ATOM}link")
    assert title is not None and page is not None
    assert title.text == "Schedule of the tag changed: A & <b>"
    assert page.get("href") == "http://localhost/claims?tag=A%20%26%20%3Cb%3E"
    assert client.get(page.get("href", "")).status_code == 200
