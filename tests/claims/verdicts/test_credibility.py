"""Low credibility reduces a vote and hides no evidence; a verdict can also ignore credibility."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from claims.evidence.sides import FULL_CREDIBILITY, votes_by_origin
from claims.shapes import open_record
from claims.types import (
    LEAST_CONFIDENCE,
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Evidence,
    Stance,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.aggregate import conclude
from claims.verdicts.without_ratings import article_without_credibility, without_credibility
from tests.claims.samples import evidence, verdict


def rated(
    supports: float, refutes: float, credibility: float | None, *, origin: str = "o1"
) -> Evidence:
    item = evidence(supports, refutes, origin=origin)
    return replace(item, page=replace(item.page, credibility=credibility, source="site"))


def test_a_rating_from_the_middle_up_counts_in_full() -> None:
    full = conclude([rated(0.9, 0.02, None)])
    assert conclude([rated(0.9, 0.02, FULL_CREDIBILITY)]) == full
    assert conclude([rated(0.9, 0.02, 1.0)]) == full


def test_a_vote_counts_in_proportion_below() -> None:
    assert votes_by_origin([rated(0.8, 0.1, 0.25)]) == {"o1": (0.4, 0.05)}
    assert votes_by_origin([rated(0.8, 0.1, 0.0)]) == {"o1": (0.0, 0.0)}


def test_a_doubtful_page_does_not_decide_alone_but_does_not_silence_another() -> None:
    assert conclude([rated(0.95, 0.02, None)]).label is VerdictLabel.SUPPORTED
    assert conclude([rated(0.95, 0.02, 0.2)]).label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    both = [rated(0.95, 0.02, 0.05), rated(0.02, 0.95, 0.9, origin="o2")]
    assert conclude(both).label is VerdictLabel.REFUTED


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.5, 1), st.booleans())
def test_more_credibility_never_weakens_its_side(
    one: float, other: float, probability: float, supports: bool
) -> None:
    low, high = sorted((one, other))
    pair = (probability, 0.0) if supports else (0.0, probability)
    less, more = conclude([rated(*pair, low)]), conclude([rated(*pair, high)])
    if less.support is not None and more.support is not None:
        assert more.support >= less.support if supports else more.support <= less.support


def record(made: Verdict) -> ClaimRecord:
    claim = Claim(text="Eleven died.", sentence="Eleven died.")
    opened = open_record(claim, claim_id=ClaimId("c_1"), article_id=None, status=ClaimStatus.JUDGED)
    return replace(opened, verdict=made)


def concluded(*items: Evidence) -> ClaimRecord:
    conclusion = conclude(items)
    return record(
        replace(
            verdict(),
            label=conclusion.label,
            support=conclusion.support,
            confidence=conclusion.confidence,
            evidence=items,
        )
    )


def test_without_credibility_the_verdict_is_that_of_unrated_pages() -> None:
    claim = concluded(rated(0.95, 0.02, 0.1))
    assert claim.verdict is not None
    assert claim.verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    anew = without_credibility(claim, least_confidence=LEAST_CONFIDENCE).verdict
    assert anew is not None
    plain = conclude([rated(0.95, 0.02, None)])
    assert (anew.label, anew.support, anew.confidence) == (
        plain.label,
        plain.support,
        plain.confidence,
    )
    assert anew.explanation.startswith("Supported by")
    assert "rated 0.10" in anew.explanation  # the rating is still named
    assert anew.evidence[0].page.credibility == 0.1  # still shown


def test_a_neutral_quotation_decides_no_claim_without_ratings_either() -> None:
    stored = rated(0.39, 0.02, 0.1)
    assert stored.stance is Stance.NEUTRAL
    anew = without_credibility(concluded(stored), least_confidence=LEAST_CONFIDENCE).verdict
    assert anew is not None
    assert anew.label is VerdictLabel.NOT_ENOUGH_EVIDENCE


def test_where_nothing_is_rated_nothing_changes() -> None:
    claim = concluded(rated(0.95, 0.02, None))
    assert without_credibility(claim, least_confidence=LEAST_CONFIDENCE) is claim
    silent = without_credibility(replace(claim, verdict=None), least_confidence=LEAST_CONFIDENCE)
    assert silent.verdict is None


def test_an_article_gets_a_new_summary() -> None:
    article = ArticleRecord(
        id=ArticleId("a_1"),
        status=ArticleStatus.DONE,
        title=None,
        url=None,
        published_at=None,
        text="",
        claims=(concluded(rated(0.95, 0.02, 0.1)), concluded(rated(0.95, 0.02, None))),
        summary={"SUPPORTED": 1, "NOT_ENOUGH_EVIDENCE": 1},
    )
    anew = article_without_credibility(article, least_confidence=LEAST_CONFIDENCE)
    assert anew.summary == {"SUPPORTED": 2}
    strict = article_without_credibility(article, least_confidence=1.0)
    assert strict.summary == {"NOT_ENOUGH_EVIDENCE": 1, "SUPPORTED": 1}  # the other is unrated
