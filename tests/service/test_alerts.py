"""Alerts over HTTP: added, shown, tested and deleted, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.settings import Settings
from claims.store import RedisStore
from service.app import create_app
from tests.contracts import deliveries as d

MAIL = {"kind": "mail", "target": "desk@example.org"}
SLACK = {"kind": "slack", "target": "https://hooks.example.org/services/T0"}


@pytest.fixture
def client(store: RedisStore) -> Iterator[FlaskClient]:
    settings = Settings(
        smtp_url=SecretStr("smtp://127.0.0.1:2525"),
        mail_from="assay@example.org",
        public_url="https://assay.example.org",
    )
    with create_app(settings, store=store, notify=lambda queue=None: None).test_client() as client:
        yield client


def test_an_alert_is_added_shown_tested_and_deleted(client: FlaskClient) -> None:
    answer = client.post("/v1/alerts", json=MAIL)
    alert = answer.json
    path = f"/v1/alerts/{alert['id']}"
    assert (answer.status_code, answer.headers["Location"]) == (201, path)
    assert alert["events"] == ["verdict.changed", "page.vanished", "review.stale"]
    assert (alert["when"], alert["status"], alert["labels"]) == ("at once", "active", [])
    assert client.get(path).json == alert
    assert client.get("/v1/alerts").json == {"items": [alert], "next": None}
    assert client.get("/v1/webhooks").json["items"] == []
    asked = client.post(f"{path}/test")
    assert (asked.status_code, asked.json["links"]) == (202, {"deliveries": f"{path}/deliveries"})
    [delivery] = client.get(f"{path}/deliveries").json["items"]
    assert (delivery["event_id"], delivery["status"]) == (asked.json["event_id"], "waiting")
    for _ in range(2):
        assert client.delete(path).status_code == 204
    answer = client.get(path)
    assert (answer.status_code, answer.json["type"]) == (410, "/problems/gone")


def test_all_filters_of_webhooks_are_kept(client: FlaskClient) -> None:
    body = SLACK | {"labels": ["REFUTED"], "tags": ["City"], "article": "a_1"}
    body |= {"events": ["article.done"], "when": "07:30 Europe/Berlin"}
    alert = client.post("/v1/alerts", json=body).json
    assert {name: alert[name] for name in body} == body


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({}, "/kind", "required"),
        ({"kind": "mail"}, "/target", "required"),
        (MAIL | {"kind": "fax"}, "/kind", "this must be"),
        (MAIL | {"target": "desk"}, "/target", "e-mail address"),
        (MAIL | {"target": "desk@example.org\r\nBcc: all@example.org"}, "/target", ""),
        (MAIL | {"target": "https://a.example/"}, "/target", "e-mail address"),
        (MAIL | {"when": "noon"}, "/when", "07:30 Europe/Berlin"),
        (MAIL | {"when": "12:00 Mars/Base"}, "/when", "07:30 Europe/Berlin"),
        (MAIL | {"events": []}, "/events", "too few"),
        (MAIL | {"token": "mine"}, "/token", "no such field"),
        (SLACK | {"target": "desk@example.org"}, "/target", ""),
        (SLACK | {"target": "http://127.0.0.1:9000/"}, "/target", "ASSAY_WEBHOOK_ALLOW"),
        (SLACK | {"target": "http://169.254.169.254/"}, "/target", "ASSAY_WEBHOOK_ALLOW"),
        (SLACK | {"target": "https://a.example:6379/"}, "/target", "ASSAY_WEBHOOK_ALLOW"),
    ],
)
def test_a_wrong_body_is_refused_with_its_place(
    client: FlaskClient, body: dict[str, object], pointer: str, words: str
) -> None:
    answer = client.post("/v1/alerts", json=body)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request")
    found = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert words in found[pointer]


def test_without_the_settings_it_is_refused_by_their_names(store: RedisStore) -> None:
    client = create_app(Settings(), store=store, notify=lambda queue=None: None).test_client()
    answer = client.post("/v1/alerts", json=MAIL)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/kind"
    for name in ("ASSAY_SMTP_URL", "ASSAY_MAIL_FROM", "ASSAY_PUBLIC_URL"):
        assert name in answer.json["errors"][0]["detail"]


def test_webhooks_and_alerts_are_not_each_other(client: FlaskClient, store: RedisStore) -> None:
    d.make(store)
    alert = client.post("/v1/alerts", json=MAIL).json["id"]
    assert client.get(f"/v1/webhooks/{alert}").status_code == 404
    assert client.get(f"/v1/alerts/{d.webhook_id()}").status_code == 404
