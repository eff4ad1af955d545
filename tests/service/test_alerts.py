"""Alerts over HTTP, on the page and the command line: added, tested, deleted, refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.access import Scope
from claims.settings import Settings
from claims.store import RedisStore, keys
from service.access.issuing import create_key
from service.app import create_app
from service.cli import run
from tests.contracts import deliveries as d
from tests.service.live import run_service_and_store

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
        (MAIL | {"when": "12:00 Mars/Base"}, "/when", "time zone database"),
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


# --- the pages ---------------------------------------------------------------------------------


def unsubscribe_path(client: FlaskClient, store: RedisStore) -> tuple[str, str]:
    """The address in the mails of a new alert, and its id."""
    alert = client.post("/v1/alerts", json=MAIL).json["id"]
    token = store.connection.command("HGET", f"{keys.WEBHOOK}{alert}", "secret")
    return f"/unsubscribe/{alert}/{token}", alert


def test_one_click_unsubscribes_without_a_key(client: FlaskClient, store: RedisStore) -> None:
    path, alert = unsubscribe_path(client, store)
    create_key(store, name="desk", scopes=Scope, expires_at=None)
    assert client.get(f"/v1/alerts/{alert}").status_code == 401
    page = client.get(path)
    assert page.status_code == 200 and f'action="{path}"' in page.text
    assert store.alerts.get(alert).disabled_at is None
    for _ in range(2):
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "Unsubscribed" in answer.text
    assert store.alerts.get(alert).disabled_why == "its recipient unsubscribed"
    [entry] = [e for e in store.audit.read(limit=9).items if e.action == "alert.unsubscribed"]
    assert (entry.actor, entry.object) == ("recipient", alert)


def test_a_wrong_link_changes_nothing(client: FlaskClient, store: RedisStore) -> None:
    path, alert = unsubscribe_path(client, store)
    for wrong in (f"{path}x", f"/unsubscribe/{alert}/x", f"/unsubscribe/n_{0:032x}/x"):
        answer = client.post(wrong)
        assert answer.status_code == 404 and "No alert belongs to this link" in answer.text
    answer = client.post(path, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert store.alerts.get(alert).disabled_at is None


def test_the_page_adds_tests_and_deletes(client: FlaskClient, store: RedisStore) -> None:
    form = {"target": "desk@example.org", "when": "07:30 Europe/Berlin", "tags": "City, Sport"}
    answer = client.post("/alerts", data=form | {"events": ["verdict.changed"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts?done=alert-added")
    [alert] = store.alerts.list_alerts()
    assert (alert.kind, alert.tags, alert.when) == ("mail", ("City", "Sport"), form["when"])
    page = client.get("/alerts").text
    assert "desk@example.org" in page and "Digest at 07:30 Europe/Berlin" in page
    assert client.post(f"/alerts/{alert.id}/test").status_code == 303
    assert len(store.alerts.list_deliveries(alert.id)) == 1
    assert client.post(f"/alerts/{alert.id}/delete").status_code == 303
    assert store.alerts.list_alerts() == ()


def test_a_wrong_form_keeps_its_input_and_says_what_is_wrong(client: FlaskClient) -> None:
    answer = client.post("/alerts", data={"target": "desk", "when": "noon"})
    assert answer.status_code == 422
    assert "e-mail address such as" in answer.text and 'value="noon"' in answer.text
    answer = client.post("/alerts", data={"target": "http://127.0.0.1:1/"})
    assert answer.status_code == 422 and "ASSAY_WEBHOOK_ALLOW" in answer.text


def test_an_alert_that_is_switched_off_is_on_the_first_page(
    client: FlaskClient, store: RedisStore
) -> None:
    path, _ = unsubscribe_path(client, store)
    client.post(path)
    assert "its recipient unsubscribed" in client.get("/").text


# --- the command line --------------------------------------------------------------------------


def test_commands_add_list_show_test_and_delete(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = "https://assay.example.org"
    with run_service_and_store(tmp_path, ASSAY_PUBLIC_URL=site) as live:
        store = live.store

        def call(*words: str) -> tuple[int, str]:
            status = run(["alerts", *words, "--url", live.url])
            return status, capsys.readouterr().out

        status, out = call("add", "https://hooks.example.org/T0", "--digest", "07:30 UTC")
        alert = out.strip()
        assert (status, store.alerts.get(alert).when) == (0, "07:30 UTC")
        assert alert in call("list")[1]
        assert "kind: slack" in call("show", alert)[1]
        assert call("add", "desk@example.org")[0] == 2  # there is no mail server
        monkeypatch.setattr("service.cli.webhook_commands.PING_S", 0.2)
        assert call("test", alert)[0] == 1  # there is no worker
        assert call("delete", alert)[0] == 0
        assert call("list")[1] == "there is no alert\n"
