"""The explanation agrees with the label and names the deciding sentence and its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from claims.evidence.order import put_deciding_first
from claims.sources.failures import FailureCode
from claims.types import Coverage, Evidence, SourceFailure, VerdictLabel
from claims.verdicts.explain import explain
from tests.claims.samples import evidence

SEEN = Coverage(2, 2, 2)


def test_supported_names_sentence_page_and_further_origins() -> None:
    text = explain(
        VerdictLabel.SUPPORTED,
        [evidence(0.9, 0.0), evidence(0.8, 0.0, origin="o2")],
        SEEN,
        needs_context=False,
    )
    assert text == (
        "Supported by “Eleven people died.” (A title). 2 independent sources point the same way."
    )


def test_contrary_evidence_is_named() -> None:
    items = [evidence(0.9, 0.0), evidence(0.1, 0.7, origin="o2"), evidence(0.2, 0.6, origin="o3")]
    text = explain(VerdictLabel.SUPPORTED, items, SEEN, needs_context=False)
    assert text.endswith(
        ". “Eleven people died.” (A title) points the other way, as does 1 other origin,"
        " but less clearly."
    )
    alone = explain(VerdictLabel.SUPPORTED, items[:2], SEEN, needs_context=False)
    assert alone.endswith(" (A title) points the other way, but less clearly.")
    neutral = explain(
        VerdictLabel.SUPPORTED, [*items[:1], evidence(0.1, 0.1)], SEEN, needs_context=False
    )
    assert "other way" not in neutral


@pytest.mark.parametrize(("support", "leaning"), [(0.6, "support"), (0.4, "refutation")])
def test_undecided_evidence_is_said_to_lean_to_a_side_and_both_sides_are_shown(
    support: float, leaning: str
) -> None:
    items = (evidence(0.0, 0.7, origin="o2"), evidence(0.8, 0.0), evidence(0.0, 0.6, origin="o3"))
    label = VerdictLabel.NOT_ENOUGH_EVIDENCE
    ordered = put_deciding_first(label, items, support=support)
    assert ordered[0].stance == ("SUPPORTS" if leaning == "support" else "REFUTES")
    assert set(map(id, ordered)) == set(map(id, items))
    quote = "“Eleven people died.” (A title)"
    if leaning == "support":
        sides = (
            f"support it. {quote} points the other way, as does 1 other origin, but less clearly."
        )
    else:
        sides = f"refute it. {quote} points the other way."
    text = explain(label, ordered, SEEN, needs_context=False, support=support)
    start = f"The evidence leans to {leaning} but is not enough: {quote} seems to "
    assert text == start + sides


def test_one_side_alone_leans_as_well() -> None:
    items = [evidence(0.6, 0.1)]
    label = VerdictLabel.NOT_ENOUGH_EVIDENCE
    text = explain(label, items, SEEN, needs_context=False, support=0.6)
    assert text.startswith("The evidence leans to support but is not enough: ")
    assert text.endswith(" seems to support it.")


def test_where_the_quotation_says_the_contrary_of_the_leaning_nothing_leans() -> None:
    items = [evidence(0.3, 0.45)]
    label = VerdictLabel.NOT_ENOUGH_EVIDENCE
    text = explain(label, items, SEEN, needs_context=False, support=0.51)
    assert text == (
        "The evidence is not enough to decide: “Eleven people died.” (A title) seems to refute it."
    )


def test_evidence_that_is_mostly_neutral_is_not_said_to_support() -> None:
    items, label = [evidence(0.42, 0.03)], VerdictLabel.NOT_ENOUGH_EVIDENCE
    text = explain(label, items, SEEN, needs_context=False, support=0.8)
    assert "supports it" not in text
    assert "closest" in text


def test_evidence_that_leans_to_a_side_is_not_said_to_support_neither() -> None:
    items, label = [evidence(0.02, 0.42)], VerdictLabel.NOT_ENOUGH_EVIDENCE
    leaning = explain(label, items, SEEN, needs_context=False, support=0.27)
    assert leaning.endswith(" is closest to the claim, but does not clearly support or refute it.")
    without = explain(label, items, SEEN, needs_context=False)
    assert without.endswith(" is closest to the claim, but neither supports nor refutes it.")


def test_a_contrary_passage_of_an_origin_that_is_counted_is_said_to_be_its() -> None:
    """No origin points the same way and the other way at once."""
    items = [
        evidence(0.9, 0.0),
        evidence(0.8, 0.0, origin="o2"),
        replace(evidence(0.1, 0.7, origin="o2"), quote="Nobody died."),
    ]
    text = explain(VerdictLabel.SUPPORTED, items, SEEN, needs_context=False)
    assert text.endswith(
        "2 independent sources point the same way. “Nobody died.” (A title) points the other way,"
        " but its origin supports the claim more clearly."
    )


def test_contrary_evidence_is_named_only_from_the_least_confidence() -> None:
    items = [evidence(0.9, 0.0), evidence(0.1, 0.54, origin="o2")]
    text = explain(VerdictLabel.SUPPORTED, items, SEEN, needs_context=False)
    assert "other way" not in text


def test_conflict_names_both_sides() -> None:
    text = explain(
        VerdictLabel.CONFLICTING_EVIDENCE,
        [evidence(0.9, 0.0), evidence(0.0, 0.9, origin="o2")],
        SEEN,
        needs_context=False,
    )
    assert "supports it" in text
    assert "refutes it" in text


def dated(supports: float, refutes: float, day: str | None) -> Evidence:
    item = evidence(supports, refutes, origin=day or "o1")
    return replace(item, page=replace(item.page, published_at=day))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("2022-03-01", "2024-05-01"), "that refutes it is newer (2024-05-01) than the rest"),
        (("2024-05-01T08:00", "2022-03-01"), "that supports it is newer (2024-05-01)"),
        (("2024-05-01", "2024-05-01T09:00"), ""),
        (("2022-03-01", None), ""),
        (("0001-01-01", "2024-05-01"), ""),
    ],
)
def test_conflict_says_which_side_is_newer(days: tuple[str, str | None], said: str) -> None:
    items = [dated(0.9, 0.0, days[0]), dated(0.0, 0.9, days[1])]
    text = explain(VerdictLabel.CONFLICTING_EVIDENCE, items, SEEN, needs_context=False)
    assert said in text
    assert ("newer" in text) == bool(said)


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        (Coverage(0, 0, 0), "No source was given"),
        (
            Coverage(1, 0, 0, (SourceFailure("https://a.example", "timeout", "slow"),)),
            "The only source could not be used",
        ),
        (Coverage(1, 1, 1), "Nothing in 1 page supports or refutes"),
    ],
)
def test_not_enough_evidence_has_its_reason(coverage: Coverage, words: str) -> None:
    text = explain(VerdictLabel.NOT_ENOUGH_EVIDENCE, [], coverage, needs_context=False)
    assert words in text


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["own-site"], "The only source is on the article's own site, which is no evidence"),
        (["own-site"] * 3, "All 3 sources are on the article's own site, which is no evidence"),
        (["own-site", "timeout"], "None of the 2 sources could be used; coverage says why."),
    ],
)
def test_sources_that_are_all_the_articles_own_site_are_said_to_be(
    codes: list[str], words: str
) -> None:
    assert FailureCode.OWN_SITE == "own-site"
    failed = tuple(SourceFailure(f"https://a.example/{n}", c, "") for n, c in enumerate(codes))
    coverage = Coverage(len(codes), 0, 0, failed)
    text = explain(VerdictLabel.NOT_ENOUGH_EVIDENCE, [], coverage, needs_context=False)
    assert text.startswith(words)


def rated(supports: float, refutes: float, credibility: float, *, origin: str) -> Evidence:
    item = evidence(supports, refutes, origin=origin)
    return replace(item, page=replace(item.page, title=origin, credibility=credibility))


def test_an_opponent_that_its_rating_discounts_is_named() -> None:
    items = [evidence(0.9, 0.0), rated(0.0, 0.95, 0.05, origin="Rumours")]
    text = explain(VerdictLabel.SUPPORTED, items, SEEN, needs_context=False)
    assert text.endswith(
        " “Eleven people died.” (Rumours, rated 0.05) points the other way, but counts only 10%"
        " because of the rating of its source."
    )
    more = [*items, rated(0.0, 0.9, 0.1, origin="Gossip")]
    told = explain(VerdictLabel.SUPPORTED, more, SEEN, needs_context=False)
    assert "points the other way, as does 1 other origin, but counts only 10%" in told
    leaning = explain(VerdictLabel.NOT_ENOUGH_EVIDENCE, items, SEEN, needs_context=False)
    assert "(Rumours, rated 0.05) points the other way, but counts only 10%" in leaning


def test_without_ratings_or_with_a_rating_in_full_nothing_is_said_of_them() -> None:
    items = [evidence(0.9, 0.0), rated(0.0, 0.95, 0.05, origin="Rumours")]
    plain = explain(VerdictLabel.SUPPORTED, items, SEEN, needs_context=False, is_rated=False)
    assert plain.endswith("(Rumours, rated 0.05) points the other way.")
    assert "counts only" not in plain
    old = [items[0], replace(items[1], stale=True)]
    assert "counts only" not in explain(VerdictLabel.SUPPORTED, old, SEEN, needs_context=False)


CLAIMED, AS_OF = date(2025, 9, 4), date(2025, 6, 1)


def test_a_page_is_as_new_as_its_last_change() -> None:
    first, second = dated(0.9, 0.0, "2024-03-01"), dated(0.0, 0.9, "2004-01-01")
    second = replace(second, page=replace(second.page, modified_at="2025-06-01"))
    text = explain(VerdictLabel.CONFLICTING_EVIDENCE, [first, second], SEEN, needs_context=False)
    assert "The evidence that refutes it is newer (2025-06-01) than the rest (2024-03-01)" in text


def stale(supports: float, refutes: float, day: str) -> Evidence:
    return replace(dated(supports, refutes, day), stale=True)


def test_stale_evidence_is_named_with_both_days_and_is_no_independent_origin() -> None:
    items = [dated(0.9, 0.0, "2025-09-01"), stale(0.9, 0.0, "2021-03-12")]
    text = explain(VerdictLabel.SUPPORTED, items, SEEN, needs_context=False, claimed_at=CLAIMED)
    assert "independent sources" not in text
    assert text.endswith(
        " 1 page is older (2021-03-12) than the claim (2025-09-04) and not enough to decide,"
        " because things may have changed since."
    )


def test_several_stale_pages_are_named_with_the_first_and_the_last_day() -> None:
    items = [stale(0.9, 0.0, "2022-01-01"), stale(0.0, 0.9, "2021-03-12")]
    items[1] = replace(items[1], page=replace(items[1].page, url="https://b.example"))
    text = explain(
        VerdictLabel.NOT_ENOUGH_EVIDENCE, items, SEEN, needs_context=False, claimed_at=CLAIMED
    )
    assert "2 pages are older (2021-03-12 to 2022-01-01) than the claim (2025-09-04)" in text


@pytest.mark.parametrize(
    ("maybe_later", "words"),
    [
        (0, " Only pages published by 2025-06-01 count."),
        (1, " count; 1 page gives no date or was changed since."),
        (3, " count; 3 pages give no date or were changed since."),
    ],
)
def test_the_as_of_day_is_named_with_the_number_of_pages_that_may_be_later(
    maybe_later: int, words: str
) -> None:
    seen = replace(SEEN, maybe_later=maybe_later)
    text = explain(VerdictLabel.NOT_ENOUGH_EVIDENCE, [], seen, needs_context=False, as_of=AS_OF)
    assert text.endswith(words)


def test_nothing_is_said_of_time_where_no_day_is_given() -> None:
    text = explain(VerdictLabel.SUPPORTED, [evidence(0.9, 0.0)], SEEN, needs_context=False)
    assert text == "Supported by “Eleven people died.” (A title)."
    nothing = Coverage(0, 0, 0)
    assert "count" not in explain(
        VerdictLabel.NOT_ENOUGH_EVIDENCE, [], nothing, needs_context=False, as_of=AS_OF
    )


def test_open_reference_is_said() -> None:
    text = explain(VerdictLabel.NOT_ENOUGH_EVIDENCE, [], SEEN, needs_context=True)
    assert "refers to something that it does not name" in text


def test_deciding_stance_comes_first_even_when_the_other_side_is_clearer() -> None:
    items = (evidence(0.0, 0.95), evidence(0.8, 0.1, origin="o2"))
    assert put_deciding_first(VerdictLabel.SUPPORTED, items) == items[::-1]
    assert put_deciding_first(VerdictLabel.NOT_ENOUGH_EVIDENCE, items) == items


def test_an_origin_that_says_the_contrary_more_clearly_is_no_voice_and_comes_later() -> None:
    says_both = (evidence(0.9, 0.0), evidence(0.0, 0.95))
    alone = evidence(0.8, 0.0, origin="o2")
    ordered = put_deciding_first(VerdictLabel.SUPPORTED, (*says_both, alone))
    assert ordered[0] == alone
    text = explain(VerdictLabel.SUPPORTED, ordered, SEEN, needs_context=False)
    assert "independent sources" not in text


def test_stale_evidence_comes_after_other_evidence_of_the_same_stance() -> None:
    old, new = stale(0.9, 0.0, "2021-03-12"), evidence(0.8, 0.0)
    other = evidence(0.0, 0.9, origin="o3")
    assert put_deciding_first(VerdictLabel.SUPPORTED, (old, other, new)) == (new, old, other)
    assert put_deciding_first(VerdictLabel.NOT_ENOUGH_EVIDENCE, (old, new)) == (new, old)
