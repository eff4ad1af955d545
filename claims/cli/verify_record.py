"""`assay verify-record`: verifies a signed evidence record, without a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from claims.cli.output import write_json
from claims.cli.terminal import plain, write_lines
from claims.errors import InvalidInput
from claims.report.formatting import describe_label, describe_moment, describe_stance, tone_of_label
from claims.report.messages import REVIEW_STATES
from claims.shapes import to_json
from claims.signed_records import EvidenceRecord, verify_record
from claims.signed_records.envelopes import RECORD_BYTES_MAX
from claims.types import Reading


@click.command("verify-record")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key", metavar="KEY", help="Public key of the service, in hexadecimal: assay signing-key."
)
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
def verify_record_file(file: Path, key: str | None, as_json: bool) -> None:
    """Verify the signature of the evidence record FILE, and print what it says.

    With --key it must be signed by that key. Without, the record is only known to be unchanged
    since it was signed by the key that it names. Ends with 2 if the signature is wrong.
    """
    found = verify_record(_read(file), public_key=key)
    if as_json:
        write_json(to_json(found))
    else:
        write_lines(_describe(found, is_known=key is not None))


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(RECORD_BYTES_MAX + 1)
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error
    if len(content) > RECORD_BYTES_MAX:
        raise InvalidInput(f"{file}: too long for a record, maximum {RECORD_BYTES_MAX:,} bytes")
    return content


def _describe(record: EvidenceRecord, *, is_known: bool) -> Iterator[str]:
    """The record in words, a line for each fact."""
    whose = "this is the given key" if is_known else "compare it with that of the service"
    yield "The signature is right: the record has not been changed since it was signed."
    yield f"key: {record.public_key} ({whose})"
    issuer = f" by {plain(record.issuer)}" if record.issuer else ""
    yield f"issued: {describe_moment(record.issued_at)}{issuer}, release {plain(record.release)}"
    yield plain(record.statement)
    if record.review.draft:
        yield record.review.draft
    verdict, review = record.verdict, record.review
    yield f"claim: {plain(record.claim.text)}"
    if record.claim.claimant:
        yield f"claimant: {plain(record.claim.claimant)}"
    yield (
        f"proposal: {describe_label(verdict)}, check {verdict.check}, "
        f"{describe_moment(verdict.checked_at)}, "
        f"judge {plain(verdict.judge.name)} {plain(verdict.judge.version)}"
    )
    if isinstance(verdict.reader, Reading):
        label = tone_of_label(verdict.reader.label).word.lower()
        yield f"second reader: {plain(verdict.reader.model)}: {label}"
    label = f": {tone_of_label(review.label).word.lower()}" if review.label else ""
    by = f" by {plain(review.by)}" if review.by else ""
    yield f"review: {REVIEW_STATES[review.state]}{label}{by}"
    for piece in verdict.evidence:
        page = piece.page
        yield f"{describe_stance(piece.stance).lower()}: {plain(piece.quote)}"
        yield f"  {plain(page.url)}, read {describe_moment(page.fetched_at)}, sha256 {page.sha256}"
