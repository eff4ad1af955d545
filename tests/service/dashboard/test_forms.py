"""The forms accept the same input as the API, and show each error beside its field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from urllib3.filepost import encode_multipart_formdata
from werkzeug.test import TestResponse

from claims.ports import WorkItem
from claims.store.redis_store import RedisStore
from claims.types import Adaptive, ArticleId, ClaimId, Hours, Stage
from service.dashboard.forms import read_article_form, read_claim_form
from tests.service.conftest import Notices
from tests.service.dashboard import steps

OWN = {"Origin": "http://localhost"}


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    body, content_type = encode_multipart_formdata(fields)
    return browser.post(path, data=body, headers=OWN, content_type=content_type)


def place_of(answer: TestResponse) -> str:
    """The page that follows a form, without what it says was done."""
    return answer.location.partition("?done=")[0]


def errors_of(answer: TestResponse) -> dict[str, str]:
    """Error message of each field, by the id of the field."""
    soup = BeautifulSoup(answer.text, "lxml")
    return {
        str(message["id"]).rpartition("-error-")[0]: message.get_text()
        for message in soup.select(".field-error")
    }


def test_article_form_submits_its_input(
    browser: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    answer = send(
        browser,
        "/articles",
        text="Eleven people died.\r\nThe boat sank.",
        sources="https://a.example/one\r\n\r\n  https://b.example/two  ",
        claims="The boat sank.",
        title="A boat",
        tags="City\r\nSport",
        published_at="2025-09-04",
        as_of="2025-09-05",
        every="P1D",
    )
    assert answer.status_code == 303
    article_id = ArticleId(answer.location.removeprefix("/articles/"))
    new = store.get_article(article_id).new
    assert new.text == "Eleven people died.\nThe boat sank."
    assert new.tags == ("City", "Sport")
    assert new.options.sources == ("https://a.example/one", "https://b.example/two")
    assert (new.claims, new.title, new.options.every) == (("The boat sank.",), "A boat", "P1D")
    assert (new.published_at, str(new.options.as_of)) == ("2025-09-04", "2025-09-05")
    assert notices.items == [WorkItem(Stage.EXTRACT, article_id, 1)]


def test_claim_form_submits_its_input(
    browser: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    answer = send(
        browser,
        "/claims",
        text="He resigned in 2024.",
        context="The minister spoke on Monday.",
        claimant="A paper",
        claimed_at="2025-09-04",
        as_of="2025-09-05",
        sources="https://a.example/one",
        tags=" City ",
        every="",
    )
    assert answer.status_code == 303
    claim_id = ClaimId(answer.location.removeprefix("/claims/"))
    stored = store.get_claim(claim_id)
    assert stored.record.text == "He resigned in 2024."
    assert (stored.record.claimant, stored.record.tags) == ("A paper", ("City",))
    assert str(stored.record.as_of) == "2025-09-05"
    assert stored.options.sources == ("https://a.example/one",)
    assert stored.record.schedule is None
    assert notices.items == [WorkItem(Stage.GATHER, claim_id, 1)]


def test_text_and_address_together_are_refused(browser: FlaskClient, store: RedisStore) -> None:
    answer = send(browser, "/articles", text="Eleven died.", url="https://a.example/")
    assert answer.status_code == 422
    assert errors_of(answer)["article"].startswith("Give the text of the article or its link")
    assert store.list_articles(limit=1).items == ()


def test_empty_forms_are_refused_in_words_of_their_own_fields(browser: FlaskClient) -> None:
    message = errors_of(send(browser, "/articles", text=" \r\n "))["article"]
    assert message == "Paste the text of the article, or give its link."
    assert "required" in errors_of(send(browser, "/claims", text=""))["claim-text"]


def test_each_wrong_line_is_named_by_its_number(browser: FlaskClient) -> None:
    answer = send(
        browser,
        "/articles",
        text="Eleven died.",
        sources="https://a.example/\r\n\r\njavascript:alert(1)",
        every="PT1S",
    )
    errors = errors_of(answer)
    assert errors["article-sources"].startswith("Line 3: ")
    assert "article-every" in errors


def test_input_is_kept_as_text_beside_the_error(browser: FlaskClient) -> None:
    typed = '</textarea><script>alert(1)</script>" onfocus="alert(1)'
    answer = send(browser, "/articles", text=typed, title=typed, sources="nonsense")
    soup = BeautifulSoup(answer.text, "lxml")
    area, title = soup.select_one("#article-text"), soup.select_one("#article-title")
    # Browsers drop the line end after the start tag; this parser keeps it.
    assert area and area.get_text().removeprefix("\n") == typed
    assert title and title["value"] == typed
    assert not soup.select("script:not([src]), [onfocus]")
    wrong = soup.select_one("#article-sources")
    assert wrong and wrong["aria-invalid"] == "true"
    assert all(soup.find(id=name) for name in str(wrong["aria-describedby"]).split())


def test_error_in_a_folded_field_unfolds_it(browser: FlaskClient) -> None:
    answer = send(browser, "/claims", text="Eleven died.", claimed_at="yesterday")
    soup = BeautifulSoup(answer.text, "lxml")
    assert soup.select_one("#claim-options[open] #claim-claimed-at[aria-invalid]")


@pytest.mark.parametrize(("path", "form"), [("/articles", "article"), ("/claims", "claim")])
def test_last_day_that_is_none_is_said_beside_its_field(
    browser: FlaskClient, path: str, form: str
) -> None:
    answer = send(browser, path, text="Eleven died.", as_of="soon")
    assert answer.status_code == 422
    assert "such as 2025-09-04" in errors_of(answer)[f"{form}-as-of"]
    soup = BeautifulSoup(answer.text, "lxml")
    assert soup.select_one(f"#{form}-options[open] #{form}-as-of[aria-invalid]")


def test_longest_article_of_three_byte_characters_fits_the_form(
    browser: FlaskClient, store: RedisStore
) -> None:
    text = "船が沈んだ。" * 33_333
    assert send(browser, "/articles", text=text).status_code == 303


def test_article_beyond_the_limit_is_refused_with_the_limit(browser: FlaskClient) -> None:
    answer = send(browser, "/articles", text="a" * 200_001)
    assert answer.status_code == 422
    assert "200000" in errors_of(answer)["article-text"].replace(",", "")


def test_body_beyond_three_mebibytes_is_answered_with_a_page(browser: FlaskClient) -> None:
    answer = send(browser, "/articles", text="a" * 3_200_000)
    assert (answer.status_code, answer.mimetype) == (413, "text/html")
    assert "3 MiB" in answer.text


def test_form_of_another_site_is_refused(browser: FlaskClient, store: RedisStore) -> None:
    answer = browser.post(
        "/claims", data={"text": "Eleven died."}, headers={"Origin": "https://evil.example"}
    )
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert store.list_claims(limit=1).items == ()


def test_recheck_asks_for_the_next_check(
    browser: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    answer = browser.post(f"/claims/{claim.id}/recheck", headers=OWN)
    assert (answer.status_code, place_of(answer)) == (303, f"/claims/{claim.id}")
    assert store.get_claim(claim.id).check == 2
    assert WorkItem(Stage.GATHER, claim.id, 2) in notices.items


def test_schedule_is_set_and_ended(browser: FlaskClient, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    path = f"/claims/{claim.id}/schedule"
    assert send(browser, path, every="PT6H").status_code == 303
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and schedule.every == "PT6H"
    assert send(browser, path, every="never").status_code == 303
    assert store.get_claim(claim.id).record.schedule is None


def test_adaptive_schedule_is_set_by_the_form_and_shown_with_its_reason(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    assert send(browser, f"/claims/{claim.id}/schedule", every="adaptive").status_code == 303
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and schedule.adaptive == Adaptive()
    page = browser.get(f"/claims/{claim.id}").text
    assert '<option value="adaptive" selected>' in page
    assert "no look back yet" in page


def test_another_period_leaves_the_end_that_was_set(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    until = datetime(2100, 1, 1, tzinfo=UTC)
    store.set_schedule(claim.id, every="P1D", until=until)
    assert send(browser, f"/claims/{claim.id}/schedule", every="PT6H").status_code == 303
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and (schedule.every, schedule.until) == ("PT6H", until)


def test_form_sets_the_time_of_day_the_end_and_a_pause_and_shows_them(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    path = f"/claims/{claim.id}"
    times = {"at": "09:00", "zone": "Europe/Berlin", "quiet": "22:00-07:00"}
    answer = send(browser, f"{path}/schedule", every="P1D", until="2100-01-01", **times)
    assert answer.status_code == 303
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and schedule.hours == Hours("09:00", "Europe/Berlin", "22:00-07:00")
    assert schedule.until == datetime(2100, 1, 1, 23, 59, 59, tzinfo=UTC)
    page = browser.get(path).text
    assert "at 09:00 and not between 22:00 and 07:00, Europe/Berlin" in page
    assert 'value="2100-01-01"' in page
    assert send(browser, f"{path}/schedule", every="adaptive", paused="1").status_code == 303
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and (schedule.paused, schedule.at, schedule.next_at) == (True, None, None)
    assert "The schedule pauses" in browser.get(path).text


def test_schedule_of_a_tag_is_named_and_stays_when_the_form_ends_the_claims_own(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.set_claim_tags(claim.id, ["City"])
    store.tag_schedules.put("City", every="P1D", until=None)
    path = f"/claims/{claim.id}"
    assert "This is the schedule of the tag" in browser.get(path).text
    answer = send(browser, f"{path}/schedule", every="never")
    assert "it is checked on that of its tag" in browser.get(answer.location).text
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and schedule.tag == "City"


def test_empty_last_day_removes_the_end(browser: FlaskClient, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    store.set_schedule(claim.id, every="P1D", until=datetime(2100, 1, 1, tzinfo=UTC))
    assert send(browser, f"/claims/{claim.id}/schedule", every="P1D", until="").status_code == 303
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and schedule.until is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "9 o'clock"),
        ("at", "24:00"),
        ("quiet", "22-7"),
        ("zone", "Moon/Sea"),
        ("until", "2001-01-01"),
        ("until", "soon"),
    ],
)
def test_wrong_time_of_a_schedule_is_refused_at_its_field(
    browser: FlaskClient, store: RedisStore, field: str, value: str
) -> None:
    claim = steps.submit(store)[0]
    answer = send(browser, f"/claims/{claim.id}/schedule", every="P1D", **{field: value})
    assert answer.status_code == 422
    assert set(errors_of(answer)) == {field}
    assert store.get_claim(claim.id).record.schedule is None


@pytest.mark.parametrize("every", ["", "PT1S", "tomorrow"])
def test_wrong_schedule_is_refused_on_the_claims_own_page(
    browser: FlaskClient, store: RedisStore, every: str
) -> None:
    claim = steps.submit(store)[0]
    answer = send(browser, f"/claims/{claim.id}/schedule", every=every)
    assert answer.status_code == 422
    assert "every" in errors_of(answer)
    assert "Eleven people died." in answer.text


def test_forms_ignore_fields_that_the_bodies_do_not_have() -> None:
    filled = read_claim_form({"text": "Eleven died.", "form_token": "x", "id": "c_mine"})
    assert filled.body is not None
    assert filled.body.model_dump(exclude_none=True) == {"text": "Eleven died."}


def test_html_can_be_submitted_only_over_the_api() -> None:
    assert read_article_form({"html": "<p>Eleven died.</p>"}).body is None


def test_claim_that_cannot_be_checked_is_refused_with_a_way_to_go_on(
    browser: FlaskClient, store: RedisStore
) -> None:
    text = "Is the library open?"
    answer = send(browser, "/claims", text=text)
    assert answer.status_code == 422
    assert errors_of(answer)["claim-text"].startswith("This is a question")
    soup = BeautifulSoup(answer.text, "lxml")
    (tick,) = soup.select("input[name=force]")
    assert tick.get("checked") is None
    assert "Check it anyway" in str(tick.parent)
    assert text in str(soup.select_one("#claim-text"))
    assert store.list_claims(limit=1).items == ()
    forced = send(browser, "/claims", text=text, force="1")
    assert forced.status_code == 303
    assert not BeautifulSoup(browser.get("/submit").text, "lxml").select("input[name=force]")


def test_claims_of_an_article_that_cannot_be_checked_are_named_by_their_lines(
    browser: FlaskClient, store: RedisStore
) -> None:
    fields = {"text": "Eleven people died.", "claims": "The boat sank.\r\n\r\nDid it sink?"}
    answer = send(browser, "/articles", **fields)
    assert answer.status_code == 422
    assert errors_of(answer)["article-claims"].startswith("Line 3: this is a question")
    assert len(BeautifulSoup(answer.text, "lxml").select("input[name=force]")) == 1
    assert send(browser, "/articles", **fields, force="1").status_code == 303


def test_corrected_wording_that_cannot_be_checked_is_refused_with_a_way_to_go_on(
    browser: FlaskClient, store: RedisStore
) -> None:
    path = f"/claims/{steps.submit(store)[0].id}/change/wording"
    answer = browser.post(path, data={"text": "Did they die?"}, headers=OWN)
    assert answer.status_code == 422
    assert errors_of(answer)["wording-text"].startswith("This is a question")
    assert BeautifulSoup(answer.text, "lxml").select_one("#wording-force")
    forced = browser.post(path, data={"text": "Did they die?", "force": "1"}, headers=OWN)
    assert forced.status_code == 303
