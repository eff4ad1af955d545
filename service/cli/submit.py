"""`assay submit`: submit an article, or the claims of a file, to a running service and, with
--wait, print the verdicts.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import click

from claims.cli.options import DAY, as_of_option, force_option
from claims.cli.output import write_json
from claims.errors import InvalidInput, TemporaryError
from claims.shapes import to_json
from claims.types import ClaimId, Priority
from service.cli import results
from service.cli.claim_rows import ClaimRow, read_claim_rows
from service.cli.connection import connect, url_option
from service.cli.filters import ask_reader_option
from service.cli.results import print_claims, wait_and_print_article
from service.client import Client

BATCH = 500
"""Maximum claims submitted at once: the limit of the API."""
BATCH_BYTES = 4_000_000
"""Maximum bytes of their JSON together, below the limit of a body."""
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})


@click.command()
@click.argument("article", required=False)
@url_option
@click.option(
    "--claims-from",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Submit the claims of this file instead: CSV or JSON lines.",
)
@click.option("--source", "sources", multiple=True, metavar="URL", help="Source; may be repeated.")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="TEXT",
    help="Claim to check, of ARTICLE or without one; may be repeated.",
)
@click.option(
    "--only-claims",
    "is_limited",
    is_flag=True,
    help="Check only the claims of --claim, and none that is found in ARTICLE.",
)
@click.option("--tag", "tags", multiple=True, help="Tag; may be repeated.")
@click.option("--title", help="The title of the article.")
@click.option(
    "--dated", type=DAY, help="Day on which the article was published, or the claims were made."
)
@as_of_option
@click.option("--every", metavar="DURATION", help="Interval of re-checks, such as P1D (one day).")
@click.option(
    "--priority",
    type=click.Choice([priority.value for priority in Priority]),
    help="bulk waits until no normal submission does.",
)
@ask_reader_option("--reader")
@force_option
@click.option("--wait", is_flag=True, help="Wait for the verdicts and print them.")
@click.option("--json", "as_json", is_flag=True, help="Print the article, or the claims, as JSON.")
def submit(
    article: str | None,
    url: str | None,
    file: Path | None,
    sources: Sequence[str],
    claims: Sequence[str],
    is_limited: bool,
    tags: Sequence[str],
    title: str | None,
    dated: date | None,
    as_of: date | None,
    every: str | None,
    priority: str | None,
    reader: str | None,
    force: bool,
    wait: bool,
    as_json: bool,
) -> None:
    """Submit ARTICLE (a file, a web address, or - for stdin) to a running service, or claims.

    \b
    A CSV file has a header with a column claim (or text), and if needed claimant,
    claimed_at, context, sources (separated by spaces), tags (by commas or semicolons), as_of,
    every, priority and reader.
    Each line of a .jsonl file is an object with these fields.

    The claims are submitted in the order of the file, up to 500 at once. If a row is wrong, nothing
    of the file is submitted. If it breaks off, run the same command again within a day: claims that
    were accepted are not accepted twice.

    If the service requires a key, it is read from ASSAY_API_KEY.
    """
    day = "published_at" if article is not None else "claimed_at"
    options = _without_none(
        {"every": every, "priority": priority, "reader": reader, "as_of": as_of, day: dated}
    )
    options |= {"sources": list(sources)} | ({"tags": list(tags)} if tags else {})
    forced = {"force": True} if force else {}
    if file is not None:
        if article or claims or title:
            raise click.UsageError("with --claims-from leave out ARTICLE, --claim and --title")
        rows = read_claim_rows(file, defaults=options, force=force)
        _submit_claims(connect(url), rows, wait=wait, as_json=as_json)
        return
    if article is None and not claims:
        raise click.UsageError("name an ARTICLE, a --claim, or a file of claims with --claims-from")
    if article is None and title:
        raise click.UsageError("--title is that of an ARTICLE, which is missing")
    if is_limited and (article is None or not claims):
        raise click.UsageError("--only-claims needs an ARTICLE, and each of its claims as --claim")
    client = connect(url)
    if article is None:
        _submit_texts(client, claims, options=options | forced, wait=wait, as_json=as_json)
        return
    listed: dict[str, object] = (
        {"only_claims": [{"text": text} for text in claims]}
        if is_limited
        else {"claims": list(claims)}
    )
    body = {**_read_article(article), **options, **forced, **listed, "title": title}
    article_id = client.submit_article(body, on_repeat=_say_repeat)
    if not wait:
        click.echo(json.dumps(to_json(client.get_article(article_id))) if as_json else article_id)
        return
    click.echo(f"{article_id} accepted", err=True)
    wait_and_print_article(client, article_id, as_json=as_json)


def _say_repeat(new_id: str, earlier_id: str) -> None:
    click.echo(f"{new_id} repeats {earlier_id}, which was submitted before", err=True)


def _without_none(given: Mapping[str, str | date | None]) -> dict[str, object]:
    """The given values in JSON form, without None."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in given.items()
        if value is not None
    }


def _submit_texts(
    client: Client, texts: Sequence[str], *, options: dict[str, object], wait: bool, as_json: bool
) -> None:
    """Submit claims without an article, and print them in the form of an article."""
    bodies = [{"text": text, **options} for text in texts]
    ids = client.submit_claims(bodies, on_repeat=_say_repeat)
    if wait:
        _wait_and_print(client, ids, as_json)
        return
    for claim_id in ids:
        click.echo(json.dumps(to_json(client.get_claim(claim_id))) if as_json else claim_id)


def _submit_claims(client: Client, rows: Sequence[ClaimRow], *, wait: bool, as_json: bool) -> None:
    """Submit the claims, and print their ids, or with `wait` the claims with their verdicts."""
    ids: list[ClaimId] = []
    for batch in _split(rows):
        try:
            ids += client.submit_claims(
                [row.body for row in batch],
                idempotency_key=_derive_key(batch),
                on_repeat=_say_repeat,
            )
        except (InvalidInput, TemporaryError) as error:
            done = f"{len(ids)} of {len(rows)} claims are accepted"
            again = "run the same command again: these are not accepted twice"
            if isinstance(error, InvalidInput):
                place = _find_line(error.pointer, batch)
                raise InvalidInput(f"{place}{error.message}; {done}; {again}") from error
            raise type(error)(f"{done}, and no more: {error}; {again}") from error
        click.echo(f"{len(ids)} of {len(rows)} claims accepted", err=True)
    if not wait:
        for row, claim_id in zip(rows, ids, strict=True):
            shape = {"line": row.line, "id": claim_id, "text": row.body["text"]}
            click.echo(json.dumps(shape, ensure_ascii=False) if as_json else claim_id)
        return
    _wait_and_print(client, ids, as_json)


def _wait_and_print(client: Client, ids: Sequence[ClaimId], as_json: bool) -> None:
    """Print the claims once all are judged. Raises TemporaryError when some are not in time."""
    records = []
    give_up_at = time.monotonic() + results.PATIENCE_S
    for claim_id in ids:
        left_s = max(0.0, give_up_at - time.monotonic())
        records.append(client.wait_for_claim(claim_id, timeout_s=left_s))
        click.echo(f"{len(records)} of {len(ids)} claims looked at", err=True)
    if as_json:
        write_json([to_json(record) for record in records])
    else:
        print_claims(*records)
    late = sum(record.status not in results.FINISHED for record in records)
    if late:
        raise TemporaryError(
            f"{late} claims are not judged after {results.PATIENCE_S // 60} minutes"
        )


def _split(rows: Sequence[ClaimRow]) -> Iterator[list[ClaimRow]]:
    """The rows in batches that fit into one request."""
    batch: list[ClaimRow] = []
    left = BATCH_BYTES
    for row in rows:
        size = len(json.dumps(row.body))
        if batch and (len(batch) == BATCH or size > left):
            yield batch
            batch, left = [], BATCH_BYTES
        batch.append(row)
        left -= size
    yield batch


def _derive_key(batch: Sequence[ClaimRow]) -> str:
    """The idempotency key of a batch: the same for the same rows on the same lines of a file."""
    bodies = json.dumps([(row.line, row.body) for row in batch], sort_keys=True)
    return f"submit-{sha256(bodies.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _find_line(pointer: str, batch: Sequence[ClaimRow]) -> str:
    """The line of the row at which a JSON pointer into the body of a batch leads."""
    match = re.match(r"/claims/(\d+)(?:/|$)", pointer)
    return f"line {batch[int(match[1])].line}: " if match else ""


def _read_article(article: str) -> dict[str, str]:
    """The body's fields with the article. Raises InvalidInput."""
    if article.startswith(("http://", "https://")):
        return {"url": article}
    try:
        content = sys.stdin.buffer.read() if article == "-" else Path(article).read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{article}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{article}: not text in UTF-8") from error
    return {"html" if Path(article).suffix.lower() in _HTML_SUFFIXES else "text": text}
