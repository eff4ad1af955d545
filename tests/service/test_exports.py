"""GET /v1/export: every format, for one article or a list, and what is not signed off in it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from claims.report import exports
from claims.store.redis_store import RedisStore
from claims.types import VerdictLabel
from service.client import Client
from service.operations import exporting
from tests.service.live import Live
from tests.service.work import extract_article, judge_claim

DRAFT = "DRAFT, not signed off"
BROKEN = "DRAFT, the sign-off does not hold any more"
FORMATS = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "md": "text/markdown",
    "html": "text/html",
}
TEXT = "Eleven people died in the harbour fire of 1987. What a fine place it is!"


def submit(client: FlaskClient, store: RedisStore, text: str = "Eleven died.") -> str:
    """Submit and judge a claim; returns its id."""
    body = {"text": text, "claimant": "The mayor", "claimed_at": "2026-01-04"}
    claim_id = client.post("/v1/claims", json=body).json["id"]
    judge_claim(store, claim_id)
    return str(claim_id)


def sign(client: FlaskClient, claim_id: str) -> None:
    body = {"decision": "accept", "by": "Anna"}
    assert client.post(f"/v1/claims/{claim_id}/review", json=body).status_code == 201


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_draft_until_a_person_signs(
    client: FlaskClient, store: RedisStore, name: str
) -> None:
    claim_id = submit(client, store)
    answer = client.get(f"/v1/export?format={name}")
    assert (answer.status_code, answer.mimetype) == (200, FORMATS[name])
    assert answer.headers["Content-Disposition"] == f'attachment; filename="claims.{name}"'
    assert DRAFT in answer.text
    sign(client, claim_id)
    signed = client.get(f"/v1/export?format={name}").text
    assert DRAFT not in signed and "Eleven died." in signed


@pytest.mark.parametrize("name", FORMATS)
def test_sign_off_that_does_not_hold_is_a_draft_again(
    client: FlaskClient, store: RedisStore, name: str
) -> None:
    claim_id = submit(client, store)
    sign(client, claim_id)
    check = client.post(f"/v1/claims/{claim_id}/recheck").json["check"]
    judge_claim(store, claim_id, check=check, label=VerdictLabel.REFUTED)
    assert BROKEN in client.get(f"/v1/export?format={name}").text


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_claimant_quotations_addresses_and_hashes(
    client: FlaskClient, store: RedisStore, name: str
) -> None:
    claim_id = submit(client, store)
    (piece, *_) = client.get(f"/v1/claims/{claim_id}").json["verdict"]["evidence"]
    text = client.get(f"/v1/export?format={name}").text
    for part in ("The mayor", piece["quote"], piece["page"]["url"], piece["page"]["sha256"]):
        assert part in text, part


def test_draft_is_a_field_of_claims_in_json_and_of_rows(
    client: FlaskClient, store: RedisStore
) -> None:
    claim_id = submit(client, store)
    assert client.get(f"/v1/claims/{claim_id}").json["review"]["draft"] == DRAFT
    sign(client, claim_id)
    line = json.loads(client.get("/v1/export?format=jsonl").text)
    (row,) = csv.DictReader(io.StringIO(client.get("/v1/export").text))
    assert (line["review"]["draft"], row["draft"]) == (None, "")


def test_long_list_is_exported_in_parts_that_make_one_file(
    client: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [submit(client, store, f"{number} people died.") for number in range(20, 25)]
    monkeypatch.setattr(exporting, "READ_AT_ONCE", 2)
    whole = client.get("/v1/export?sort=oldest").text
    assert [row["id"] for row in csv.DictReader(io.StringIO(whole))] == ids
    path: str | None = "/v1/export?sort=oldest&limit=3"
    parts = []
    while path:
        answer = client.get(path)
        parts.append(answer.text)
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<")
    assert len(parts) == 2 and "".join(parts) == whole


def test_article_is_exported_with_its_text_as_html(client: FlaskClient, store: RedisStore) -> None:
    article_id = client.post("/v1/articles", json={"text": TEXT}).json["id"]
    extract_article(store, article_id, TEXT)
    submit(client, store, "Another claim.")
    answer = client.get(f"/v1/export?format=html&article={article_id}")
    assert f"{article_id}.html" in answer.headers["Content-Disposition"]
    assert "What a fine place it is!" in answer.text and "Another claim." not in answer.text
    missing = client.get("/v1/export?format=html&article=a_unknown")
    assert missing.json["type"] == "/problems/not-found"


def test_report_of_claims_of_articles_is_a_list_without_their_text(
    client: FlaskClient, store: RedisStore
) -> None:
    article_id = client.post("/v1/articles", json={"text": TEXT}).json["id"]
    extract_article(store, article_id, TEXT)
    text = client.get("/v1/export?format=html").text
    assert "What a fine place" not in text and 'id="claim-1"' in text


@pytest.mark.parametrize("query", ["format=pdf", "limit=1001", "limit=0", "label=TRUE"])
def test_wrong_parameter_of_an_export_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/v1/export?{query}").status_code == 422


def test_cursor_of_another_list_is_refused(client: FlaskClient) -> None:
    answer = client.get("/v1/export?cursor=x")
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-cursor")


def test_client_reads_all_parts_of_an_export(live: Live) -> None:
    client = Client(live.url)
    for number in range(3):
        client.submit_claim({"text": f"{number + 20} people died."})
    parts = list(client.download_claims("csv", sort="oldest", limit=2))
    rows = list(csv.DictReader(io.StringIO(b"".join(parts).decode())))
    assert [row["claim"][:2] for row in rows] == ["20", "21", "22"]
    assert len(parts) == 2 and set(map(str, exports.ExportFormat)) == FORMATS.keys()
