"""What stands below the table of claims: counts, sources not read, sentences not checked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from claims.cli.terminal import plain
from claims.report.article_view import merge_coverage
from claims.report.formatting import (
    tone_of_label,
)
from claims.report.searches import Asked, list_asked
from claims.types import (
    ClaimRecord,
    NotChecked,
    VerdictLabel,
)
from claims.verdicts.explain_days import describe_maybe_later

_PLURALS = {"query": "queries"}


# Maximum sentences not checked, and sources not read, that are listed; the JSON has all of them.
_MOST_LISTED = 20


def count_labels(claims: Sequence[ClaimRecord]) -> str:
    """ "3 claims: 2 supported, 1 superseded": such claims do not count with their label."""
    current = [claim for claim in claims if claim.corrected_by is None]
    labels = [claim.verdict.label for claim in current if claim.verdict]
    counts = [
        f"{labels.count(label)} {tone_of_label(label).word.lower()}"
        for label in VerdictLabel
        if label in labels
    ]
    if len(labels) < len(current):
        counts.append(f"{len(current) - len(labels)} without a verdict")
    if len(current) < len(claims):
        counts.append(f"{len(claims) - len(current)} superseded")
    return f"{_number(len(claims), 'claim')}: {', '.join(counts)}"


def list_coverage(claims: Sequence[ClaimRecord]) -> list[RenderableType]:
    """How many sources were read, what was searched, and which sources could not be read."""
    coverage = merge_coverage(claims)
    if coverage is None:
        return []
    searched = [Text(_describe_asked(asked)) for asked in list_asked(coverage)]
    if coverage.asked == 0 and not searched:
        return [Text("No source was given. Give one with --source.")]
    title = f"{coverage.fetched} of {_number(coverage.asked, 'source')} read"
    if coverage.varies:
        title += " for the claim with most; in all"
    rows = [
        Text(f"{plain(failure.url)} - {failure.code}: {plain(failure.detail)}")
        for failure in coverage.failed
    ]
    unsure = [Text(describe_maybe_later(later))] if (later := coverage.maybe_later) else []
    return _list(title, [*searched, *unsure, *rows])


def _describe_asked(asked: Asked) -> str:
    """ "searxng: 12 results of 4 queries"."""
    if asked.is_link:
        return f"{plain(asked.provider)}: {_number(asked.found, 'page')} that the article links to"
    text = (
        f"{plain(asked.provider)}: {_number(asked.found, 'result')} of "
        f"{_number(len(asked.questions), 'query')}"
    )
    return f"{text} - {asked.code}: {plain(asked.detail or '')}" if asked.code else text


def list_not_checked(sentences: Sequence[NotChecked]) -> list[RenderableType]:
    """One line each; its beginning is enough to find the sentence in the article."""
    if not sentences:
        return []
    widest = max(len(item.reason) for item in sentences)
    rows = [
        Text(
            f"{item.reason:{widest}}  {plain(item.sentence)}",
            no_wrap=True,
            overflow="ellipsis",
        )
        for item in sentences
    ]
    return _list(f"{_number(len(sentences), 'sentence')} not checked", rows)


def _list(title: str, rows: Sequence[Text]) -> list[RenderableType]:
    """A title with its rows, at most _MOST_LISTED of them."""
    if not rows:
        return [Text(title)]
    more = len(rows) - _MOST_LISTED
    shown = [*rows[:_MOST_LISTED], *([Text(f"... and {more} more, all in --json")] * (more > 0))]
    return [Text(f"{title}:"), *(Padding(row, (0, 0, 0, 2)) for row in shown)]


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {_PLURALS.get(noun, f'{noun}s')}"
