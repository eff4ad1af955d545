"""`assay review`: what people decide about the verdict of a claim."""

from __future__ import annotations

from typing import Any

import click

from claims.cli.output import write_json
from claims.cli.table import print_table
from claims.cli.terminal import plain, write_lines
from claims.report.formatting import tone_of_label
from claims.report.messages import DECISIONS, REVIEW_STATES
from claims.shapes import to_json
from claims.types import ClaimId, Decision, ReviewEntry, VerdictLabel
from service.cli.cells import write_moment
from service.cli.connection import check_claim_id, connect, json_option, url_option

_COLUMNS = ("at (UTC)", "by", "decision", "label", "state", "assignee", "reason and note")


@click.command()
@click.argument("claim_id", metavar="ID")
@click.argument("decision", required=False, type=click.Choice(list(map(str, Decision))))
@click.option(
    "--label",
    type=click.Choice(list(map(str, VerdictLabel)), case_sensitive=False),
    help="The right label, with correct.",
)
@click.option("--reason", metavar="TEXT", help="Required with correct and reject.")
@click.option("--note", metavar="TEXT", help="A note for colleagues.")
@click.option("--assign", "assignee", metavar="NAME", help='Who is to decide; "" for nobody.')
@click.option("--second-look", is_flag=True, help="Another person has to decide as well.")
@click.option(
    "--check",
    type=click.IntRange(min=1),
    help="The check whose verdict you saw: refuse if there is another verdict meanwhile.",
)
@click.option("--by", metavar="NAME", help="Who reviews; required without a key.")
@url_option
@json_option
def review(
    claim_id: str, decision: str | None, url: str | None, as_json: bool, **given: Any
) -> None:
    """Decide about the verdict of the claim ID, which is a proposal, or print its review so far.

    DECISION: accept signs the label of the verdict, correct signs another --label, reject signs
    none, publish publishes what is signed. Without a decision and options, print all steps of the
    review, oldest first. If the service requires a key, it is read from ASSAY_API_KEY; a decision
    needs the scope review.
    """
    check_claim_id(claim_id)
    client = connect(url)
    step = {name: value for name, value in given.items() if value not in (None, False)}
    if decision is None and not step:
        _print_steps(client.get_reviews(ClaimId(claim_id)), as_json=as_json)
        return
    body = step | ({"decision": decision} if decision else {})
    entry = client.review_claim(ClaimId(claim_id), body)
    if as_json:
        write_json(to_json(entry))
    else:
        label = f": {tone_of_label(entry.label).word.lower()}" if entry.label else ""
        write_lines([f"{REVIEW_STATES[entry.state]}{label}"])


def _print_steps(steps: tuple[ReviewEntry, ...], *, as_json: bool) -> None:
    if as_json:
        write_json([to_json(step) for step in steps])
    elif steps:
        print_table(_COLUMNS, map(_write_row, steps))
    else:
        write_lines(["nobody has reviewed it yet"])


def _write_row(step: ReviewEntry) -> tuple[str, ...]:
    second_look = "a second look is awaited" if step.second_look else None
    return (
        write_moment(step.at),
        plain(step.by),
        DECISIONS[step.decision] if step.decision else "",
        tone_of_label(step.label).word if step.label else "",
        REVIEW_STATES[step.state],
        plain(step.assignee or ""),
        "\n".join(plain(words) for words in (step.reason, step.note, second_look) if words),
    )
