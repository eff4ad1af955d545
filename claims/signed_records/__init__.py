"""Signed evidence records: what a service has read and concluded about a claim, so that a change of
the file is noticed. They prove integrity, not truth. Pure functions."""

from claims.signed_records.contents import EvidenceRecord, RecordedClaim, write_record
from claims.signed_records.envelopes import (
    find_public_key,
    make_private_key,
    name_key,
    sign_record,
    verify_record,
)

__all__ = [
    "EvidenceRecord",
    "RecordedClaim",
    "find_public_key",
    "make_private_key",
    "name_key",
    "sign_record",
    "verify_record",
    "write_record",
]
