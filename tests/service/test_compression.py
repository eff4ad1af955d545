"""Compressed answers: for whom, which, and with which entity tags."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.store.redis_store import RedisStore
from service.http.compression import LEAST_BYTES
from tests.service.dashboard import steps

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
HTML = {"Accept": "text/html"}
ARTICLE = f"/articles/{steps.ARTICLE}"
RECORD = f"/v1/articles/{steps.ARTICLE}"


@pytest.fixture
def article(store: RedisStore) -> RedisStore:
    """A store with one article."""
    steps.submit(store)
    return store


def get(client: FlaskClient, path: str, *, headers: dict[str, str] | None = None) -> TestResponse:
    """The answer, read to its end: a file that is served is closed then."""
    answer = client.get(path, headers=headers or {})
    assert isinstance(answer.data, bytes)
    answer.close()
    return answer


def is_compressed(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize(
    "path",
    [
        *("/", ARTICLE, RECORD, "/openapi.json", "/docs", "/static/app.css", "/static/app.js"),
        *("/pieces/pieces.css", "/swagger-ui/swagger-ui-bundle.js"),
    ],
)
def test_text_is_compressed_for_clients_that_accept_gzip_and_is_the_same(
    client: FlaskClient, article: RedisStore, path: str
) -> None:
    plain, packed = get(client, path), get(client, path, headers=GZIP)
    assert (plain.status_code, is_compressed(plain), is_compressed(packed)) == (200, False, True)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 0.6 * len(plain.data)
    assert packed.content_length == len(packed.data)
    assert "Accept-Encoding" in plain.vary and "Accept-Encoding" in packed.vary


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", "gzip;q=0, *"])
def test_answer_is_plain_for_clients_that_do_not_accept_gzip(
    client: FlaskClient, accepted: str
) -> None:
    answer = get(client, "/openapi.json", headers={"Accept-Encoding": accepted})
    assert not is_compressed(answer) and answer.json["openapi"]


@pytest.mark.parametrize("path", [ARTICLE, RECORD, "/", "/static/app.css"])
def test_each_form_has_its_tag_and_both_tags_are_known(
    client: FlaskClient, article: RedisStore, path: str
) -> None:
    plain, packed = get(client, path), get(client, path, headers=GZIP)
    assert plain.headers["ETag"] != packed.headers["ETag"]
    for first in (plain, packed):
        for headers in ({}, GZIP):
            known = {"If-None-Match": first.headers["ETag"]}
            again = get(client, path, headers=headers | known)
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == first.headers["ETag"]
            assert "Accept-Encoding" in again.vary


def test_change_on_condition_takes_the_tag_of_either_form(
    client: FlaskClient, article: RedisStore
) -> None:
    for headers in (GZIP, {}):
        tag = get(client, RECORD, headers=headers).headers["ETag"]
        for status in (200, 412):  # the change made another version
            known = {"If-Match": tag}
            answer = client.put(f"{RECORD}/tags", json={"tags": [f"{status} {tag}"]}, headers=known)
            assert answer.status_code == status, answer.text


def test_old_tag_gets_the_new_page(client: FlaskClient, article: RedisStore) -> None:
    known = {"If-None-Match": get(client, ARTICLE, headers=GZIP).headers["ETag"]}
    article.set_article_tags(steps.ARTICLE, ["City"])
    answer = get(client, ARTICLE, headers=GZIP | known)
    assert answer.status_code == 200
    assert "City" in gzip.decompress(answer.data).decode()


def test_small_and_empty_answers_stay_plain(client: FlaskClient) -> None:
    for path in ("/livez", "/v1/claims", "/static/icon.svg"):
        answer = get(client, path, headers=GZIP)
        assert not is_compressed(answer)
        assert 0 < len(answer.data) < LEAST_BYTES


def test_head_has_the_headers_of_get(client: FlaskClient, article: RedisStore) -> None:
    got, head = get(client, ARTICLE, headers=GZIP), client.head(ARTICLE, headers=GZIP)
    assert head.data == b""
    for name in ("Content-Encoding", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == got.headers[name]


def test_part_of_a_file_is_plain(client: FlaskClient) -> None:
    part = get(client, "/static/app.css", headers=GZIP | {"Range": "bytes=0-1999"})
    assert (part.status_code, len(part.data), is_compressed(part)) == (206, 2000, False)


# --- no secret is found out from sizes ------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_answer_to_a_page_of_another_site_is_plain(
    client: FlaskClient, article: RedisStore, site: str
) -> None:
    asked = get(client, ARTICLE, headers=GZIP | {"Sec-Fetch-Site": site})
    assert not is_compressed(asked)
    for own in ("same-origin", "none"):
        assert is_compressed(get(client, ARTICLE, headers=GZIP | {"Sec-Fetch-Site": own}))


def test_an_answer_with_no_store_is_plain(client: FlaskClient) -> None:
    answer = client.post(
        "/webhooks",
        data={"url": "https://cms.example.org/hooks", "events": "verdict.created"},
        headers={"Origin": "http://localhost"},
    )
    shown = get(client, answer.location, headers=GZIP | HTML)
    assert "whsec_" in shown.text and not is_compressed(shown)


def test_long_article_is_a_fraction_of_its_size(client: FlaskClient, store: RedisStore) -> None:
    text = "\n\n".join(
        f"In {1900 + n} the council of Norrbeck opened {n} schools." for n in range(75)
    )
    starts = [text.index(f"In {1900 + n} ") for n in range(75)]
    spans = [(start, text.index(".", start) + 1) for start in starts]
    steps.submit(store, [steps.claim_of(text, *span) for span in spans], text=text)
    plain, packed = get(client, ARTICLE), get(client, ARTICLE, headers=GZIP)
    assert plain.text.count('class="card ') == 75
    assert len(packed.data) * 8 < len(plain.data)
