"""Webhooks over HTTP, by the client and on the command line, and the line on the dashboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from standardwebhooks import Webhook as Signer

from claims.access import Action
from claims.errors import Gone, InvalidInput, NotFound, WebhookDisabled
from claims.report.events import write_message
from claims.settings import Settings
from claims.store import RedisStore
from claims.types import EventType
from claims.webhooks import DeliveryStatus, WebhookStatus, sign
from claims.wiring import now
from service.cli import run
from service.client import Client, verify_webhook
from tests.contracts import deliveries as d
from tests.service.live import Live, run_service_and_store

URL = "https://cms.example.org/hooks"
BODY = {"url": URL, "events": ["verdict.created"]}
UNKNOWN = f"/v1/webhooks/w_{'0' * 32}"


def make(client: FlaskClient, **given: object) -> str:
    answer = client.post("/v1/webhooks", json=BODY | given)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


# --- the API ----------------------------------------------------------------------------------


def test_a_webhook_is_made_shown_changed_and_deleted(client: FlaskClient) -> None:
    filters = {"labels": ["REFUTED"], "tags": ["City", "Sport"], "article": "a_1"}
    answer = client.post("/v1/webhooks", json=BODY | filters)
    made = answer.json
    path = f"/v1/webhooks/{made['id']}"
    assert (answer.status_code, answer.headers["Location"]) == (201, path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert made.pop("secret").startswith("whsec_")
    assert made == {"id": made["id"], **BODY, **filters, "status": "active"}
    shown = client.get(path).json
    assert shown == {**made, **{name: shown[name] for name in shown if name not in made}}
    assert (shown["created_by"], shown["failing_since"]) == ("local", None)
    assert client.get("/v1/webhooks").json == {"items": [shown], "next": None}
    change = {"events": ["claim.failed"], "tags": None, "labels": None, "status": "disabled"}
    changed = client.patch(path, json=change).json
    assert (changed["url"], changed["events"]) == (URL, ["claim.failed"])
    assert (changed["tags"], changed["labels"], changed["article"]) == ([], [], "a_1")
    assert (changed["status"], changed["disabled_why"]) == (
        "disabled",
        "it was switched off by hand",
    )
    assert client.patch(path, json={}).json == changed
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 204
    for method, place in (("GET", ""), ("PATCH", ""), ("POST", "/ping"), ("POST", "/rotate")):
        answer = client.open(path + place, method=method, json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json["type"]) == (410, "/problems/gone")
    assert client.get("/v1/webhooks").json["items"] == []


def test_the_secret_is_shown_when_it_is_made_and_never_again(
    client: FlaskClient, store: RedisStore
) -> None:
    made = client.post("/v1/webhooks", json=BODY).json
    path = f"/v1/webhooks/{made['id']}"
    rotated = client.post(f"{path}/rotate")
    assert rotated.headers["Cache-Control"] == "no-store"
    assert rotated.json["secret"] != made["secret"]
    client.post(f"{path}/ping")
    seen = [client.get(place).text for place in (path, "/v1/webhooks", f"{path}/deliveries")]
    seen += [client.get(place).text for place in ("/v1/audit", "/v1/changes", "/", "/v1/keys")]
    assert "whsec_" not in "".join(seen)
    assert client.get(path).json["previous_until"] is not None


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({}, "/url", "required"),
        ({"url": URL}, "/events", "required"),
        (BODY | {"events": []}, "/events", "too few"),
        (BODY | {"events": ["verdict.eaten"]}, "/events/0", "this must be"),
        (BODY | {"events": ["verdict.created"] * 20}, "/events", "too many"),
        (BODY | {"labels": ["MAYBE"]}, "/labels/0", "this must be"),
        (BODY | {"tags": ["City", ""]}, "/tags/1", "empty"),
        (BODY | {"article": "c_1"}, "/article", "the id of an article"),
        (BODY | {"secret": "mine"}, "/secret", "no such field"),
        (BODY | {"url": "ftp://a.example/"}, "/url", ""),
        (BODY | {"url": "https://user:pw@a.example/"}, "/url", ""),
        (BODY | {"url": f"https://a.example/{'x' * 3000}"}, "/url", ""),
        *(
            (BODY | {"url": url}, "/url", "unless ASSAY_WEBHOOK_ALLOW names host and port")
            for url in (
                "http://127.0.0.1:9000/",
                "http://localhost/",
                "http://10.0.0.1/",
                "http://[::1]/",
                "http://169.254.169.254/latest",
                "http://2130706433/",
                "https://a.example:6379/",
                "http://intranet/",
            )
        ),
    ],
)
def test_a_wrong_body_is_refused_with_its_place(
    client: FlaskClient, body: dict[str, object], pointer: str, words: str
) -> None:
    answer = client.post("/v1/webhooks", json=body)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request")
    errors = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert words in errors[pointer]
    path = f"/v1/webhooks/{make(client)}"
    if pointer.strip("/").split("/")[0] in body:
        assert client.patch(path, json=body).status_code == 422
    assert client.get(path).json["url"] == URL


def test_permission_opens_single_private_addresses(make_app: Callable[..., APIFlask]) -> None:
    client = make_app(Settings(webhook_allow="127.0.0.1:9000", allowed_hosts="")).test_client()
    make(client, url="http://127.0.0.1:9000/hook")
    other = client.post("/v1/webhooks", json=BODY | {"url": "http://127.0.0.1:9001/hook"})
    assert other.status_code == 422
    # Permission to fetch sources is none to call receivers.
    client = make_app(Settings(fetch_allow="127.0.0.1:9000", allowed_hosts="")).test_client()
    answer = client.post("/v1/webhooks", json=BODY | {"url": "http://127.0.0.1:9000/hook"})
    assert answer.status_code == 422


def test_a_ping_and_a_redelivery_are_accepted_and_listed(
    client: FlaskClient, store: RedisStore
) -> None:
    hook = make(client)
    path = f"/v1/webhooks/{hook}"
    assert client.get(f"{path}/deliveries").json == {"items": [], "next": None}
    pinged = client.post(f"{path}/ping")
    assert pinged.status_code == 202
    event = pinged.json["event_id"]
    assert pinged.json == {
        "id": hook,
        "event_id": event,
        "links": {"deliveries": f"{path}/deliveries"},
    }
    [item] = client.get(f"{path}/deliveries").json["items"]
    assert (item["event_id"], item["status"], item["attempts"]) == (event, "waiting", 0)
    assert d.deliver_all(store) == [(hook, "webhook.ping")]
    [item] = client.get(f"{path}/deliveries").json["items"]
    assert (item["status"], item["status_code"]) == ("delivered", 204)
    assert item["message_id"] == f"{hook}_{event}"
    assert client.post(f"{path}/deliveries/{event}/redeliver").status_code == 202
    assert d.deliver_all(store) == [(hook, "webhook.ping")]
    [changes] = client.get("/v1/changes").json["items"]
    assert (changes["type"], changes["data"]["webhook_id"]) == ("webhook.ping", hook)
    assert changes["data"]["text"] == "A test, sent on request."
    assert "Webhook tested: cms.example.org" in client.get("/v1/changes.atom").text


def test_a_webhook_that_is_switched_off_gets_neither_pings_nor_events(client: FlaskClient) -> None:
    path = f"/v1/webhooks/{make(client)}"
    event = client.post(f"{path}/ping").json["event_id"]
    client.patch(path, json={"status": "disabled"})
    for place in ("ping", f"deliveries/{event}/redeliver"):
        answer = client.post(f"{path}/{place}")
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/webhook-disabled")
        assert "switched off" in answer.json["detail"]
    assert client.get(f"{path}/deliveries").json["items"][0]["status"] == "failed"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", UNKNOWN),
        ("PATCH", UNKNOWN),
        ("DELETE", UNKNOWN),
        ("POST", f"{UNKNOWN}/ping"),
        ("POST", f"{UNKNOWN}/rotate"),
        ("GET", f"{UNKNOWN}/deliveries"),
        ("POST", f"{UNKNOWN}/deliveries/1-0/redeliver"),
        ("GET", "/v1/webhooks/w_1"),
        ("POST", f"{UNKNOWN}/deliveries/abc/redeliver"),
    ],
)
def test_a_missing_webhook_or_event_is_404(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method, json={} if method == "PATCH" else None)
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")


def test_an_event_that_is_not_kept_is_404(client: FlaskClient) -> None:
    path = f"/v1/webhooks/{make(client)}"
    assert client.post(f"{path}/deliveries/1-0/redeliver").status_code == 404


def test_changes_are_recorded_with_their_actor(client: FlaskClient, store: RedisStore) -> None:
    path = f"/v1/webhooks/{make(client)}"
    client.patch(path, json={"tags": ["City"]})
    client.patch(path, json={"tags": ["City"]})
    client.post(f"{path}/rotate")
    client.post(f"{path}/ping")
    client.delete(path)
    entries = client.get("/v1/audit").json["items"]
    assert [entry["action"] for entry in entries] == [
        *("webhook.deleted", "webhook.pinged", "webhook.rotated", "webhook.changed"),
        "webhook.created",
    ]
    assert {entry["object"] for entry in entries} == {path.rpartition("/")[2]}


def test_the_dashboard_names_the_webhook_that_was_switched_off(
    client: FlaskClient, store: RedisStore
) -> None:
    hook = make(client, url="https://cms.example.org/secret-path")
    assert "switched off" not in client.get("/").text
    store.webhooks.ping(hook)
    assert store.webhooks.end(d.take(store), d.ENDED)
    page = client.get("/").text
    assert "webhook to <bdi>cms.example.org</bdi></a> is switched off since" in page
    assert "answered 410" in page
    assert "secret-path" not in page


# --- client and command line ------------------------------------------------------------------


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("webhooks")) as live:
        yield live


def test_the_client_makes_tests_and_deletes_a_webhook(live: Live) -> None:
    client = Client(live.url)
    made = client.create_webhook(URL, [EventType.CLAIM_DELETED], tags=["City", "Sport"])
    assert (made.tags, made.events) == (("City", "Sport"), (EventType.CLAIM_DELETED,))
    assert client.get_webhook(made.id) in client.list_webhooks()
    changed = client.change_webhook(made.id, {"tags": None, "status": "disabled"})
    assert (changed.tags, changed.status) == ((), WebhookStatus.DISABLED)
    with pytest.raises(WebhookDisabled):
        client.ping_webhook(made.id)
    client.change_webhook(made.id, {"status": "active"})
    event_id = client.ping_webhook(made.id)
    [delivery] = client.list_deliveries(made.id)
    assert (delivery.event_id, delivery.status) == (event_id, DeliveryStatus.WAITING)
    assert d.deliver_all(live.store) == [(made.id, "webhook.ping")]
    client.redeliver(made.id, event_id)
    assert d.deliver_all(live.store) == [(made.id, "webhook.ping")]
    assert client.rotate_webhook(made.id).secret != made.secret
    with pytest.raises(NotFound):
        client.redeliver(made.id, "1-0")
    client.delete_webhook(made.id)
    client.delete_webhook(made.id)
    with pytest.raises(Gone):
        client.get_webhook(made.id)


def test_a_receiver_verifies_a_message_with_one_call(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    lease = d.take(store)
    body = write_message(lease.event)
    headers = sign(lease, body, at=now())
    event = verify_webhook(body.encode(), headers, d.SECRET)
    assert (event.id, event.type) == (lease.event.id, "verdict.created")
    assert event.data.text
    capitals = {name.title(): value for name, value in headers.items()}
    assert verify_webhook(body.encode(), capitals, d.SECRET) == event
    wrong = (
        (body.encode() + b" ", headers, d.SECRET),
        (body.encode(), {}, d.SECRET),
        (body.encode(), headers, "whsec_AAAA"),
        (body.encode(), headers, ""),
        (b"\xff", headers, d.SECRET),
        (b"[]", signed("[]"), d.SECRET),
    )
    for arguments in wrong:
        with pytest.raises(InvalidInput, match="this"):
            verify_webhook(*arguments)


def signed(body: str) -> dict[str, str]:
    at = now()
    return {
        "webhook-id": "m",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(d.SECRET).sign("m", at, body),
    }


Capture = pytest.CaptureFixture[str]


def test_the_command_does_all_of_it(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSAY_URL", live.url)
    monkeypatch.setattr("service.cli.webhook_commands.PING_S", 0.5)
    assert run(["webhooks", "list"]) == 0
    assert capsys.readouterr().out == "there is no webhook\n"
    assert (
        run(["webhooks", "create", URL, "--label", "REFUTED", "--tag", "City", "--tag", "Sport"])
        == 0
    )
    said = capsys.readouterr()
    assert "not shown again" in said.err
    hook, secret = said.out.removesuffix("\n").split(" ")
    [stored] = live.store.webhooks.list_webhooks()
    assert secret.startswith("whsec_")
    assert (stored.id, stored.tags, len(stored.events)) == (hook, ("City", "Sport"), 2)
    assert run(["webhooks", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == hook
    assert run(["webhooks", "show", hook]) == 0
    assert "labels: REFUTED" in capsys.readouterr().out
    assert run(["webhooks", "deliveries", hook]) == 0
    assert capsys.readouterr().out == "nothing was delivered yet\n"
    assert run(["webhooks", "ping", hook]) == 1
    assert "does a worker run that delivers?" in capsys.readouterr().err
    d.deliver_all(live.store)
    assert run(["webhooks", "deliveries", hook]) == 0
    line = capsys.readouterr().out
    assert "webhook.ping delivered, attempt 1 in 12 ms" in line
    event = line.split()[0]
    assert run(["webhooks", "redeliver", hook, event, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": hook, "event_id": event}
    d.deliver_all(live.store)
    assert run(["webhooks", "rotate", hook]) == 0
    again, new_secret = capsys.readouterr().out.splitlines()[-1].split()
    assert again == hook and new_secret != secret
    assert run(["webhooks", "rotate", hook, "--json"]) == 0
    assert '"secret": "whsec_' in capsys.readouterr().out
    live.store.webhooks.change(hook, {}, status=WebhookStatus.DISABLED)
    assert run(["webhooks", "ping", hook]) == 2
    assert "switched off" in capsys.readouterr().err
    assert run(["webhooks", "enable", hook, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "active"
    assert live.store.webhooks.get(hook).status is WebhookStatus.ACTIVE
    assert run(["webhooks", "delete", hook, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": hook, "deleted": True}
    assert run(["webhooks", "show", hook]) == 2
    actions = [entry.action for entry in live.store.audit.read(limit=9).items]
    assert Action.WEBHOOK_ROTATED in actions
