"""Signed evidence records: what they have, and that no change of one is accepted."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from claims.cli.verify_record import verify_record_file
from claims.errors import InvalidInput, NoVerdict
from claims.reviews import sign
from claims.signed_records import (
    EvidenceRecord,
    find_public_key,
    make_private_key,
    name_key,
    sign_record,
    verify_record,
    write_record,
)
from claims.types import VerdictLabel
from service.cli import run
from tests.claims.report import records

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
KEY = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
"""The private key of the first test of RFC 8032, 7.1, whose public key is PUBLIC."""
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def make_record(key: str = KEY) -> EvidenceRecord:
    claim = records.claim("Eleven died.", verdict=records.verdict("SUPPORTED"))
    signed = sign(claim, VerdictLabel.SUPPORTED, by="Anna", at=AT)
    public = find_public_key(key)
    return write_record(claim, signed, issuer="The Desk", release="1", public_key=public, at=AT)


@pytest.fixture
def envelope() -> dict[str, Any]:
    return sign_record(make_record(), KEY)


def test_record_is_read_back_with_pages_readers_and_sign_off(envelope: dict[str, Any]) -> None:
    found = verify_record(json.dumps(envelope), public_key=PUBLIC)
    assert found == make_record()
    page = found.verdict.evidence[0].page
    assert page.sha256 and page.url and page.fetched_at.tzinfo is not None
    assert found.verdict.judge.name and found.sign_off is not None
    assert found.review.draft == "DRAFT, not signed off"
    assert "does not show" in found.statement


def test_envelope_is_dsse_that_other_programs_verify(envelope: dict[str, Any]) -> None:
    assert find_public_key(KEY) == PUBLIC
    payload, kind = b64decode(envelope["payload"]), envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    (signature,) = envelope["signatures"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(PUBLIC))
    key.verify(b64decode(signature["sig"]), signed)
    assert signature["keyid"] == name_key(PUBLIC)


@pytest.mark.parametrize(
    ("old", "new"), [(b"Eleven", b"Twelve"), (b"SUPPORTED", b"REFUTED"), (b"The Desk", b"A Desk")]
)
def test_changed_record_is_refused(envelope: dict[str, Any], old: bytes, new: bytes) -> None:
    payload = b64decode(envelope["payload"])
    assert old in payload
    envelope["payload"] = b64encode(payload.replace(old, new)).decode()
    with pytest.raises(InvalidInput, match="the signature is wrong"):
        verify_record(json.dumps(envelope))


def test_record_of_another_key_is_refused_where_the_key_is_known() -> None:
    forged = json.dumps(sign_record(make_record(make_private_key()), make_private_key()))
    with pytest.raises(InvalidInput, match="the signature is wrong"):
        verify_record(forged)
    other = make_private_key()
    own = json.dumps(sign_record(make_record(other), other))
    assert verify_record(own).claim.text == "Eleven died."
    with pytest.raises(InvalidInput, match="another key"):
        verify_record(own, public_key=PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"payloadType": "x", "payload": "", "signatures": []}',
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        verify_record(text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"signatures": []}, "no signature"),
        ({"payload": "!"}, "not a signed evidence record"),
        ({"signatures": [{"sig": "AAAA"}]}, "the signature is wrong"),
    ],
)
def test_envelope_without_its_parts_is_refused(
    envelope: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        verify_record(json.dumps(envelope | change))


def test_claim_without_a_verdict_has_no_record() -> None:
    with pytest.raises(NoVerdict):
        write_record(
            records.claim("It rained."), None, issuer="", release="1", public_key=PUBLIC, at=AT
        )


def test_command_says_what_the_signature_shows(
    envelope: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(envelope), encoding="utf-8")
    assert run(["verify-record", str(file), "--key", PUBLIC]) == 0
    printed = capsys.readouterr().out
    for words in (
        "has not been changed",
        "this is the given key",
        "DRAFT, not signed off",
        "sha256",
    ):
        assert words in printed
    assert run(["verify-record", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["claim"]["text"] == "Eleven died."
    file.write_text(json.dumps(envelope).replace("payload", "Payload"), encoding="utf-8")
    assert run(["verify-record", str(file)]) == 2
    assert run(["verify-record", str(tmp_path)]) == 2
    assert verify_record_file.name == "verify-record"
