"""Articles and claims of a service as text or JSON, at once or when they are finished."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import click

from claims.cli.output import write_json
from claims.cli.table import print_result
from claims.cli.terminal import plain, write_lines
from claims.errors import InvalidInput, TemporaryError
from claims.report.formatting import describe_error, describe_progress
from claims.shapes import to_json
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    CheckResult,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    ErrorRecord,
    Fault,
)
from service.client import Client

PATIENCE_S = 3600
"""Maximum seconds of a command with --wait."""
FINISHED = frozenset(
    {ArticleStatus.DONE, ArticleStatus.FAILED, ClaimStatus.JUDGED, ClaimStatus.FAILED}
)


def print_article(article: ArticleRecord) -> None:
    """Print the claims with their verdicts, or the reason why the claims are not known."""
    if article.status in (ArticleStatus.QUEUED, ArticleStatus.FAILED):
        why = describe_error(article.error) if article.error else describe_progress(article)
        write_lines([f"{article.id}: {plain(why)}"])
    else:
        print_result(
            CheckResult(article=article, claims=article.claims, not_checked=article.not_checked)
        )
    for claim_id in article.unreadable:
        click.echo(f"left out: the service cannot read the claim {plain(claim_id)}", err=True)


def print_claims(*claims: ClaimRecord) -> None:
    """Print claims without an article, with their verdicts."""
    print_result(CheckResult(article=None, claims=claims))


def wait_for_article(
    client: Client, article_id: ArticleId, *, on_change: Callable[[ArticleRecord], None]
) -> ArticleRecord:
    """The article once all its claims are judged, or its state after an hour."""
    return client.wait_for_article(article_id, timeout_s=PATIENCE_S, on_change=on_change)


def wait_for_claim(
    client: Client, claim_id: ClaimId, *, on_change: Callable[[ClaimRecord], None]
) -> ClaimRecord:
    """The claim once it is judged, or its state after an hour."""
    return client.wait_for_claim(claim_id, timeout_s=PATIENCE_S, on_change=on_change)


def wait_and_print_article(client: Client, article_id: ArticleId, *, as_json: bool) -> None:
    """Wait for an article and print it; progress goes to stderr. Raises like `check_finished`."""
    article = wait_for_article(client, article_id, on_change=_say_progress)
    if as_json:
        write_json(to_json(article))
    elif not article.error:
        print_article(article)
    check_finished(article)


def wait_and_print_claim(client: Client, claim_id: ClaimId, *, as_json: bool) -> None:
    """`wait_and_print_article` for a claim."""
    claim = wait_for_claim(client, claim_id, on_change=_say_progress)
    if as_json:
        write_json(to_json(claim))
    else:
        print_claims(claim)
    check_finished(claim)


def check_finished(record: ArticleRecord | ClaimRecord) -> None:
    """Raise TemporaryError for a record that is not finished after the wait, and for an article
    that failed for a fault of the service; InvalidInput for one that cannot be checked."""
    if isinstance(record, ArticleRecord) and record.error:
        _raise_error(record.error)
    if record.status not in FINISHED:
        raise TemporaryError(f"{record.id} is not finished after {PATIENCE_S // 60} minutes")


def count_judged(article: ArticleRecord) -> str:
    """ "extracted: 2 of 5 claims judged", without superseded ones."""
    current = [claim for claim in article.claims if claim.corrected_by is None]
    judged = sum(claim.status is ClaimStatus.JUDGED for claim in current)
    return f"{article.status}: {judged} of {len(current)} claims judged"


def _say_progress(record: ArticleRecord | ClaimRecord) -> None:
    if isinstance(record, ArticleRecord):
        click.echo(count_judged(record), err=True)
    else:
        click.echo(describe_progress(record), err=True)


def _raise_error(error: ErrorRecord) -> NoReturn:
    if error.fault is Fault.SERVICE:
        raise TemporaryError(
            f"the service failed on the article: {error.detail}; run: assay retry --failed"
        )
    raise InvalidInput(f"the article cannot be checked: {error.detail}")
