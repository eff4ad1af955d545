"""`assay replay`: judge a check of a running service again, from the pages that it read."""

from __future__ import annotations

from collections.abc import Iterator

import click

from claims.cli.output import write_json
from claims.cli.terminal import plain, write_lines
from claims.errors import Gone, InvalidInput, NotFound
from claims.library.verifier import Verifier
from claims.pipeline.replay import Replay, list_pages
from claims.settings import Settings
from claims.shapes import to_json
from claims.types import CheckRecord, ClaimId, ClaimRecord, JudgeName
from claims.verdicts.differences import Difference
from service.cli.connection import connect, url_option
from service.client import Client

_LONGEST_QUOTE = 160


@click.command()
@click.argument("claim")
@click.option(
    "--check", type=click.IntRange(1), help="Number of the check.  [default: the last judged]"
)
@click.option("--verifier", metavar="NAME", help="Another judge; any value of ASSAY_JUDGE.")
@url_option
@click.option("--json", "as_json", is_flag=True, help="Print both verdicts and their differences.")
def replay(
    claim: str, check: int | None, verifier: str | None, url: str | None, as_json: bool
) -> None:
    """Judge a check of CLAIM (its id) again on this computer, and print the differences.

    The same passages are judged again, from the stored text of their pages; no source is fetched.
    The judge is that of ASSAY_JUDGE unless --verifier names another. If the service requires a
    key, it is read from ASSAY_API_KEY.
    """
    settings = Settings()
    client = connect(url, settings)
    record, kept, texts = _fetch_check(client, ClaimId(claim), check)
    if verifier is not None:
        settings = Settings(judge=verifier)
    with Verifier(settings) as ours:
        replayed = ours.replay(record, kept, texts)
    if as_json:
        write_json(to_json(replayed))
    else:
        write_lines(write_replay(record.text, replayed))


def _fetch_check(
    client: Client, claim_id: ClaimId, check: int | None
) -> tuple[ClaimRecord, CheckRecord, dict[str, str]]:
    """The claim, its check, and the text of each page. Raises NotFound and InvalidInput."""
    try:
        claim = client.get_claim(claim_id)
    except Gone:
        raise
    except NotFound as error:
        raise NotFound(
            f"the service has no claim {plain(claim_id)}: give the id (c_...) from the end of the"
            " address of the claim's page"
        ) from error
    if check is None:
        if claim.verdict is None:
            raise InvalidInput(f"claim {claim_id} has no verdict yet: nothing to replay")
        check = claim.verdict.check
    kept = client.get_check(claim_id, check)
    return claim, kept, {sha256: client.get_page(sha256).text for sha256 in list_pages(kept)}


def write_replay(text: str, replayed: Replay) -> Iterator[str]:
    """The lines that show the differences; control characters of claims and pages are visible."""
    then, now = replayed.then, replayed.now
    yield f"check {replayed.check} of {plain(replayed.claim)}: {plain(text)}"
    yield (
        f"checked {then.checked_at:%Y-%m-%d %H:%M} UTC by {_name(then.judge)}, "
        f"judged again by {_name(now.judge)}"
    )
    shown: tuple[str | None, str | None] = (None, None)
    for item in replayed.differences:
        if item.quote is not None and (item.url, item.quote) != shown:
            yield f"“{_shorten(plain(item.quote))}” ({plain(item.url or '')})"
        shown = item.url, item.quote
        yield from _write_difference(item)
    yield conclude(replayed)


def conclude(replayed: Replay) -> str:
    """The last line: whether the verdict is the same."""
    then, now = replayed.then.label, replayed.now.label
    if replayed.same:
        return "same verdict"
    if then is now:
        many = len(replayed.differences)
        return f"same label, {now}, but {many} {'thing differs' if many == 1 else 'things differ'}"
    return f"verdict differs: {then} -> {now}"


def _write_difference(item: Difference) -> Iterator[str]:
    indent = "" if item.quote is None else "  "
    if item.what == "evidence":
        yield f"{indent}only {'then' if item.now is None else 'now'}: {item.then or item.now}"
        return
    then, now = (_write_value(value) for value in (item.then, item.now))
    if item.what != "explanation" and len(then) + len(now) < _LONGEST_QUOTE:
        yield f"{indent}{item.what}: {then} -> {now}"
        return
    yield f"{indent}{item.what}, then: {then}"
    yield f"{indent}{item.what}, now:  {now}"


def _write_value(value: str | float | None) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return plain(value) if value else "none"


def _name(judge: JudgeName) -> str:
    return plain(f"{judge.name} {judge.version}")


def _shorten(quote: str) -> str:
    if len(quote) <= _LONGEST_QUOTE:
        return quote
    return quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + " …"
