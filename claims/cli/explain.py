"""`assay explain`: check one claim against sources, and show how much each evidence counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from claims.cli.check import read_settings
from claims.cli.options import (
    DAY,
    allow_option,
    as_of_option,
    find_place,
    force_option,
    source_option,
)
from claims.cli.progress import show_progress
from claims.cli.terminal import plain, write_lines
from claims.limits import check_claim, check_sources
from claims.report.formatting import describe_latest
from claims.types import Evidence, Verdict
from claims.verdicts.aggregate import load_model, weigh_credibility
from claims.verdicts.contributions import SideExplained, explain_decision, explain_sides

_LONGEST_QUOTE = 160


@click.command()
@click.argument("claim")
@source_option
@click.option("--dated", type=DAY, help="Day on which the claim was made.")
@as_of_option
@allow_option
@force_option
def explain(
    claim: str,
    sources: Sequence[str],
    dated: date | None,
    as_of: date | None,
    allow: Sequence[str],
    force: bool,
) -> None:
    """Check CLAIM against the sources and print how its verdict was computed.

    The output has, for each side, its log-odds: the bias and the amount that the vote of each
    origin adds; the probability of each label, and the verdict; for each piece of evidence the
    result of the judge and the findings; and the sources that were left out, with the reasons.
    """
    from claims.verifier import Verifier

    check_claim(claim)
    check_sources(sources)
    settings = read_settings(allow)
    places = [find_place(source) for source in sources]
    with show_progress() as progress, Verifier(settings, progress=progress) as verifier:
        verdict = verifier.verify(claim, sources=places, claimed_at=dated, as_of=as_of, force=force)
    write_lines(write_explanation(claim, verdict, least_confidence=settings.min_confidence))


def write_explanation(claim: str, verdict: Verdict, *, least_confidence: float) -> Iterator[str]:
    """The lines that explain a verdict; control characters of claims and pages are visible."""
    yield plain(claim)
    support = "unknown" if verdict.support is None else f"{verdict.support:.2f}"
    words = verdict.label.replace("_", " ").lower()
    yield f"{words}: support {support}, confidence {verdict.confidence:.2f}"
    yield plain(verdict.explanation)
    model = load_model()
    sides = explain_sides(verdict.evidence, model)
    for side in sides:
        yield ""
        yield from _write_side(side)
    yield ""
    probable = model.probabilities(*(side.odds for side in sides))
    shares = (f"{label.replace('_', ' ').lower()} {p:.2f}" for label, p in probable.items())
    yield f"probabilities: {', '.join(shares)}"
    yield explain_decision(verdict.evidence, model, least_confidence)
    for item in verdict.evidence:
        yield ""
        yield from _write_evidence(item)
    if verdict.coverage.failed:
        yield ""
        yield "left out:"
    for failure in verdict.coverage.failed:
        yield f"  {plain(failure.url)} - {failure.code}: {plain(failure.detail)}"


def _write_side(side: SideExplained) -> Iterator[str]:
    name = "support" if side.stance == "SUPPORTS" else "refutation"
    yield f"{name}: log-odds of {side.odds:+.2f}"
    for part in side.parts:
        origin = f" ({part.origin})" if part.origin else ""
        yield f"  {part.amount:+6.2f}  {part.what}{origin}"


def _write_evidence(item: Evidence) -> Iterator[str]:
    quote = plain(item.quote)
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + " …"
    p = item.probabilities
    yield f"{item.page.origin}  {plain(item.page.title or item.page.url)}"
    yield f"  “{quote}”"
    yield f"  supports {p.supports:.2f}, refutes {p.refutes:.2f}, neutral {p.neutral:.2f}"
    if (credibility := item.page.credibility) is not None:
        share = weigh_credibility(credibility)
        yield f"  its source is rated {credibility:.2f}: {share:.0%} of its vote counts"
    if item.stale:
        day = describe_latest(item.page)
        yield f"  older than the claim: {day}; it has no vote"
    for finding in item.findings:
        sides = " / ".join(plain(side) for side in (finding.claim, finding.evidence) if side)
        rule = f" ({plain(finding.rule)})" if finding.rule else ""
        yield f"  {finding.kind}: {sides}: {finding.result}{rule}"
