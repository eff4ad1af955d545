"""Signed evidence records, with the key of this service."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from claims.signed_records import (
    find_public_key,
    make_private_key,
    name_key,
    sign_record,
    write_record,
)
from claims.types import ClaimId
from service.context import ServiceContext
from service.shapes import PublicKey


def get_record(context: ServiceContext, claim_id: ClaimId) -> dict[str, Any]:
    """The signed record of a claim as it is now. Raises NoVerdict."""
    stored = context.store.get_claim(claim_id)
    key = _get_private_key(context)
    record = write_record(
        stored.record,
        stored.sign_off,
        issuer=context.settings.publisher,
        release=version("assay"),
        public_key=find_public_key(key),
        at=context.clock(),
    )
    return sign_record(record, key)


def get_public_key(context: ServiceContext) -> PublicKey:
    """The public key of this service."""
    key = find_public_key(_get_private_key(context))
    return PublicKey(name_key(key), "Ed25519", key)


def _get_private_key(context: ServiceContext) -> str:
    """The key of this service, made at its first use."""
    return context.store.signing_key.keep_first(make_private_key())
