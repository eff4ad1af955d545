"""The options that filter lists of articles and of claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from claims.ports import ReaderFacet, ReviewFilter, Superseded
from claims.types import ArticleStatus, ClaimStatus, ReaderChoice, VerdictLabel

Command = TypeVar("Command", bound=Callable[..., object])


def article_filters(command: Command) -> Command:
    """Add the options that filter articles."""
    options = (_status_option(ArticleStatus), _sort_option("newest", "oldest"))
    return _decorate(_decorate(command, options), _COMMON)


def claim_filters(command: Command) -> Command:
    """Add the options that filter claims."""
    options = (
        _status_option(ClaimStatus),
        click.option("--article", metavar="ID", help="Article from which the claim was read."),
        click.option("--claimant", metavar="NAME", help="Who says it."),
        click.option(
            "--min-confidence",
            type=click.FloatRange(0, 1),
            help="Minimum confidence of the last verdict.",
        ),
        click.option(
            "--superseded",
            type=click.Choice(list(map(str, Superseded))),
            help="Claims that were corrected: left out, as well, or alone.  [default: exclude]",
        ),
        click.option(
            "--review",
            type=click.Choice(list(map(str, ReviewFilter))),
            help="How far the review by people has come; stale: the sign-off is stale.",
        ),
        click.option(
            "--changed-since", metavar="DAY|TIME", help="Got another label then or later."
        ),
        click.option("--assignee", metavar="NAME", help="To whom the review is assigned."),
        repeated_option("--reader", ReaderFacet, "What the second reader said"),
        _sort_option("newest", "oldest", "checked", "confidence"),
    )
    return _decorate(_decorate(command, options), _COMMON)


def drop_empty(filters: Mapping[str, object]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in filters.items() if value not in (None, ())}


def repeated_option(name: str, choices: Iterable[str], what: str) -> Callable[[Command], Command]:
    """An option with one of these values, which may be repeated."""
    return click.option(
        name,
        multiple=True,
        type=click.Choice(list(map(str, choices)), case_sensitive=False),
        help=f"{what}; may be repeated: one of them is enough.",
    )


def ask_reader_option(name: str) -> Callable[[Command], Command]:
    """An option that says whether the second reader is asked."""
    return click.option(
        name,
        type=click.Choice(list(map(str, ReaderChoice))),
        help="Whether the second reader is asked; auto: as the service is set up.",
    )


label_option = repeated_option("--label", VerdictLabel, "Label of the last verdict")
tag_option = click.option(
    "--tag", multiple=True, help="Tag; may be repeated: one of them is enough."
)
_COMMON = (
    label_option,
    tag_option,
    click.option("--site", metavar="HOST", help="Host of the article, or of a cited page."),
    click.option("--q", "-q", metavar="WORDS", help="Words of the claim, or of the title."),
    click.option("--since", metavar="DAY|TIME", help="Submitted then or later."),
    click.option("--until", metavar="DAY|TIME", help="Submitted before."),
)


def _status_option(statuses: Iterable[str]) -> Callable[[Command], Command]:
    return repeated_option("--status", statuses, "Status")


def _sort_option(*orders: str) -> Callable[[Command], Command]:
    return click.option("--sort", type=click.Choice(orders), help="The order.  [default: newest]")


def _decorate(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    for option in reversed(list(options)):
        command = option(command)
    return command
