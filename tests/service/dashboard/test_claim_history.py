"""The history on the page of a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from claims.report.formatting import describe_moment
from claims.store.redis_store import RedisStore
from claims.types import (
    ArchivedCopy,
    Cause,
    Failing,
    PageChange,
    PageDifference,
    SourceFailure,
    Stance,
    VerdictLabel,
)
from tests.contracts.steps import pass_time
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import fold, text_of, texts_of


def test_history_shows_changes_with_their_causes_newest_first(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    yes = [steps.evidence_from(source)]
    no = [steps.evidence_from(source, stance=Stance.REFUTES)]
    steps.judge(store, claim.id, no, label=VerdictLabel.REFUTED)
    store.recheck_claim(claim.id)
    steps.judge(
        store,
        claim.id,
        yes,
        label=VerdictLabel.SUPPORTED,
        check=2,
        changed=True,
        difference=PageDifference(
            changed=(PageChange("https://a.example/one"),), vanished=("notes.txt",)
        ),
    )
    store.recheck_claim(claim.id)
    steps.judge(store, claim.id, yes, label=VerdictLabel.SUPPORTED, check=3, causes=())
    soup = show(f"/claims/{claim.id}")
    assert texts_of(soup, ".history-head") == [
        "Supported Check 3 7 Sep 2025, 12:00 UTC Support 97 % Confidence 90 %",
        "Supported Check 2 6 Sep 2025, 12:00 UTC Support 97 % Confidence 90 %",
        "Refuted Check 1 5 Sep 2025, 12:00 UTC Support 3 % Confidence 90 %",
    ]
    assert texts_of(soup, ".history-what") == [
        "The evidence has not changed, so the verdict is the same.",
        "The verdict changed: it was refuted before. The passages changed.",
        "First check.",
    ]
    assert text_of(soup, ".differences") == (
        "Page changed: https://a.example/one Page no longer available: notes.txt"
    )
    assert [a["href"] for a in soup.select(".differences a")] == ["https://a.example/one"]


def test_history_says_why_a_verdict_changed_although_no_page_had(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED)
    for check, changed in ((2, True), (3, False)):
        store.recheck_claim(claim.id)
        steps.judge(
            store,
            claim.id,
            label=VerdictLabel.NOT_ENOUGH_EVIDENCE,
            check=check,
            changed=changed,
            causes=[Cause.SOURCES, Cause.JUDGE] if changed else [Cause.STALE],
        )
    newest, older, _ = show(f"/claims/{claim.id}").select(".history-what")
    assert fold(newest) == ("Judged again; same verdict. Other evidence is too old for the claim.")
    assert fold(older) == (
        "The verdict changed: it was supported before. A source has another name or rating."
        " The judge is another one, or another release."
    )


def test_checks_in_a_row_that_found_nothing_changed_are_one_line_of_the_history(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    elsewhere = PageDifference(changed=(PageChange("https://a.example/one"),))
    steps.judge(store, claim.id)
    for check in (2, 3, 4, 5):
        store.recheck_claim(claim.id)
        difference = elsewhere if check == 4 else None
        steps.judge(store, claim.id, check=check, causes=(), difference=difference)
    soup = show(f"/claims/{claim.id}")
    heads = texts_of(soup, ".history-head")
    assert heads == [
        "Not enough evidence Check 5 9 Sep 2025, 12:00 UTC",
        "Not enough evidence Check 4 8 Sep 2025, 12:00 UTC",
        "Not enough evidence Checks 2 to 3 6 Sep 2025, 12:00 UTC to 7 Sep 2025, 12:00 UTC",
        "Not enough evidence Check 1 5 Sep 2025, 12:00 UTC",
    ]
    assert texts_of(soup, ".history-what") == [
        "The evidence has not changed, so the verdict is the same.",
        "No judged passage has changed, so the verdict is the same.",
        "The evidence has not changed, so the verdict is the same.",
        "First check.",
    ]
    assert text_of(soup, ".differences") == "Page changed: https://a.example/one"


def test_page_that_is_gone_is_named_with_its_failure(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.recheck_claim(claim.id)
    gone = SourceFailure("https://a.example/one", "http-404", "it answered 404")
    difference = PageDifference(vanished=(gone.url, "notes.txt"), gone=(gone,))
    steps.judge(store, claim.id, check=2, difference=difference)
    assert texts_of(show(f"/claims/{claim.id}"), ".differences li") == [
        f"Page gone, after failures on three days: {gone.url} There is no such page (HTTP 404).",
        "Page no longer available: notes.txt",
    ]


def test_evidence_of_a_page_that_fails_says_so(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    piece = steps.evidence_from(steps.keep_page(store))
    failing = Failing("http-404", (date(2025, 9, 5), date(2025, 9, 6)))
    piece = replace(piece, page=replace(piece.page, failing=failing))
    steps.judge(store, claim.id, [piece], label=VerdictLabel.SUPPORTED)
    line = text_of(show(f"/claims/{claim.id}"), ".failing")
    assert line.startswith("This is its text of ")
    assert line.endswith(
        "; it could not be read again, on 2 of 3 days before it counts as gone: "
        "There is no such page (HTTP 404)."
    )


def test_evidence_from_an_archived_copy_says_so_with_its_day(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    piece = steps.evidence_from(steps.keep_page(store))
    copy = ArchivedCopy("https://archive.example/web/20240303101112id_/x", date(2024, 3, 3))
    page = replace(piece.page, failing=Failing("http-404", (date(2025, 9, 5),)), archived=copy)
    piece = replace(piece, page=page)
    steps.judge(store, claim.id, [piece], label=VerdictLabel.SUPPORTED, archived=(page.url,))
    shown = show(f"/claims/{claim.id}")
    said = f"Could not be read; an archived copy is evidence: {page.url}"
    assert said in texts_of(shown, ".history .quiet")
    assert text_of(shown, ".failing") == (
        "This is an archived copy of 3 March 2024; the page itself cannot be read: "
        "There is no such page (HTTP 404). Open the copy"
    )
    assert shown.select_one(".failing a")["href"] == copy.address  # type: ignore[index]
    (read,) = [a["href"] for a in shown.select("a") if fold(a) == "as it was read"]
    about = text_of(show(str(read).partition("#")[0]), ".answer")
    assert f"Archived copy of 3 Mar 2024: {copy.address}" in about


def test_change_that_waits_for_its_confirmation_is_shown_as_such(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED)
    store.set_schedule(claim.id, every="P1D", until=None)
    pass_time(store, 2 * 86_400)
    steps.judge(store, claim.id, check=2, changed=True)
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule is not None
    assert text_of(show(f"/claims/{claim.id}"), "#unconfirmed") == (
        "Changed at check 2: it was supported before. The pages are read again "
        f"{describe_moment(schedule.next_at)}, before the change is announced."
    )
    store.recheck_claim(claim.id)
    steps.judge(store, claim.id, check=3)
    assert show(f"/claims/{claim.id}").select_one("#unconfirmed") is None


def test_changed_sentences_stand_side_by_side_with_their_words_marked(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.recheck_claim(claim.id)
    difference = PageDifference(
        appeared=("https://b.example/two",),
        changed=(
            PageChange("https://a.example/one", "It opened in 1987.", "It opened in 1978."),
            PageChange("https://a.example/one", None, "It closed <b>early</b>."),
        ),
        further=3,
    )
    steps.judge(
        store,
        claim.id,
        check=2,
        changed=True,
        difference=difference,
        turned_by=("https://a.example/one",),
    )
    (soup,) = show(f"/claims/{claim.id}").select(".history")
    assert [" ".join(one.get_text().split()) for one in soup.select(".change dd")] == [
        "It opened in 1987.",
        "It opened in 1978.",
        "no such sentence",
        "It closed <b>early</b>.",
    ]
    assert texts_of(soup, ".change del") == ["1987"]
    assert texts_of(soup, ".change ins") == ["1978"]
    changed, further, appeared = soup.select(".differences > li")
    assert "turned the verdict" in fold(changed)
    assert "turned the verdict" not in fold(appeared)
    assert fold(further) == "3 further changed sentences"


def test_passages_that_changed_without_another_verdict_are_said_as_such(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    for check in (1, 2):
        steps.judge(store, claim.id, check=check)
        store.recheck_claim(claim.id)
    soup = show(f"/claims/{claim.id}")
    assert texts_of(soup, ".history-what")[0] == "The passages changed; the verdict did not."
