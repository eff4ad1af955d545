"""Signed records of the service: one key for all its processes, kept with the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from claims.errors import NoVerdict
from claims.shapes import to_json
from claims.signed_records import make_private_key, verify_record
from claims.store.redis_store import RedisStore
from service.cli import run
from service.client import Client
from tests.service.live import Live
from tests.service.work import judge_claim


def test_record_is_signed_by_the_key_of_the_service(client: FlaskClient, store: RedisStore) -> None:
    path = str(client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"])
    refused = client.get(f"{path}/record")
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/no-verdict")
    verdict = judge_claim(store, path.rpartition("/")[2])
    key = client.get("/v1/signing-key").json
    record = verify_record(client.get(f"{path}/record").data, public_key=key["key"])
    assert (record.claim.text, record.verdict) == ("Eleven died.", verdict)
    assert (record.review.draft, record.sign_off) == ("DRAFT, not signed off", None)
    client.post(f"{path}/review", json={"decision": "accept", "by": "Anna"})
    record = verify_record(client.get(f"{path}/record").data, public_key=key["key"])
    assert record.review.draft is None
    assert record.sign_off is not None and record.sign_off.by == "Anna"


def test_first_key_is_kept_for_all(store: RedisStore) -> None:
    first, second = make_private_key(), make_private_key()
    assert store.signing_key.keep_first(first) == first
    assert store.signing_key.keep_first(second) == first


def test_client_and_commands_give_a_record_that_is_verified(
    live: Live,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = Client(live.url)
    claim = client.submit_claim({"text": "Eleven died."})
    with pytest.raises(NoVerdict):
        client.get_record(claim)
    judge_claim(live.store, claim)
    key = client.get_signing_key()
    assert verify_record(json.dumps(to_json(client.get_record(claim))), public_key=key.key)
    monkeypatch.setenv("ASSAY_URL", live.url)
    assert run(["signing-key"]) == 0
    assert capsys.readouterr().out == f"{key.key}\n"
    file = tmp_path / "record.json"
    assert run(["record", claim, "--output", str(file)]) == 0
    assert run(["verify-record", str(file), "--key", key.key]) == 0
    assert "Eleven died." in capsys.readouterr().out
