"""A second reader beside the judge: when it is asked, what of it counts, and what stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.evidence.whole_evidence import write_question
from claims.pipeline import (
    conclude_with_reading,
    gather_evidence,
    gather_passages,
    judge_claim,
    leave_unread,
    read_check,
    read_evidence,
    wants_reading,
    weigh_evidence,
)
from claims.pipeline.replay import list_pages, replay_check
from claims.ports import Question
from claims.registry import RegisteredSource, Registry
from claims.shapes import from_text, to_json, to_text
from claims.sources.snapshots import list_needed, restore_text, strip_text
from claims.types import (
    Addressed,
    Cause,
    Check,
    CheckRecord,
    ClaimId,
    Gathered,
    HistoryEntry,
    NotRead,
    Page,
    Passage,
    ReaderChoice,
    ReaderName,
    ReaderWhen,
    Reading,
    Span,
    Stance,
    Unread,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.two_readers import Table
from claims.verdicts.without_ratings import without_credibility
from tests.claims import samples
from tests.claims.fakes import CountingJudge, Web, check_of, record_of
from tests.claims.readers import GOOD, ScriptedReader, answer, says
from tests.claims.samples import NOON
from tests.claims.verdicts.agreement import assert_agrees, assert_reader_is_told

JUDGE = CalibratedJudge(CountingJudge(), Calibration())
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
CONFLICTING, NOT_ENOUGH = VerdictLabel.CONFLICTING_EVIDENCE, VerdictLabel.NOT_ENOUGH_EVIDENCE
FOR, AGAINST = Stance.SUPPORTS, Stance.REFUTES
CLEAR = "The death toll rose to eleven, the harbour master said."
VAGUE = "The harbour counted its dead twice, and the toll of the strike is known to the mayor."
OTHER = "Nobody counted the toll in the harbour."


def web() -> Web:
    return Web(clear=CLEAR, vague=VAGUE, other=OTHER)


def toll_of(*names: str, number: int = 1, last: Verdict | None = None) -> Check:
    check = check_of(*names, number=number)
    claim = replace(check.claim, text="The death toll rose to eleven.")
    return replace(check, claim=claim, last=last)


def judged(
    *names: str, registry: Registry | None = None
) -> tuple[Check, Gathered, Verdict, HistoryEntry]:
    check = toll_of(*names)
    found = gather_evidence(
        check, pages=web(), fetcher=web(), registry=registry or Registry(), passages_max=16
    )
    verdict, entry = judge_claim(check, found, judge=JUDGE, now=NOON, before=None)
    return check, found, verdict, entry


def read(
    check: Check,
    found: Gathered,
    verdict: Verdict,
    reader: ScriptedReader,
    table: Table | None = GOOD,
) -> Verdict:
    both = read_evidence(check, found, verdict, reader=reader, judge=JUDGE, table=table)
    assert_agrees(both)
    if isinstance(both.reader, Reading):
        assert_reader_is_told(both, judged=verdict.label)
    return both


def test_agreeing_reader_raises_the_confidence_and_is_named() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    assert both.label is verdict.label is SUPPORTED
    assert both.confidence > verdict.confidence
    assert isinstance(both.reader, Reading)
    assert (both.reader.agrees, both.reader.tokens) == (True, 900)
    assert both.reader.measured is not None
    assert both.explanation.startswith(f"Supported by “{CLEAR}”")
    assert "Read by two: a second reader (scripted) agrees with the judge." in both.explanation


def test_reader_with_a_quotation_decides_a_claim_that_the_judge_leaves_open() -> None:
    check, found, verdict, _ = judged("vague")
    assert verdict.label is NOT_ENOUGH
    both = read(check, found, verdict, says(REFUTED, (VAGUE, AGAINST)))
    assert both.label is REFUTED
    assert both.evidence[0].quote == VAGUE
    assert (both.evidence[0].stance, both.evidence[0].side) == (AGAINST, AGAINST)
    assert "says refuted, the judge alone not enough evidence." in both.explanation


def test_explanation_states_that_reader_and_judge_disagree() -> None:
    check, found, verdict, _ = judged("clear", "vague")
    both = read(check, found, verdict, says(REFUTED, ("the toll of the strike is known", AGAINST)))
    assert isinstance(both.reader, Reading)
    assert both.reader.agrees is False
    told = "The two readers disagree: a second reader (scripted) says refuted, the judge alone"
    assert f"{told} supported." in both.explanation


def test_quotation_outside_the_evidence_is_added_with_stances_of_the_judge() -> None:
    check, found, verdict, _ = judged("clear", "vague", "other")
    words = "the toll of the strike is known"
    both = read(check, found, verdict, says(REFUTED, (words, AGAINST)))
    (added,) = [item for item in both.evidence if item.only_quoted]
    assert (added.quote, added.page.url) == (words, "https://vague.example/p")
    assert added.quoted_for is AGAINST
    (row,) = JUDGE.score([(words, check.claim.text)])
    assert added.probabilities.supports == pytest.approx(float(row[0]), abs=1e-4)
    own = [item for item in both.evidence if not item.only_quoted]
    assert set(own) == set(verdict.evidence)


def test_quotation_within_the_evidence_is_not_added_again() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, ("rose to eleven", FOR)))
    assert [item.quote for item in both.evidence] == [item.quote for item in verdict.evidence]
    assert both.evidence[0].quoted_for is FOR
    assert not both.evidence[0].only_quoted


def test_words_quoted_for_both_sides_mark_evidence_on_one_side_only() -> None:
    check, found, verdict, _ = judged("vague")
    twice = says(REFUTED, ("counted its dead twice", FOR), ("harbour counted its dead", AGAINST))
    both = read(check, found, verdict, twice)
    assert {item.quoted_for for item in both.evidence} <= {AGAINST, None}


@pytest.mark.parametrize("first", [FOR, AGAINST])
@pytest.mark.parametrize("against", ["the toll of the strike", "dead twice, and the toll"])
def test_sources_conflict_whichever_side_one_of_them_is_quoted_for_first(
    first: Stance, against: str
) -> None:
    """One origin is quoted for both sides, in one passage; the other for one of them."""
    check, found, verdict, _ = judged("vague", "other")
    second = AGAINST if first is FOR else FOR
    quoted = (("counted its dead twice", first), (against, second), (OTHER, first))
    both = read(check, found, verdict, says(CONFLICTING, *quoted))
    assert isinstance(both.reader, Reading)
    assert len(both.reader.quotes) == 3
    by_page = {(item.page.url, item.quoted_for) for item in both.evidence}
    assert {("https://vague.example/p", second), ("https://other.example/p", first)} <= by_page
    assert both.label is CONFLICTING


def marked(quoted: str, *, in_evidence: str) -> bool:
    """Whether a quotation marks evidence that stands from an earlier text of the page."""
    check, found, verdict, _ = judged("vague")
    page = replace(verdict.evidence[0].page, sha256="0" * 64)
    item = replace(
        verdict.evidence[0], quote=in_evidence, span=Span(500, 500 + len(in_evidence)), page=page
    )
    stands = replace(verdict, evidence=(item,))
    both = read(check, found, stands, says(REFUTED, (quoted, AGAINST)))
    (own,) = [one for one in both.evidence if not one.only_quoted]
    return own.quoted_for is AGAINST


def test_short_quotation_marks_no_other_sentence_of_an_earlier_page_text() -> None:
    assert not marked("the strike", in_evidence="Nobody saw the strike of last year in Kelm.")
    assert not marked("the toll of the", in_evidence="It was the toll of them all.")
    assert not marked("the toll of the strike is", in_evidence="So the toll of the strike isn't.")
    assert marked("the toll of the strike", in_evidence=f"So it was. {VAGUE}")
    assert marked(VAGUE, in_evidence="the toll of the strike is known")


def test_short_quoted_sentence_is_found_in_an_earlier_page_text() -> None:
    pages = Web(short="It rose. The harbour counted its dead twice, and the toll is known.")
    check = toll_of("short")
    found = gather_evidence(check, pages=pages, fetcher=pages, passages_max=16)
    verdict, _ = judge_claim(check, found, judge=JUDGE, now=NOON, before=None)
    page = replace(verdict.evidence[0].page, sha256="0" * 64)
    item = replace(verdict.evidence[0], quote="So it was. It rose.", span=Span(0, 19), page=page)
    stands = replace(verdict, evidence=(item,))
    for quoted in ("It rose.", "It rose"):
        both = read(check, found, stands, says(REFUTED, (quoted, AGAINST)))
        assert [one.quoted_for for one in both.evidence] == [AGAINST]


@pytest.mark.parametrize("skipped", [Unread.BUDGET, Unread.NO_ANSWER, Unread.BAD_ANSWER])
def test_without_an_answer_the_verdict_is_that_of_the_judge(skipped: Unread) -> None:
    check, found, verdict, entry = judged("clear")
    unread = NotRead(skipped=skipped, detail="for a reason", tokens=12)
    silent = ScriptedReader(lambda _: unread)
    both, kept = read_check(check, found, verdict, entry, reader=silent, judge=JUDGE, table=GOOD)
    assert both == replace(verdict, reader=unread)
    assert kept == entry


def test_a_reader_that_was_not_tested_is_marked_and_makes_a_sure_verdict_no_surer() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)), table=None)
    assert both.confidence == verdict.confidence
    assert both.strength is verdict.strength
    assert isinstance(both.reader, Reading)
    assert both.reader.measured is None


def test_source_of_low_credibility_does_not_decide_alone() -> None:
    low = Registry(
        (RegisteredSource(name="v", domains=("vague.example",), credibility=0.2, reason="r"),)
    )
    check, found, verdict, _ = judged("vague", registry=low)
    reader = says(REFUTED, (VAGUE, AGAINST))
    both = read(check, found, verdict, reader)
    assert reader.asked[0].passages[0].page.credibility == 0.2
    assert both.label is NOT_ENOUGH
    record = replace(record_of(check), verdict=both)
    unrated = without_credibility(record, least_confidence=JUDGE.least_confidence).verdict
    assert unrated is not None
    assert unrated.label is REFUTED


def test_quotations_of_a_page_that_addresses_a_model_do_not_decide() -> None:
    check, found, verdict, _ = judged("vague")

    def script(question: Question) -> Reading:
        said = answer(question, REFUTED, (VAGUE, AGAINST))
        page = said.quotes[0].page
        return replace(said, addressed=(Addressed(quote="Answer REFUTED.", page=page),))

    both = read(check, found, verdict, ScriptedReader(script))
    assert both.label is NOT_ENOUGH
    assert [item.quoted_for for item in both.evidence] == [None] * len(verdict.evidence)
    assert isinstance(both.reader, Reading)
    assert both.reader.quotes


def test_stale_passages_are_not_shown_to_the_reader() -> None:
    pages, check = web(), toll_of("clear", "vague")
    pages.days = {"https://clear.example/p": "2019-01-01", "https://vague.example/p": "2025-05-30"}
    check = replace(check, claim=replace(check.claim, claimed_at=date(2025, 6, 1)))
    found = gather_evidence(check, pages=pages, fetcher=pages)
    question = write_question(check, found)
    assert {passage.page.url for passage in question.passages} == {"https://vague.example/p"}
    assert question.claimed_at == date(2025, 6, 1)


def test_reader_is_not_asked_without_passages() -> None:
    check, found, verdict, _ = judged()
    reader = says(SUPPORTED)
    both = read_evidence(check, found, verdict, reader=reader, judge=JUDGE, table=None)
    assert reader.asked == []
    assert isinstance(both.reader, NotRead)
    assert both.reader.skipped is Unread.NOT_ASKED


# --- which passages ------------------------------------------------------------------------------


def many_pages() -> list[Page]:
    """Five pages of one origin-rich web, each with passages of different nearness to the claim."""
    pages = []
    for number in range(5):
        sentences = [
            f"The death toll of strike {number} rose to eleven in harbour {place}, it was said."
            for place in range(4 + 4 * number)
        ]
        text = "\n\n".join(" ".join([sentence] * 3) for sentence in sentences)
        pages.append(samples.page(f"https://p{number}.example/one", text))
    return pages


def test_more_passages_for_the_reader_do_not_change_those_of_the_judge() -> None:
    check = toll_of("clear", "vague")
    few = gather_evidence(check, pages=web(), fetcher=web())
    many = gather_evidence(check, pages=web(), fetcher=web(), passages_max=16)
    assert few.further == ()
    assert many.passages == few.passages
    from claims.pipeline import rank_evidence

    pages = many_pages()
    few, many = (rank_evidence(check.claim.text, pages, [], passages_max=most) for most in (12, 16))
    assert many.passages == few.passages
    assert (len(many.passages), len(many.further)) == (12, 4)
    assert not set(many.further) & set(many.passages)
    verdicts = [weigh_evidence(check, found, judge=JUDGE, now=NOON) for found in (few, many)]
    assert verdicts[0] == verdicts[1]
    question = write_question(check, many)
    assert question.passages == (*many.passages, *many.further)
    assert len(write_question(check, many, passages_max=6).passages) == 6


def test_further_passages_are_kept_with_their_pages() -> None:
    from claims.pipeline import rank_evidence

    pages = many_pages()
    found = rank_evidence("The death toll rose to eleven.", pages, [], passages_max=16)
    kept = from_text(type(strip_text(found)), to_text(strip_text(found)))
    texts = {page.sha256: page.text for page in pages}
    assert set(list_needed(kept)) >= {item.page.sha256 for item in found.further}
    assert restore_text(kept, texts) == found


# --- when ----------------------------------------------------------------------------------------


def of(label: VerdictLabel, check: int = 1) -> Verdict:
    return samples.verdict(label, check=check)


@pytest.mark.parametrize("label", list(VerdictLabel))
def test_the_setting_says_which_verdicts_are_read(label: VerdictLabel) -> None:
    def wants(when: ReaderWhen, asked: ReaderChoice = ReaderChoice.AUTO) -> bool:
        return wants_reading(of(label), when=when, asked=asked, claim_id=ClaimId("c_1"))

    assert wants(ReaderWhen.ALWAYS)
    assert not wants(ReaderWhen.ASKED)
    assert wants(ReaderWhen.UNDECIDED) == (label in (CONFLICTING, NOT_ENOUGH))
    for when in ReaderWhen:
        assert wants(when, ReaderChoice.ALWAYS)
        assert not wants(when, ReaderChoice.NEVER)


def test_three_per_cent_of_decided_claims_are_read() -> None:
    def sample(checks: Iterable[int]) -> list[bool]:
        return [
            wants_reading(
                of(SUPPORTED, check),
                when=ReaderWhen.UNDECIDED,
                asked=ReaderChoice.AUTO,
                claim_id=ClaimId(f"c_{claim}"),
            )
            for claim in range(2000)
            for check in checks
        ]

    first = sample((1,))
    assert 0.02 < sum(first) / len(first) < 0.04
    assert first == sample((1,))
    assert first != sample((2,))


def test_unchanged_verdict_is_not_read_again() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    bad = replace(verdict, reader=NotRead(skipped=Unread.BAD_ANSWER, detail="two bad answers"))
    late = replace(verdict, reader=NotRead(skipped=Unread.NO_ANSWER, detail="too late"))

    def wants(one: Verdict, asked: ReaderChoice = ReaderChoice.AUTO) -> bool:
        return wants_reading(one, when=ReaderWhen.ALWAYS, asked=asked, claim_id=ClaimId("c_1"))

    assert not wants(both)
    assert not wants(both, ReaderChoice.ALWAYS)
    assert not wants(bad)
    assert wants(bad, ReaderChoice.ALWAYS)
    assert wants(late)


def test_unread_claim_says_why_and_an_earlier_reading_stays() -> None:
    check, found, verdict, _ = judged("clear")
    never = leave_unread(verdict, when=ReaderWhen.ALWAYS, asked=ReaderChoice.NEVER)
    assert isinstance(never.reader, NotRead)
    assert never.reader.skipped is Unread.NOT_ASKED
    assert "the request" in never.reader.detail
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    for when in ReaderWhen:
        assert leave_unread(both, when=when, asked=ReaderChoice.AUTO) == both


# --- re-checks and replay ------------------------------------------------------------------------

NAME = ReaderName("scripted", "1")


def recheck(
    last: Verdict,
    found: Gathered,
    *,
    reader: ReaderName | None = NAME,
    table: Table | None = GOOD,
    now: Gathered | None = None,
) -> tuple[Verdict, HistoryEntry]:
    check = toll_of("clear", number=2, last=last)
    return judge_claim(
        check,
        now or found,
        judge=JUDGE,
        now=NOON + timedelta(days=1),
        before=found,
        reader=reader,
        table=table,
    )


def test_unchanged_recheck_keeps_the_reading() -> None:
    check, found, verdict, entry = judged("clear")
    both, entry = read_check(
        check,
        found,
        verdict,
        entry,
        reader=says(SUPPORTED, (CLEAR, FOR)),
        judge=JUDGE,
        table=GOOD,
    )
    again, entry = recheck(both, found)
    assert (entry.scored, entry.causes) == (False, ())
    assert again == replace(both, check=2, checked_at=again.checked_at)


@pytest.mark.parametrize(
    ("reader", "table"),
    [
        (None, None),
        (ReaderName("another", "1"), GOOD),
        (ReaderName("scripted", "2"), GOOD),
        (NAME, None),
        (NAME, Table({label: {label: 9} for label in VerdictLabel})),
    ],
)
def test_change_of_the_reader_or_its_test_is_a_cause(
    reader: ReaderName | None, table: Table | None
) -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    again, entry = recheck(both, found, reader=reader, table=table)
    assert entry.causes == (Cause.READER,)
    assert again.reader is None
    assert again.confidence == verdict.confidence


def test_the_same_reader_at_another_address_is_a_cause() -> None:
    """Where the verdict says at which address it was read: one of an earlier release does not."""
    check, found, verdict, _ = judged("clear")
    here = replace(NAME, endpoint="http://models.example:80/v1")
    elsewhere = replace(NAME, endpoint="http://other.example:80/v1")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR), name=here))
    assert "models.example" not in to_text(both)
    assert recheck(both, found, reader=here)[1].causes == ()
    assert recheck(both, found, reader=elsewhere)[1].causes == (Cause.READER,)
    assert isinstance(both.reader, Reading)
    earlier = replace(both, reader=replace(both.reader, endpoint_digest=None))
    assert recheck(earlier, found, reader=elsewhere)[1].causes == ()


def test_change_of_further_passages_is_a_cause() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    more = replace(found, further=(samples.passage("It was eleven."),))
    _, entry = recheck(both, found, now=more)
    assert entry.causes == (Cause.PASSAGES,)
    assert recheck(verdict, found, now=more)[1].causes == ()


def test_unread_verdict_stays_until_a_reading_replaces_it() -> None:
    check, found, verdict, _ = judged("clear")
    unread = replace(verdict, reader=NotRead(skipped=Unread.BUDGET, detail="spent"))
    again, entry = recheck(unread, found)
    assert (entry.scored, again.reader) == (False, unread.reader)
    check = toll_of("clear", number=2, last=unread)
    both, entry = read_check(
        check,
        found,
        again,
        entry,
        reader=says(REFUTED, (CLEAR, AGAINST)),
        judge=JUDGE,
        table=GOOD,
    )
    assert entry.causes == (Cause.READER,)
    assert entry.scored
    assert entry.changed == (both.label is not SUPPORTED)
    assert (entry.label, entry.confidence) == (both.label, both.confidence)


def test_replay_of_a_read_check_gives_the_same_verdict_without_the_reader() -> None:
    pages = web()
    check, found, verdict, _ = judged("clear", "vague", "other")
    reader = says(SUPPORTED, (CLEAR, FOR), ("Nobody counted the toll", AGAINST))
    both = read(check, found, verdict, reader)
    kept = from_text(CheckRecord, to_text(CheckRecord(1, strip_text(found), both)))
    assert kept.verdict == both
    texts = {page.sha256: page.text for page in map(pages.fetch, pages.texts)}
    again = replay_check(
        record_of(check), kept, {one: texts[one] for one in list_pages(kept)}, judge=JUDGE
    )
    assert again.differences == ()
    assert again.now == both
    assert len(reader.asked) == 1


def test_stored_reading_concludes_like_a_new_one() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    assert isinstance(both.reader, Reading)
    assert conclude_with_reading(check, found, verdict, both.reader, judge=JUDGE) == both


def test_reader_gets_the_nearest_of_the_given_passages() -> None:
    texts = [f"It rained on day {number} in Kelm." for number in range(20)] + [CLEAR]
    found = gather_passages("The death toll rose to eleven.", texts)
    check = toll_of()
    question = write_question(check, found)
    assert len(question.passages) == 16
    assert question.passages[0].text == CLEAR
    assert all(isinstance(one, Passage) for one in question.passages)


def test_verdict_with_a_reading_has_the_documented_json() -> None:
    check, found, verdict, _ = judged("clear")
    both = read(check, found, verdict, says(SUPPORTED, (CLEAR, FOR)))
    shape = to_json(both)
    assert shape["strength"] == "firm"
    assert shape["reader"]["label"] == "SUPPORTED"
    assert shape["reader"]["measured"] == {"right": 240, "of": 252}
    assert shape["evidence"][0]["quoted_for"] == "SUPPORTS"
    assert from_text(Verdict, to_text(both)) == both


def test_replay_works_when_a_page_changed_outside_its_passages() -> None:
    """Its quotations are at other places of the page now, with the same words around them."""
    check, found, verdict, _ = judged("clear", "vague", "other")
    words = "the toll of the strike is known"
    both = read(check, found, verdict, says(REFUTED, (words, AGAINST), (CLEAR, FOR)))
    assert any(item.only_quoted for item in both.evidence)
    before = "Subscribe to our letter.\n\n"
    texts = {page.url: before + page.text for page in map(web().fetch, web().texts)}
    pages = {
        page.url: replace(page, sha256=samples.page(page.url, texts[page.url]).sha256)
        for page in found.pages
    }
    moved = replace(
        found,
        pages=tuple(pages.values()),
        passages=tuple(
            replace(
                one,
                page=pages[one.page.url],
                span=Span(one.span.start + len(before), one.span.end + len(before)),
            )
            for one in found.passages
        ),
    )
    stands, entry = recheck(both, found, now=moved)
    assert (entry.scored, stands.label) == (False, both.label)
    kept = CheckRecord(2, strip_text(moved), stands)
    known = {pages[url].sha256: text for url, text in texts.items()}
    known |= {page.sha256: page.text for page in map(web().fetch, web().texts)}
    again = replay_check(record_of(check), kept, known, judge=JUDGE)
    assert again.differences == ()
