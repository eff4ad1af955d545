"""Records: serialised and read again, in the JSON form of the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.shapes import from_json, from_text, open_check, open_record, to_json, to_text
from claims.types import (
    ArticleId,
    Check,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    HistoryEntry,
    PageChange,
    PageDifference,
    Span,
    Stance,
    Verdict,
    VerdictLabel,
)
from tests.claims.samples import NOON, verdict

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CLAIMS = st.builds(
    Claim,
    text=TEXT,
    sentence=TEXT,
    span=st.none() | st.builds(Span, st.integers(0, 9), st.integers(9, 99)),
    claimant=st.none() | TEXT,
    claimed_at=st.none() | st.dates(),
    check_worthiness=st.floats(0, 1),
    kinds=st.lists(TEXT, max_size=2).map(tuple),
    needs_context=st.booleans(),
    links=st.lists(TEXT, max_size=2).map(tuple),
)


def record(claim: Claim) -> ClaimRecord:
    return open_record(
        claim,
        claim_id=ClaimId("c_1"),
        article_id=ArticleId("a_1"),
        status=ClaimStatus.QUEUED,
        options=CheckOptions(as_of=date(2025, 9, 5)),
    )


@given(CLAIMS)
def test_claims_and_records_survive_json(claim: Claim) -> None:
    assert from_text(Claim, to_text(claim)) == claim
    assert from_text(ClaimRecord, to_text(record(claim))) == record(claim)


@given(CLAIMS)
def test_check_has_the_claim_the_options_and_the_last_verdict_of_its_record(claim: Claim) -> None:
    last = verdict(VerdictLabel.REFUTED)
    check = open_check(replace(record(claim), verdict=last), number=2, requested_at=NOON)
    assert check == Check(
        claim=claim,
        options=CheckOptions(as_of=date(2025, 9, 5)),
        number=2,
        requested_at=NOON,
        last=last,
    )


@pytest.mark.parametrize("label", list(VerdictLabel))
def test_verdicts_survive_json(label: VerdictLabel) -> None:
    assert from_text(Verdict, to_text(verdict(label))) == verdict(label)


def test_parsed_json_is_read_like_text() -> None:
    written = verdict(VerdictLabel.SUPPORTED)
    assert from_json(Verdict, to_json(written)) == written
    with pytest.raises(ValueError, match="label"):
        from_json(Verdict, {**to_json(written), "label": "TRUE"})


def test_claim_has_the_documented_json_shape() -> None:
    claim = Claim(text="t", sentence="s", span=Span(1, 2), claimed_at=date(2025, 9, 4))
    shape = to_json(replace(record(claim), verdict=verdict(VerdictLabel.SUPPORTED)))
    assert list(shape) == [
        "id", "article_id", "text", "span", "sentence", "claimant", "claimed_at", "as_of",
        "context", "sources", "every", "priority", "reader", "created_at", "check_worthiness",
        "kinds", "needs_context", "links", "status", "verdict", "provisional", "last_change",
        "unconfirmed", "schedule", "error", "waiting", "tags", "corrects", "corrected_by",
        "repeats", "same_as", "tokens", "review", "notices", "as_of_statement",
    ]  # fmt: skip
    assert (shape["span"], shape["claimed_at"], shape["status"]) == ([1, 2], "2025-09-04", "queued")
    assert set(shape["verdict"]) == {
        "label", "support", "confidence", "check", "checked_at", "explanation", "coverage",
        "evidence", "judge", "prior_checks", "lost_page", "strength", "reader",
    }  # fmt: skip
    assert shape["review"] == {
        "state": "open", "decision": None, "label": None, "by": None, "at": None, "reason": None,
        "assignee": None, "second_look": False, "published": None, "stale": None,
        "stale_because": [], "draft": "DRAFT, not signed off",
    }  # fmt: skip
    assert shape["verdict"]["checked_at"] == "2025-09-04T12:00:00Z"
    assert set(shape["verdict"]["evidence"][0]) == {
        "quote", "span", "stance", "probabilities", "findings", "page", "page_number",
        "stale", "quoted_for", "only_quoted", "party",
    }  # fmt: skip
    assert set(shape["verdict"]["evidence"][0]["page"]) == {
        "url", "title", "publisher", "published_at", "modified_at", "fetched_at",
        "sha256", "origin", "source", "credibility", "failing", "archived",
    }  # fmt: skip
    assert set(shape["verdict"]["coverage"]) == {
        "asked", "fetched", "origins", "failed", "searches", "shared_origins",
        "maybe_later",
    }  # fmt: skip


def test_history_entry_without_difference_omits_the_key() -> None:
    entry = HistoryEntry(
        check=1, checked_at=NOON, label=VerdictLabel.SUPPORTED, support=0.9, changed=False,
        scored=True,
    )  # fmt: skip
    assert "diff" not in to_json(entry)
    difference = PageDifference(changed=(PageChange("u", "a", "b"),))
    assert to_json(replace(entry, diff=difference))["diff"] == {
        "appeared": [], "vanished": [], "further": 0, "gone": [],
        "changed": [{"url": "u", "before": "a", "after": "b", "deciding": False}],
    }  # fmt: skip


def test_difference_that_an_earlier_release_stored_is_read_without_sentences() -> None:
    stored = {"appeared": ["https://a.example"], "vanished": [], "changed": ["https://b.example"]}
    assert from_json(PageDifference, stored) == PageDifference(
        appeared=("https://a.example",), changed=(PageChange("https://b.example"),)
    )
    with pytest.raises(ValueError, match="changed"):
        from_json(PageDifference, {**stored, "changed": 3})


def test_a_history_entry_of_an_earlier_release_has_no_causes() -> None:
    entry = from_text(
        HistoryEntry,
        '{"check": 1, "checked_at": "2025-09-05T12:00:00Z", "label": "SUPPORTED",'
        ' "support": 0.9, "changed": false, "scored": true}',
    )
    assert (entry.scored, entry.causes, entry.diff) == (True, (), None)


def test_json_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="text"):
        from_text(Claim, '{"nothing": 1}')


def test_the_stance_of_stored_evidence_follows_from_its_probabilities() -> None:
    """An earlier release stored the more probable side, also where "neither" was more probable."""
    shape = to_json(verdict(VerdictLabel.SUPPORTED))
    shape["evidence"][0] |= {
        "stance": "SUPPORTS",
        "probabilities": {"supports": 0.4, "refutes": 0.05, "neutral": 0.55},
    }
    assert from_json(Verdict, shape).evidence[0].stance is Stance.NEUTRAL
