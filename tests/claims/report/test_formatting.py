"""Formatting of labels, codes, times, shares and links on the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from claims.extraction.reasons import Reason
from claims.report import formatting, schedule_words
from claims.report.formatting import Tone
from claims.sources.failures import FailureCode
from claims.types import (
    LEAST_CONFIDENCE,
    ArticleStatus,
    ClaimStatus,
    Schedule,
    Stance,
    VerdictLabel,
    Waiting,
)
from claims.webhooks import Delivery, DeliveryStatus
from tests.claims.report import records
from tests.claims.samples import reference


@pytest.mark.parametrize("code", [*FailureCode, "own-site", "http-404", "http-599"])
def test_every_coverage_code_has_a_plain_sentence(code: str) -> None:
    sentence = formatting.describe_code(code)
    assert sentence.endswith(".")
    assert code not in sentence


@pytest.mark.parametrize(
    ("status_code", "error", "sentence"),
    [
        (204, None, "It answered 204."),
        (500, "it answered 500: wrong.", "It answered 500: wrong."),
        (500, "it answered 500: half a w…", "It answered 500: half a w…"),
        (None, "timeout: no answer in time", "No answer in time."),
        (None, None, ""),
    ],
)
def test_end_of_a_delivery_attempt_is_described_as_a_sentence(
    status_code: int | None, error: str | None, sentence: str
) -> None:
    delivery = Delivery(
        event_id="1-0",
        message_id="m",
        type="verdict.created",
        status=DeliveryStatus.WAITING,
        attempts=1,
        attempted_at=None,
        next_attempt_at=None,
        status_code=status_code,
        duration_ms=None,
        error=error,
    )
    assert formatting.describe_attempt(delivery) == sentence


@pytest.mark.parametrize(
    ("days", "words_of_it"),
    [
        (("2021-03-12", None), "12 Mar 2021"),
        (("2021-03-12", "2024-05-01T08:00:00Z"), "1 May 2024"),
        ((None, None), "no date"),
        (("2099-01-01", None), "no date"),
    ],
)
def test_page_shows_its_latest_day(days: tuple[str | None, str | None], words_of_it: str) -> None:
    page = replace(reference(), published_at=days[0], modified_at=days[1])
    assert formatting.describe_latest(page) == words_of_it


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:00-05:00", "soon"])
def test_impossible_day_is_shown_as_written(moment: str) -> None:
    assert formatting.describe_day(moment) == moment


def test_unknown_code_is_shown_as_it_is() -> None:
    assert "some-new-code" in formatting.describe_code("some-new-code")


@pytest.mark.parametrize("status", [*ArticleStatus, *ClaimStatus])
def test_every_status_has_words(status: str) -> None:
    assert formatting.describe_status(status) != status


def test_waiting_claim_names_the_site_it_waits_for() -> None:
    until = datetime(2026, 1, 5, 10, 30, 4, tzinfo=UTC)
    claim = replace(records.claim("It is."), status=ClaimStatus.GATHERING)
    waits = replace(claim, waiting=Waiting("https://www.library.example/p", until, "host-busy"))
    assert formatting.describe_progress(waits) == "Waiting for library.example until 10:30:04 UTC"
    assert formatting.describe_progress(claim) == "Reading the sources"


@pytest.mark.parametrize("stance", Stance)
def test_every_stance_has_words(stance: Stance) -> None:
    assert formatting.describe_stance(stance) != stance


def test_each_label_has_its_name() -> None:
    assert {label: formatting.tone_of_label(label).word for label in VerdictLabel} == {
        "SUPPORTED": "Supported",
        "REFUTED": "Refuted",
        "CONFLICTING_EVIDENCE": "Conflicting evidence",
        "NOT_ENOUGH_EVIDENCE": "Not enough evidence",
    }


@pytest.mark.parametrize(
    ("label", "support", "confidence", "said"),
    [
        ("NOT_ENOUGH_EVIDENCE", 0.8, 0.1, "Leans to supported"),
        ("NOT_ENOUGH_EVIDENCE", 0.25, 0.4, "Leans to refuted"),
        ("NOT_ENOUGH_EVIDENCE", 0.6, 0.45, "Not enough evidence"),
        ("NOT_ENOUGH_EVIDENCE", 0.6, 0.7, "Not enough evidence"),
        ("NOT_ENOUGH_EVIDENCE", None, 0.9, "Not enough evidence"),
        ("CONFLICTING_EVIDENCE", 0.5, 0.4, "Unclear: sources seem to disagree"),
        ("CONFLICTING_EVIDENCE", 0.5, 0.7, "Conflicting evidence"),
        ("SUPPORTED", 0.9, 0.85, "Supported"),
        ("SUPPORTED", 0.9, 0.84, "Probably supported"),
        ("REFUTED", 0.1, LEAST_CONFIDENCE - 0.01, "Probably refuted, low confidence"),
        (None, None, None, "Not judged yet"),
    ],
)
def test_verdict_is_described_with_its_strength(
    label: str | None, support: float | None, confidence: float | None, said: str
) -> None:
    assert formatting.describe_verdict(label, support, confidence) == said


def test_claim_under_recheck_keeps_the_tone_of_its_verdict() -> None:
    claim = records.claim("It is.", verdict=records.verdict("REFUTED"))
    claim = replace(claim, status=ClaimStatus.GATHERING)
    assert formatting.tone_of_claim(claim) is Tone.REFUTED
    assert formatting.is_busy("gathering")


def test_failed_claim_without_a_verdict_has_the_tone_failed() -> None:
    claim = replace(records.claim("It is."), status=ClaimStatus.FAILED)
    assert formatting.tone_of_claim(claim) is Tone.FAILED


@pytest.mark.parametrize(
    ("share", "words_of_it"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.5, "50 %"), (0.999, "over 99 %"), (1, "100 %")],
)
def test_share_is_shown_as_0_or_100_per_cent_only_if_exact(share: float, words_of_it: str) -> None:
    assert formatting.percent(share) == words_of_it


def test_moment_is_shown_in_utc() -> None:
    moment = datetime(2025, 9, 4, 23, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert formatting.describe_moment(moment) == "5 Sep 2025, 04:05 UTC"
    moment = datetime(2025, 9, 5, 4, 5, tzinfo=UTC)
    assert formatting.describe_moment(moment) == "5 Sep 2025, 04:05 UTC"


@pytest.mark.parametrize("day", [date(2025, 9, 5), "2025-09-05", "2025-09-04T23:05:00-05:00"])
def test_day_is_shown_the_same_from_a_date_and_from_text(day: date | str) -> None:
    assert formatting.describe_day(day) == "5 Sep 2025"


@pytest.mark.parametrize("value", ["last spring", "", "2025-13-40"])
def test_unreadable_date_of_a_page_is_shown_as_written(value: str) -> None:
    assert formatting.describe_day(value) == value


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "pages/local.html",
        "//no-scheme.example/",
        "https://",
        "http://[broken",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert formatting.web_link(url) is None


def test_host_is_shown_without_www_and_credentials() -> None:
    assert formatting.host_of("https://user:secret@www.News.example:8443/x") == "news.example"
    assert formatting.host_of("notes/local.txt") == "notes/local.txt"


@pytest.mark.parametrize(
    ("every", "words_of_it"),
    [
        ("P1D", "every day"),
        ("P7D", "every week"),
        ("PT1M", "every minute"),
        ("PT90M", "every 90 minutes"),
        ("PT1H1S", "every 3601 seconds"),
        ("P2W", "every 2 weeks"),
    ],
)
def test_period_is_shown_in_its_largest_whole_unit(every: str, words_of_it: str) -> None:
    assert schedule_words.describe_every(every) == words_of_it


@pytest.mark.parametrize(
    ("schedule", "words_of_it"),
    [
        (Schedule("P2D", None), ""),
        (
            Schedule("P2D", None, stretched="P5D", budget=500),
            "every 5 days, stretched from every 2 days by the budget of 500 looks a day",
        ),
        (
            Schedule("P1D", None, reason="signed off", stretched="PT36H", budget=1),
            "every 36 hours, stretched from every day by the budget of 1 look a day: signed off",
        ),
    ],
)
def test_stretched_period_is_said_with_its_budget(schedule: Schedule, words_of_it: str) -> None:
    assert schedule_words.describe_period(schedule) == words_of_it


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_not_checking_has_a_plain_sentence(reason: Reason) -> None:
    sentence = formatting.describe_reason(reason)
    assert sentence.endswith(".")
    assert sentence[0].isupper()


@pytest.mark.parametrize(
    ("result", "words_of_it", "tone"),
    [
        ("differs", "Differs", "refuted"),
        ("not in the passage", "Not in the passage", "not-enough"),
        ("verbatim", "Verbatim", "supported"),
        ("altered", "Altered", "refuted"),
        ("other speaker", "Said by someone else", "refuted"),
        ("some new result", "some new result", "not-enough"),
    ],
)
def test_result_of_a_finding_has_words_and_a_tone(result: str, words_of_it: str, tone: str) -> None:
    assert formatting.describe_finding(result) == words_of_it
    assert formatting.tone_of_result(result) == tone
