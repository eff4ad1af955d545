"""Signs records with Ed25519 (RFC 8032) in DSSE envelopes, and verifies them.

DSSE (Dead Simple Signing Envelope, v1) signs the bytes of the record together with their type, so
that nothing has to be written in a canonical form again:
https://github.com/secure-systems-lab/dsse
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from claims.errors import InvalidInput
from claims.shapes import from_text, to_text
from claims.signed_records.contents import EvidenceRecord

PAYLOAD_TYPE = "application/vnd.assay.evidence-record.v1+json"
RECORD_BYTES_MAX = 20_000_000
"""Maximum bytes of a file that is read as a record; a long verdict has some 100,000."""


def make_private_key() -> str:
    """A new private key: the 32 bytes of its seed in hexadecimal."""
    return Ed25519PrivateKey.generate().private_bytes_raw().hex()


def find_public_key(private_key: str) -> str:
    """The public key of a private one: 32 bytes in hexadecimal."""
    public = _read_private(private_key).public_key()
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def name_key(public_key: str) -> str:
    """The id of a public key: the sha256 of its 32 bytes in hexadecimal."""
    return sha256(bytes.fromhex(public_key)).hexdigest()


def sign_record(record: EvidenceRecord, private_key: str) -> dict[str, Any]:
    """The envelope of the record, signed by the key whose public part the record names."""
    payload = to_text(record).encode()
    signature = _read_private(private_key).sign(_encode(PAYLOAD_TYPE, payload))
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": b64encode(payload).decode(),
        "signatures": [
            {"keyid": name_key(record.public_key), "sig": b64encode(signature).decode()}
        ],
    }


def verify_record(envelope: str | bytes, *, public_key: str | None = None) -> EvidenceRecord:
    """The record in an envelope whose signature is right.

    With `public_key` (hexadecimal) it must be signed by that key; without, by the one that it
    names, which shows that it was not changed, but not who has issued it. Raises InvalidInput.
    """
    payload, signatures = _open(envelope)
    try:
        named = str(json.loads(payload)["public_key"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InvalidInput("the record names no public key") from None
    if public_key is not None and public_key.strip().lower() != named.lower():
        raise InvalidInput(f"the record is signed by another key: {named[:64]}")
    if not _is_signed(payload, signatures, named):
        raise InvalidInput("the signature is wrong: the record was changed after it was signed")
    try:
        return from_text(EvidenceRecord, payload)
    except ValueError:
        raise InvalidInput(
            "the signature is right, but another release has written the record: this one cannot "
            "read it"
        ) from None


def _open(envelope: str | bytes) -> tuple[bytes, list[bytes]]:
    """The payload and the signatures. Raises InvalidInput for anything but an envelope."""
    try:
        parts = json.loads(envelope)
        if parts["payloadType"] != PAYLOAD_TYPE:
            raise InvalidInput("this is a signed file of another type, not an evidence record")
        signatures = [_decode(one["sig"]) for one in parts["signatures"]]
        if not signatures:
            raise InvalidInput("the record has no signature")
        return _decode(parts["payload"]), signatures
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InvalidInput("this is not a signed evidence record of Assay") from None


def _is_signed(payload: bytes, signatures: list[bytes], public_key: str) -> bool:
    """Whether one of the signatures is that of the key."""
    signed = _encode(PAYLOAD_TYPE, payload)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError:
        raise InvalidInput("the public key is not one of Ed25519: 64 hexadecimal digits") from None
    for signature in signatures:
        try:
            key.verify(signature, signed)
        except InvalidSignature:
            continue
        return True
    return False


def _encode(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _decode(text: Any) -> bytes:
    return b64decode(text, validate=True)


def _read_private(private_key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
