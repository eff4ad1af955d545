"""The result of a check as text for a terminal: claims with verdicts, and what was not read."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from claims.cli.table_notes import count_labels, list_coverage, list_not_checked
from claims.cli.terminal import plain, stdout_encoding, write_lines
from claims.report.claim_notes import describe_notice, describe_same
from claims.report.formatting import (
    describe_day,
    describe_failing,
    describe_finding,
    describe_latest,
    describe_lost_page,
    describe_superseded,
    describe_verdict,
    is_unsure,
    tone_of_result,
)
from claims.report.reader_words import (
    ADDRESSED_WORDS,
    MISSING_WORDS,
    MODEL_WORDS,
    describe_reader,
    describe_test,
    find_reader,
)
from claims.report.sides import Quotation, Role, list_quotations
from claims.types import (
    CheckResult,
    ClaimRecord,
    Evidence,
    NotRead,
    PageReference,
    VerdictLabel,
)

_STYLES = {
    VerdictLabel.SUPPORTED: "green",
    VerdictLabel.REFUTED: "red",
    VerdictLabel.CONFLICTING_EVIDENCE: "yellow",
    VerdictLabel.NOT_ENOUGH_EVIDENCE: "default",
}
_TONES = {"supported": "green", "refuted": "red", "not-enough": "dim"}
_LEADS = {
    Role.DECIDING: "deciding",
    Role.CLOSEST: "closest",
    Role.CONTRARY: "contrary",
    Role.FOR: "for",
    Role.AGAINST: "against",
}
# Columns of the output if stdout is no terminal (a pipe, a log) and has no width.
_WIDTH_OF_A_FILE = 120
# Minimum columns for a table; in a narrower terminal the claims are printed one below the other.
_NARROWEST_TABLE = 100
_LONGEST_QUOTE = 400  # characters; the JSON and the report have the whole quotation


def print_result(result: CheckResult) -> None:
    """Print the result of a check to stdout.

    The claims with their verdicts, how many there are of each, the sources that could not be
    read, and the sentences that were not checked, with the reasons.
    """
    claims = result.claims
    parts: list[RenderableType] = [Text("No checkable claim was found.")]
    if claims:
        parts = [_ClaimList(claims), Text(count_labels(claims)), *list_coverage(claims)]
    _print(Group(*parts, *list_not_checked(result.not_checked)))


def print_table(columns: Sequence[str | Column], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their columns to stdout; the caller has made the text plain."""
    # A table keeps its cells in its columns: a column of another table would bring its cells along.
    own = (column.copy() if isinstance(column, Column) else column for column in columns)
    table = Table(*own, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*map(Text, row))
    _print(table)


def _print(what: RenderableType) -> None:
    # The table is rendered in the encoding of stdout, which decides the style of the frame. A
    # character that the encoding lacks is written as its escape and does not end the output.
    page = io.TextIOWrapper(io.BytesIO(), encoding=stdout_encoding(), errors="backslashreplace")
    is_terminal = sys.stdout.isatty()
    known_width = is_terminal or "COLUMNS" in os.environ
    width = None if known_width else _WIDTH_OF_A_FILE
    Console(file=page, width=width, force_terminal=is_terminal, highlight=False).print(what)
    page.seek(0)
    write_lines(line.rstrip() for line in page.read().strip("\n").splitlines())


# --- claims ----------------------------------------------------------------------------------


class _ClaimList:
    """A table if it fits, otherwise the claims one below the other."""

    def __init__(self, claims: Sequence[ClaimRecord]) -> None:
        self._claims = claims

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        if options.max_width < _NARROWEST_TABLE:
            for claim in self._claims:
                yield _card(claim)
        else:
            yield _table(self._claims)


def _table(claims: Iterable[ClaimRecord]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, leading=1, expand=True)
    table.add_column("claim", ratio=2, overflow="fold")
    table.add_column("verdict", width=len("conflicting"))
    table.add_column("support", justify="right", width=len("support"))
    table.add_column("conf.", justify="right", width=len("conf."))
    table.add_column("key and contrary passage, with page", ratio=3, overflow="fold")
    for claim in claims:
        quotes = [
            Text("\n").join([_quote(quoted), *_about(claim, quoted.item)])
            for quoted in _list_opened(claim)
        ]
        reason = Text(_why_none(claim), "dim")
        lines = [*(quotes or [reason]), *_reader(claim), *_lost_page(claim)]
        table.add_row(_claim(claim), *_numbers(claim), Text("\n").join(lines))
    return table


def _card(claim: ClaimRecord) -> RenderableType:
    verdict, support, confidence = _numbers(claim)
    head = Text.assemble(verdict, "   support ", support, "   confidence ", confidence)
    parts: list[RenderableType] = [
        head if claim.verdict else verdict,
        Padding(_claim(claim), (0, 0, 0, 2)),
    ]
    parts += [Padding(line, (0, 0, 0, 4)) for line in (*_list_notes(claim), *_prior_checks(claim))]
    opened = _list_opened(claim)
    for quoted in opened:
        parts.append(Padding(Text.assemble("> ", _quote(quoted)), (0, 0, 0, 4)))
        parts += [Padding(line, (0, 0, 0, 6)) for line in _about(claim, quoted.item)]
    if not opened:
        parts.append(Padding(Text(_why_none(claim), "dim"), (0, 0, 0, 4)))
    parts += [Padding(line, (0, 0, 0, 4)) for line in (*_reader(claim), *_lost_page(claim))]
    return Group(*parts, Text())


def _lost_page(claim: ClaimRecord) -> list[Text]:
    """A line on the page that decided an earlier verdict, if it is gone or changed."""
    lost = claim.verdict.lost_page if claim.verdict else None
    return [Text(plain(f"{describe_lost_page(lost)} {lost.page.url}"), "yellow")] if lost else []


def _reader(claim: ClaimRecord) -> list[Text]:
    """Lines on the second reader: its name, its label and reason in its own words, and warnings."""
    said = find_reader(claim.verdict) if claim.verdict else None
    if said is None:
        return []
    if isinstance(said, NotRead):
        return [Text(plain(describe_reader(said)), "yellow")]
    lines = [Text(plain(f"{describe_reader(said)} {describe_test(said)}"), "dim")]
    for heading, words in ((MODEL_WORDS, said.reason), (MISSING_WORDS, said.missing)):
        lines += [Text(f"{heading}: “{plain(words)}”", "dim italic")] if words else []
    return lines + [
        Text(f"{ADDRESSED_WORDS}: “{plain(found.quote)}” {plain(found.page.url)}", "yellow")
        for found in said.addressed
    ]


def _list_notes(claim: ClaimRecord) -> list[Text]:
    """The earlier claim that means the same, the notices, the days of the evidence: lines."""
    same = claim.same_as
    lines = [f"same as {same.id}: {plain(same.text)} {describe_same(same)}"] if same else []
    notes = [Text(line, "yellow") for line in (*lines, *map(describe_notice, claim.notices))]
    return notes + ([Text(claim.as_of_statement, "dim")] if claim.as_of_statement else [])


def _prior_checks(claim: ClaimRecord) -> list[Text]:
    """A line for each prior check of such a claim by fact-checkers; they are not in the verdict."""
    checks = claim.verdict.prior_checks if claim.verdict else ()
    return [
        Text(
            f"already checked by {plain(check.publisher)}, rated “{plain(check.rating)}”:"
            f" {plain(check.url)}"
        )
        for check in checks
    ]


def _claim(claim: ClaimRecord) -> Text:
    text = Text(plain(claim.text))
    text.append(" (needs context)" if claim.needs_context else "", "dim")
    return text.append(describe_superseded(claim.corrected_by), "dim")


def _numbers(claim: ClaimRecord) -> tuple[Text, Text, Text]:
    """Verdict, support and confidence; without a verdict the status."""
    verdict = claim.verdict
    if verdict is None:
        return Text(claim.status, "dim"), Text(), Text()
    label, support, confidence = verdict.label, verdict.support, verdict.confidence
    style = "dim" if is_unsure(label, confidence) else f"bold {_STYLES[label]}"
    words = Text(describe_verdict(label, support, confidence).lower(), style)
    if support is None:  # without evidence there is no confidence either
        return words, Text("-"), Text("-")
    return words, Text(f"{support:.2f}"), Text(f"{confidence:.2f}")


def _list_opened(claim: ClaimRecord) -> list[Quotation]:
    """The quotations with a role; if there are none, the first piece of evidence."""
    quotations = list_quotations(claim.verdict)
    return [quoted for quoted in quotations if quoted.role] or list(quotations[:1])


def _quote(quoted: Quotation) -> Text:
    quote = " / ".join(map(plain, quoted.item.quote.splitlines()))
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"
    return Text.assemble((f"{_LEADS[quoted.role] if quoted.role else 'undecided'}: ", "dim"), quote)


def _about(claim: ClaimRecord, item: Evidence) -> list[Text]:
    """The lines below a quotation: its page, whether it fails, is a party or stale, findings."""
    older = [Text(_describe_age(claim, item.page), "yellow")] if item.stale else []
    failing = describe_failing(item.page)
    unread = [Text(failing, "yellow")] if failing else []
    party = [Text("party to the claim", "yellow")] if item.party else []
    return [_page(item), *unread, *party, *older, *_findings(item)]


def _describe_age(claim: ClaimRecord, page: PageReference) -> str:
    said = describe_day(claim.claimed_at) if claim.claimed_at else "no date"
    return f"older than the claim: {describe_latest(page)} (the claim: {said})"


def _page(item: Evidence) -> Text:
    """Publisher, day and address of the page, with which a reader can find it."""
    page = item.page
    name = page.publisher or page.title
    place = plain(page.url)
    if item.page_number:
        place += f", page {item.page_number}"
    if page.credibility is not None:
        place += f" (credibility {page.credibility:.2f})"
    day = describe_day(page.published_at) if page.published_at else None
    return Text(", ".join([*(plain(part) for part in (name, day) if part), place]), "dim")


def _findings(item: Evidence) -> list[Text]:
    """One line for each finding in this evidence: both sides, the result and the rule."""
    lines = []
    for finding in item.findings:
        sides = " / ".join(plain(side) for side in (finding.claim, finding.evidence) if side)
        result = describe_finding(finding.result).lower()
        tone = _TONES[tone_of_result(finding.result)]
        rule = f" ({plain(finding.rule)})" if finding.rule else ""
        lines.append(
            Text.assemble(
                f"{describe_finding(finding.kind).lower()}: {sides}: ", (result, tone), rule
            )
        )
    return lines


def _why_none(claim: ClaimRecord) -> str:
    if claim.error:
        return f"error: {plain(claim.error.detail)}"
    if claim.verdict is None:
        return ""
    coverage = claim.verdict.coverage
    if coverage.asked == 0:
        return "no source was given"
    return "no page has evidence" if coverage.fetched else "no source could be read"
