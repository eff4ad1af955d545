"""One stored record that this release cannot read: API and dashboard name it, all else works."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.errors import Unreadable
from claims.store import keys
from claims.store.redis_store import RedisStore
from claims.types import VerdictLabel
from service.client import Client
from tests.service.events import ask, ids, recheck, submit
from tests.service.live import run_service_and_store
from tests.service.work import extract_article, judge_claim


@pytest.fixture
def damaged(client: FlaskClient, store: RedisStore) -> str:
    """A claim as a release before options stored it, and an event with a label of a later one."""
    claim, other = submit(client, "Eleven died."), submit(client, "Twelve died.")
    judge_claim(store, claim)
    words = ("type", "verdict.created", "claim", claim, "heading", "h", "label", "MOSTLY_TRUE")
    store.connection.command("XADD", keys.EVENTS, "*", *words)
    judge_claim(store, other)
    recheck(client, store, other, VerdictLabel.REFUTED)
    store.connection.command("HDEL", keys.CLAIM + claim, "options")
    return claim


def test_the_claim_alone_is_answered_by_a_problem_and_can_be_deleted(
    client: FlaskClient, damaged: str
) -> None:
    answer = client.get(f"/v1/claims/{damaged}")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/unreadable")
    assert answer.json["detail"].startswith(f"The claim {damaged} is stored in a form")
    page = client.get(f"/claims/{damaged}")
    assert page.status_code == 409
    assert damaged in page.text
    assert client.delete(f"/v1/claims/{damaged}").status_code == 204
    assert client.get(f"/v1/claims/{damaged}").status_code == 410


def test_a_claim_that_cites_a_page_that_cannot_be_read_is_shown(
    client: FlaskClient, store: RedisStore
) -> None:
    claim = submit(client, "Eleven died.")
    (cited, *_) = judge_claim(store, claim).evidence
    store.connection.command("SET", keys.PAGE + cited.page.sha256, "{}")
    for path in (f"/claims/{claim}", f"/claims/{claim}/checks/1"):
        page = client.get(path)
        assert page.status_code == 200
        assert cited.quote in page.text


def test_an_article_names_its_claim_that_cannot_be_read(
    client: FlaskClient, store: RedisStore
) -> None:
    article = client.post("/v1/articles", json={"text": "Eleven died. Twelve died."}).json["id"]
    extract_article(store, article, "Eleven died. Twelve died.")
    claim = client.get(f"/v1/articles/{article}").json["claims"][0]["id"]
    assert (
        BeautifulSoup(client.get(f"/articles/{article}").text, "lxml").find(id="unreadable") is None
    )
    store.connection.command("HDEL", keys.CLAIM + claim, "options")
    record = client.get(f"/v1/articles/{article}").json
    assert record["unreadable"] == [claim]
    assert claim not in [one["id"] for one in record["claims"]]
    notice = BeautifulSoup(client.get(f"/articles/{article}").text, "lxml").find(id="unreadable")
    assert notice is not None
    assert "cannot read 1 claim of this article" in notice.get_text()
    assert [link["href"] for link in notice.select("a")] == [f"/claims/{claim}"]


def test_the_others_are_listed(client: FlaskClient, damaged: str) -> None:
    assert len(client.get("/v1/claims").json["items"]) == 2  # a row needs no options
    first, second, third = ids(ask(client))
    assert ids(ask(client, since=first, limit=1)) == []
    assert ids(ask(client, since=ask(client, since=first, limit=1)["next"])) == [second, third]
    assert client.get("/v1/changes.atom").data.count(b"<entry>") == 3


def test_the_first_page_and_the_metrics_say_so(client: FlaskClient, damaged: str) -> None:
    ask(client)
    client.get(f"/v1/claims/{damaged}")
    notice = BeautifulSoup(client.get("/").text, "html.parser").find(id="unreadable")
    assert notice is not None
    words = " ".join(notice.get_text().split())
    assert words.startswith("This release cannot read 2 stored records, which are left out: ")
    assert f"claim {damaged}" in words
    metrics = client.get("/metrics").text
    assert 'assay_unreadable_records_total{kind="event"} 1.0' in metrics
    assert 'assay_unreadable_records_total{kind="claim"} 1.0' in metrics
    assert 'assay_unreadable_records_total{kind="audit entry"} 0.0' in metrics


def test_a_reader_of_the_client_reads_past_an_unreadable_event(tmp_path: Path) -> None:
    with run_service_and_store(tmp_path) as live:
        client = Client(live.url)
        claim = client.submit_claim({"text": "Eleven died."})
        for label in ("MOSTLY_TRUE", "SUPPORTED"):
            words = ("type", "verdict.created", "claim", claim, "heading", "h", "label", label)
            live.store.connection.command("XADD", keys.EVENTS, "*", *words)
        (event,) = client.changes(follow=False)
        assert event.data.label is VerdictLabel.SUPPORTED
        assert "unreadable_record: event" in live.log.read_text("utf-8")
        live.store.connection.command("HDEL", keys.CLAIM + claim, "options")
        with pytest.raises(Unreadable, match="cannot read"):
            client.get_claim(claim)
