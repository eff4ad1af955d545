"""`assay explain`: check one claim against sources, and show how much each evidence counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import click

from claims.cli.check import read_settings
from claims.cli.options import (
    DAY,
    allow_option,
    as_of_option,
    choose_reader,
    find_place,
    force_option,
    reader_option,
    source_option,
)
from claims.cli.progress import show_progress
from claims.cli.reader_summary import warn_of_reader
from claims.cli.terminal import plain, write_lines
from claims.evidence.sides import weigh_credibility, without_reader
from claims.limits import check_claim, check_sources
from claims.report.formatting import describe_latest, describe_verdict
from claims.report.reader_words import (
    ADDRESSED_WORDS,
    MISSING_WORDS,
    MODEL_WORDS,
    describe_reader,
    describe_test,
)
from claims.types import Evidence, NotRead, Reading, Verdict, VerdictLabel
from claims.verdicts.aggregate import load_model
from claims.verdicts.contributions import SideExplained, explain_decision, explain_sides
from claims.verdicts.two_readers import join, load_rule

_LONGEST_QUOTE = 160


@click.command()
@click.argument("claim")
@source_option
@click.option("--dated", type=DAY, help="Day on which the claim was made.")
@as_of_option
@allow_option
@force_option
@reader_option
def explain(
    claim: str,
    sources: Sequence[str],
    dated: date | None,
    as_of: date | None,
    allow: Sequence[str],
    force: bool,
    reader: bool | None,
) -> None:
    """Check CLAIM against the sources and print how its verdict was computed.

    The output has, for each side, its log-odds: the bias and the amount that the vote of each
    origin adds; the probability of each label, and the verdict; for each piece of evidence the
    result of the judge and the findings; and the sources that were left out, with the reasons.
    """
    from claims.library.verifier import Verifier

    check_claim(claim)
    check_sources(sources)
    settings = read_settings(allow)
    places = [find_place(source) for source in sources]
    used, asked = choose_reader(reader)
    warn_of_reader(settings, asked)
    with (
        show_progress() as progress,
        Verifier(settings, progress=progress, reader=used) as verifier,
    ):
        verdict = verifier.verify(
            claim, sources=places, claimed_at=dated, as_of=as_of, force=force, reader=asked
        )
    write_lines(write_explanation(claim, verdict, least_confidence=settings.min_confidence))


def write_explanation(claim: str, verdict: Verdict, *, least_confidence: float) -> Iterator[str]:
    """The lines that explain a verdict; control characters of claims and pages are visible."""
    yield plain(claim)
    support = "unknown" if verdict.support is None else f"{verdict.support:.2f}"
    words = describe_verdict(verdict.label, verdict.support, verdict.confidence).lower()
    yield f"{words}: support {support}, confidence {verdict.confidence:.2f}"
    yield plain(verdict.explanation)
    model = load_model()
    own = without_reader(verdict.evidence)
    sides = explain_sides(own, model)
    for side in sides:
        yield ""
        yield from _write_side(side)
    yield ""
    probable = model.probabilities(*(side.odds for side in sides))
    yield f"probabilities: {_write_shares(probable)}"
    yield explain_decision(own, model, least_confidence)
    if verdict.reader is not None:
        yield ""
        yield from _write_reader(verdict.reader, probable)
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


def _write_reader(said: Reading | NotRead, judged: Mapping[VerdictLabel, float]) -> Iterator[str]:
    """What the second reader says, and the probabilities of both readers together."""
    yield plain(describe_reader(said))
    if isinstance(said, NotRead) or said.likelihoods is None:
        return
    yield describe_test(said)
    for heading, words in ((MODEL_WORDS, said.reason), (MISSING_WORDS, said.missing)):
        if words:
            yield f"{heading}: “{plain(words)}”"
    likely = {label: said.likelihoods.of(label) for label in VerdictLabel}
    yield f"how often it says so where the right label is: {_write_shares(likely)}"
    joint = join(judged, said.label, said.likelihoods, exponent=load_rule().exponent)
    yield f"probabilities of both readers: {_write_shares(joint)}"
    for found in said.addressed:
        yield f"{ADDRESSED_WORDS}: “{plain(found.quote)}” {plain(found.page.url)}"


def _write_shares(shares: Mapping[VerdictLabel, float]) -> str:
    return ", ".join(f"{label.replace('_', ' ').lower()} {p:.2f}" for label, p in shares.items())


def _write_evidence(item: Evidence) -> Iterator[str]:
    quote = plain(item.quote)
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + " …"
    p = item.probabilities
    yield f"{item.page.origin}  {plain(item.page.title or item.page.url)}"
    yield f"  “{quote}”"
    if item.quoted_for:
        beside = ", which alone chose it: it has no vote of the judge's" if item.only_quoted else ""
        yield f"  {item.quoted_for.lower()} the claim, says the second reader{beside}"
    yield f"  supports {p.supports:.2f}, refutes {p.refutes:.2f}, neutral {p.neutral:.2f}"
    if (credibility := item.page.credibility) is not None:
        share = weigh_credibility(credibility)
        yield f"  its source is rated {credibility:.2f}: {share:.0%} of its vote counts"
    if item.party:
        yield "  its publisher is a party to the claim"
    if item.stale:
        day = describe_latest(item.page)
        yield f"  older than the claim: {day}; it has no vote"
    for finding in item.findings:
        sides = " / ".join(plain(side) for side in (finding.claim, finding.evidence) if side)
        rule = f" ({plain(finding.rule)})" if finding.rule else ""
        yield f"  {finding.kind}: {sides}: {finding.result}{rule}"
