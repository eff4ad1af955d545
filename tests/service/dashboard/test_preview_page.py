"""The look at the claims of a text before it is sent, on the form that sends it."""

from __future__ import annotations

import json

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from urllib3.filepost import encode_multipart_formdata
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from claims.ports import ALL_ARTICLES
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, ListedClaim
from service.api.waiting import EXTENSION
from service.dashboard.chosen_claims import merge_next, read_choice
from service.operations.fields import PREVIEW_CHARS
from tests.service.dashboard.html import text_of, texts_of
from tests.service.dashboard.test_forms import OWN, errors_of, place_of, send

TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!\n\nIs it open?"


def look(browser: FlaskClient, *, status: int = 200, **fields: str) -> BeautifulSoup:
    answer = send(browser, "/articles", look="1", **fields)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_claims_and_what_is_not_checked_are_shown_before_the_text_is_sent(
    browser: FlaskClient, store: RedisStore
) -> None:
    page = look(browser, text=TEXT, sources="https://a.example/", tags="City")
    assert text_of(page, "#preview h2") == "1 claim in this text"
    assert texts_of(page, "#preview ol textarea") == ["The library of Norrbeck opened in 1987."]
    assert len(page.select("#preview .not-checked li")) == 2
    assert not store.list_articles(ALL_ARTICLES, limit=1).items
    typed = {field["name"]: field.text.strip() for field in page.select("#submit-article textarea")}
    assert typed["text"] == TEXT and typed["sources"] == "https://a.example/"
    assert typed["tags"] == "City"
    answer = send(browser, "/articles", text=typed["text"], sources=typed["sources"])
    assert answer.status_code == 303 and place_of(answer).startswith("/articles/a_")


def test_claim_that_is_known_here_links_to_its_page(browser: FlaskClient) -> None:
    body = {"text": "The library of Norrbeck opened in 1987."}
    known = browser.post("/v1/claims", json=body).json["id"]
    (link,) = look(browser, text=TEXT).select("#preview ol a")
    assert link["href"] == f"/claims/{known}" and link.text == "Already known here"


def test_text_without_a_claim_says_so(browser: FlaskClient) -> None:
    page = look(browser, text="Is it open on Mondays? Who knows?")
    assert text_of(page, "#preview h2") == "No claims in this text"
    assert page.select("#preview details[open]")


def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: FlaskClient) -> None:
    for fields, field in (
        ({"url": "https://news.example/1"}, "article-url"),
        ({"text": "It rained. " * (PREVIEW_CHARS // 10)}, "article-text"),
        ({"text": TEXT, "claims": "Is it open?"}, "article-claims"),
        ({"text": TEXT, "published_at": "soon"}, "article-published-at"),
    ):
        answer = send(browser, "/articles", look="1", tags="City", **fields)
        assert answer.status_code == 422 and list(errors_of(answer)) == [field]
        page = BeautifulSoup(answer.text, "lxml")
        assert not page.select("#preview") and text_of(page, "#article-tags") == "City"


def test_form_stays_while_another_text_is_read(browser: FlaskClient, app: APIFlask) -> None:
    with app.extensions[EXTENSION].slot_to_preview():
        page = look(browser, status=422, text=TEXT)
    assert "reading another text" in text_of(page, "#errors")
    assert page.select_one("#article-text").text.strip() == TEXT


def test_hostile_text_stays_text(browser: FlaskClient) -> None:
    hostile = "The library <script>alert(1)</script> of Norrbeck opened in 1987."
    page = look(browser, text=hostile)
    assert not [tag for tag in page.select("script") if "alert" in tag.text]


MORE = (
    "The library of Norrbeck opened in 1987. It has 40,000 books. Ann Berg runs it since 2019. "
    "What a fine place it is!"
)
EDITED = "The library owns 40,000 books."


def press(
    browser: FlaskClient, page: BeautifulSoup, changed: dict[int, str], **more: str
) -> TestResponse:
    """Send the form of a page with claims, some of them `changed`; "" leaves one out."""
    fields = [("text", more.pop("text", MORE)), ("chosen", "1")]
    for number, item in enumerate(page.select("#preview ol > li"), start=1):
        text = changed.get(number, str(item.textarea.text).strip())
        fields += [("found", str(item.select_one("[name=found]")["value"])), ("claim", text)]
        if not text or item.select_one("[name=left_out][checked]"):
            fields.append(("left_out", str(number)))
    fields += more.items()
    body, content_type = encode_multipart_formdata(fields)
    return browser.post("/articles", data=body, headers=OWN, content_type=content_type)


def only_claims_of(store: RedisStore, answer: TestResponse) -> tuple[ListedClaim, ...]:
    assert answer.status_code == 303, answer.text
    new = store.get_article(ArticleId(place_of(answer).removeprefix("/articles/"))).new
    assert new.claims == ()
    return new.only_claims or ()


def test_claims_are_edited_left_out_and_added(browser: FlaskClient, store: RedisStore) -> None:
    page = look(browser, text=MORE)
    assert len(page.select("#preview ol > li")) == 3
    answer = press(browser, page, {2: EDITED, 3: ""}, added="The town pays.\r\n\r\nIt has a cat.")
    kept, edited, *added = only_claims_of(store, answer)
    assert kept.text == kept.sentence == "The library of Norrbeck opened in 1987."
    assert (edited.text, edited.sentence) == (EDITED, "It has 40,000 books.")
    assert added == [ListedClaim(text="The town pays."), ListedClaim(text="It has a cat.")]


def test_claims_of_the_first_form_are_among_those_to_add(browser: FlaskClient) -> None:
    page = look(browser, text=MORE, claims="The town pays.")
    assert text_of(page, "#article-added") == "The town pays."
    assert not page.select("#article-claims")


def test_fault_of_a_claim_is_said_beside_it_and_nothing_is_lost(
    browser: FlaskClient, store: RedisStore
) -> None:
    page = look(browser, text=MORE)
    answer = press(browser, page, {1: "", 2: "Is it open?"}, added="It has a cat.\nWhy?", tags="A")
    assert answer.status_code == 422
    assert list(errors_of(answer)) == ["article-claim-2", "article-added"]
    assert "Line 2: " in errors_of(answer)["article-added"]
    again = BeautifulSoup(answer.text, "lxml")
    links = [link["href"] for link in again.select("#errors a")]
    assert links == ["#article-claim-2", "#article-added"]
    assert texts_of(again, "#errors a")[0].startswith("Claim 2: This is a question")
    assert texts_of(again, "#preview ol textarea")[1:] == [
        "Is it open?",
        "Ann Berg runs it since 2019.",
    ]
    assert [box.has_attr("checked") for box in again.select("[name=left_out]")] == [
        True,
        *[False] * 2,
    ]
    assert text_of(again, "#article-added") == "It has a cat. Why?"
    assert text_of(again, "#article-tags") == "A"
    answer = press(browser, again, {}, added="It has a cat.", force="1")
    assert only_claims_of(store, answer)[0].text == "Is it open?"


def test_all_claims_left_out_is_an_error(browser: FlaskClient) -> None:
    answer = press(browser, look(browser, text=MORE), {1: "", 2: "", 3: " "})
    assert errors_of(answer) == {"article-added": "Keep at least one claim, or add one."}


def test_edited_claim_that_is_known_here_is_said_before_it_is_sent(browser: FlaskClient) -> None:
    known = browser.post("/v1/claims", json={"text": EDITED}).json["id"]
    answer = press(browser, look(browser, text=MORE), {2: EDITED}, look="1")
    page = BeautifulSoup(answer.text, "lxml")
    assert [link["href"] for link in page.select("#preview ol a")] == [f"/claims/{known}"]


def test_claims_found_again_keep_what_was_edited(browser: FlaskClient) -> None:
    page = look(browser, text=MORE)
    shorter = MORE.replace("Ann Berg runs it since 2019. ", "")
    changed = {1: "", 2: EDITED, 3: "Ann Berg has run it since 2019."}
    answer = press(browser, page, changed, added="It has a cat.", look="1", text=shorter)
    again = BeautifulSoup(answer.text, "lxml")
    assert texts_of(again, "#preview ol textarea")[1:] == [EDITED]
    assert again.select("[name=left_out]")[0].has_attr("checked")
    assert again.select_one("#article-added").text.split("\n")[1:] == [
        "It has a cat.",
        "Ann Berg has run it since 2019.",
    ]


def test_hidden_field_that_was_changed_loses_only_the_place(
    browser: FlaskClient, store: RedisStore
) -> None:
    body, content_type = encode_multipart_formdata(
        [("text", MORE), ("chosen", "1"), ("found", "{"), ("claim", EDITED)]
    )
    answer = browser.post("/articles", data=body, headers=OWN, content_type=content_type)
    assert only_claims_of(store, answer) == (ListedClaim(text=EDITED),)


BOTH = "It has 40,000 books. Ann Berg runs it since 2019."


def merge(
    browser: FlaskClient, page: BeautifulSoup, number: int, changed: dict[int, str], **more: str
) -> BeautifulSoup:
    """Press the button of a claim that merges it with the next one."""
    assert page.select_one(f"#preview button[name=merge][value='{number}']")
    answer = press(browser, page, changed, merge=str(number), **more)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_claim_is_merged_with_the_next_one_and_sent_as_one(
    browser: FlaskClient, store: RedisStore
) -> None:
    page = merge(browser, look(browser, text=MORE), 2, {}, added="It has a cat.", tags="A")
    assert texts_of(page, "#preview ol textarea") == [
        "The library of Norrbeck opened in 1987.",
        BOTH,
    ]
    assert page.select_one("[autofocus]") == page.select_one("#article-claim-2")
    assert not store.list_articles(ALL_ARTICLES, limit=1).items
    assert text_of(page, "#article-added") == "It has a cat."
    assert text_of(page, "#article-tags") == "A"
    assert page.select("#preview .not-checked li")
    first, merged, added = only_claims_of(store, press(browser, page, {}, added="It has a cat."))
    assert (merged.text, merged.sentence) == (BOTH, BOTH)
    assert (first.sentence, added.text) == (first.text, "It has a cat.")


def test_all_claims_are_merged_one_after_the_other(browser: FlaskClient, store: RedisStore) -> None:
    page = merge(browser, look(browser, text=MORE), 1, {})
    page = merge(browser, page, 1, {})
    assert not page.select("[name=merge]")
    (claim,) = only_claims_of(store, press(browser, page, {}))
    assert claim.text == claim.sentence == f"The library of Norrbeck opened in 1987. {BOTH}"


def test_words_of_the_form_are_merged_also_of_a_claim_that_was_left_out(
    browser: FlaskClient, store: RedisStore
) -> None:
    page = look(browser, text=MORE)
    item = page.select("[name=left_out]")[2]
    item["checked"] = ""
    page = merge(browser, page, 2, {2: EDITED})
    assert texts_of(page, "#preview ol textarea")[1] == f"{EDITED} Ann Berg runs it since 2019."
    assert not page.select("[name=left_out][checked]")
    page = merge(browser, look(browser, text=MORE), 2, {2: ""})
    assert texts_of(page, "#preview ol textarea")[1] == "Ann Berg runs it since 2019."


def test_claims_found_again_stay_merged(browser: FlaskClient) -> None:
    page = merge(browser, look(browser, text=MORE), 2, {})
    again = press(browser, page, {}, look="1", text=f"{MORE} The town has 9,000 people.")
    found = texts_of(BeautifulSoup(again.text, "lxml"), "#preview ol textarea")
    assert found[1:] == [BOTH, "The town has 9,000 people."]
    gone = press(browser, page, {}, look="1", text="The library of Norrbeck opened in 1987.")
    left = BeautifulSoup(gone.text, "lxml")
    assert text_of(left, "#article-added") == BOTH
    assert len(left.select("#preview ol > li")) == 1


def test_sentences_apart_keep_the_first_as_the_place(
    browser: FlaskClient, store: RedisStore
) -> None:
    apart = "It has 40,000 books. What a fine place it is! Ann Berg runs it since 2019."
    page = merge(browser, look(browser, text=apart), 1, {}, text=apart)
    (claim,) = only_claims_of(store, press(browser, page, {}, text=apart))
    assert (claim.text, claim.sentence) == (BOTH, "It has 40,000 books.")


def test_nothing_to_merge_with_is_said_and_nothing_is_lost(browser: FlaskClient) -> None:
    page = look(browser, text=MORE)
    for number in ("3", "0", "x", "-1"):
        answer = press(browser, page, {2: EDITED}, merge=number, added="It has a cat.")
        assert answer.status_code == 422
        again = BeautifulSoup(answer.text, "lxml")
        assert "no claim after this one" in text_of(again, "#errors")
        assert texts_of(again, "#preview ol textarea")[1] == EDITED
        assert text_of(again, "#article-added") == "It has a cat."


@pytest.mark.parametrize(("other", "kept"), [("Ada", "Ada"), ("Ben", None), (None, None)])
def test_merged_claim_has_a_speaker_only_if_both_have_the_same(
    other: str | None, kept: str | None
) -> None:
    found = [
        json.dumps({"text": f"{number} ships sank.", "claimant": claimant})
        for number, claimant in ((1, "Ada"), (2, other))
    ]
    form = MultiDict([("chosen", "1"), *(("found", one) for one in found)])
    form.setlist("claim", ["1 ships sank.", "2 ships sank."])
    choice = read_choice(form)
    assert choice is not None
    merged = merge_next(choice, 1, text="")
    assert merged is not None
    assert [one.found.claimant for one in merged.claims] == [kept]
