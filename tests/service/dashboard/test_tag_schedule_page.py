"""The schedule of a tag: what lists say about it, and the page that sets, pauses and removes it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.access import Scope
from claims.errors import NotFound
from claims.limits import TAG_SCHEDULES
from claims.store import keys
from claims.store.redis_store import RedisStore
from claims.types import Adaptive, Hours
from service.dashboard.confirming import Done
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.test_confirming import assert_summed_up, follow
from tests.service.dashboard.test_forms import errors_of, send
from tests.service.dashboard.test_keys import post, sign_in
from tests.service.keys import make_key

PATH = "/tags/City/schedule"
TIMES = {"at": "09:00", "zone": "Europe/Berlin", "quiet": "22:00-07:00"}


def test_form_sets_pauses_resumes_and_removes_the_schedule(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    assert "It has no schedule." in show(PATH).get_text()
    given = {"every": "P1D", "until": "2100-01-01", **TIMES}
    assert follow(browser, PATH, **given) == (Done.TAG_SCHEDULE_SET, PATH)
    stored = store.tag_schedules.get("city")
    assert (stored.tag, stored.every, stored.paused) == ("City", "P1D", False)
    assert Hours(stored.at, stored.zone, stored.quiet) == Hours(**TIMES)
    page = show(PATH)
    assert "are checked every day, at 09:00 and not between 22:00 and 07:00" in page.get_text()
    shown = {field["name"]: field.get("value") for field in page.select("form .field input[name]")}
    assert shown == {name: given[name] for name in ("at", "quiet", "zone", "until")}
    assert page.select_one("option[selected]")["value"] == "P1D"  # type: ignore[index]

    assert follow(browser, PATH, **given, paused="1") == (Done.TAG_SCHEDULE_SET, PATH)
    assert store.tag_schedules.get("City").paused
    assert "pauses: nothing is checked" in show(PATH).get_text()
    assert follow(browser, PATH, **given) == (Done.TAG_SCHEDULE_SET, PATH)
    assert not store.tag_schedules.get("City").paused

    for _ in range(2):
        assert follow(browser, PATH, every="never") == (Done.TAG_SCHEDULE_REMOVED, PATH)
        with pytest.raises(NotFound):
            store.tag_schedules.get("City")


def test_claim_follows_the_schedule_of_the_form_and_leads_to_it(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.set_claim_tags(claim.id, ["City"])
    send(browser, PATH, every="adaptive")
    schedule = store.get_claim(claim.id).record.schedule
    assert schedule and (schedule.tag, schedule.adaptive) == ("City", Adaptive())
    for page in (f"/claims/{claim.id}", f"/claims/{claim.id}/change"):
        assert f'<a href="{PATH}">' in browser.get(page).text


def test_bounds_and_moments_that_the_form_cannot_show_stay(
    browser: FlaskClient, store: RedisStore
) -> None:
    until, bounds = datetime(2100, 1, 1, 12, tzinfo=UTC), {"min": "PT2H", "max": "P9D"}
    answer = browser.put(
        "/v1/tags/City/schedule", json={"adaptive": bounds, "until": "2100-01-01T12:00:00Z"}
    )
    assert answer.status_code == 200
    send(browser, PATH, every="adaptive", until="2100-01-01", paused="1")
    stored = store.tag_schedules.get("City")
    assert (stored.adaptive, stored.until) == (Adaptive("PT2H", "P9D"), until)
    send(browser, PATH, every="adaptive", until="", at="09:00")
    stored = store.tag_schedules.get("City")
    assert (stored.adaptive, stored.until) == (Adaptive("P1D"), None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("at", "24:00"), ("quiet", "22-7"), ("zone", "Moon/Sea"), ("until", "2001-01-01")],
)
def test_wrong_field_is_named_and_what_was_typed_stays(
    browser: FlaskClient, store: RedisStore, field: str, value: str
) -> None:
    typed = {"every": "P7D", "paused": "1", **TIMES, field: value}
    answer = send(browser, PATH, **typed)
    assert assert_summed_up(answer) == 1
    assert set(errors_of(answer)) == {field}
    page = BeautifulSoup(answer.text, "lxml")
    assert [option["value"] for option in page.select("option[selected]")] == ["P7D"]
    assert page.select_one("#paused[checked]")
    for name in TIMES:
        assert page.select_one(f"#{name}")["value"] == typed[name]  # type: ignore[index]
    with pytest.raises(NotFound):
        store.tag_schedules.get("City")


@pytest.mark.parametrize("every", ["", "PT1S", "soon"])
def test_wrong_period_is_named(browser: FlaskClient, every: str) -> None:
    answer = send(browser, PATH, every=every)
    assert assert_summed_up(answer) == 1
    assert set(errors_of(answer)) == {"every"}


def test_too_many_schedules_are_refused_in_words(browser: FlaskClient, store: RedisStore) -> None:
    others = {f"other-{number}": "{}" for number in range(TAG_SCHEDULES)}
    store.connection.command(
        "HSET", keys.TAG_SCHEDULES, *(x for pair in others.items() for x in pair)
    )
    answer = send(browser, PATH, every="P1D")
    assert assert_summed_up(answer) == 1
    assert "delete one of them first" in errors_of(answer)["every"]


def test_a_tag_that_there_cannot_be_is_refused(browser: FlaskClient) -> None:
    path = f"/tags/{'x' * 51}/schedule"
    for answer in (browser.get(path), send(browser, path, every="P1D")):
        assert (answer.status_code, answer.mimetype) == (422, "text/html")


@pytest.mark.parametrize("tag", ["Ä/ö", "a/schedule", "50 % <b>&", "?done=x#y"])
def test_a_tag_with_any_sign_has_a_page(browser: FlaskClient, show: Show, tag: str) -> None:
    path = f"/tags/{quote(tag, safe='')}/schedule"
    assert follow(browser, path, every="P1D") == (Done.TAG_SCHEDULE_SET, path)
    page = show(f"/claims?tag={quote(tag)}")
    (link,) = page.select("#tag-schedule a")
    assert "Its claims are checked every day" in page.get_text()
    assert tag in show(str(link["href"])).select_one("h1").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/claims", "/articles"])
def test_list_of_a_tag_says_its_schedule_and_leads_to_the_form(
    show: Show, store: RedisStore, path: str
) -> None:
    assert not show(path).select("#tag-schedule")
    (line,) = show(f"{path}?tag=City").select("#tag-schedule")
    assert "City: It has no schedule. Set a schedule" in " ".join(line.get_text().split())
    store.tag_schedules.put("City", every="PT6H", until=None)
    (line,) = show(f"{path}?tag=city").select("#tag-schedule")
    assert "Its claims are checked every 6 hours" in line.get_text()
    assert [link["href"] for link in line.select("a")] == ["/tags/city/schedule"]


def test_a_schedule_that_cannot_be_read_leaves_the_list(show: Show, store: RedisStore) -> None:
    store.connection.command("HSET", keys.TAG_SCHEDULES, "city", "{}")
    assert not show("/claims?tag=City").select("#tag-schedule")


def test_a_reader_sees_the_schedule_without_the_form(guarded: APIFlask, store: RedisStore) -> None:
    reader = guarded.test_client()
    reader.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    store.tag_schedules.put("City", every="P1D", until=None)
    sign_in(reader, make_key(store, Scope.READ))
    page = BeautifulSoup(reader.get("/claims?tag=City").text, "lxml")
    (line,) = page.select("#tag-schedule")
    assert "every day" in line.get_text() and not line.select("a")
    assert post(reader, PATH, every="never").status_code == 403
    assert store.tag_schedules.get("City").every == "P1D"
