"""Invalid requests: the answer is a problem that says what to change, and nothing is stored."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from claims.limits import ARTICLE_CHARS
from service.api.strict_json import BODY_BYTES_MAX
from service.operations.fields import PASSAGES_CHARS

JSON = "application/json"
OK = b'{"text": "Eleven people died."}'
DAY_OR_MOMENT = (
    "this must be a date such as 2025-09-04, or a date and time with its offset, such as"
    " 2026-01-31T12:00:00Z"
)


def post(client: FlaskClient, body: bytes, **options: object) -> TestResponse:
    return client.post("/v1/claims", data=body, **({"content_type": JSON} | options))


def assert_refused(client: FlaskClient, answer: TestResponse, status: int, name: str) -> None:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["type"] == f"/problems/{name}"
    assert client.get("/v1/claims").json["items"] == []
    assert client.get("/v1/articles").json["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"{",
        b'{"text": "a",}',
        b"{'text': 'a'}",
        b'{"text": "a"} {}',
        b'{"text": NaN}',
        b'{"text": -Infinity}',
        b'{"text": 1e400}',
        b'{"text": ' + b"9" * 5000 + b"}",
        b'{"text": "a", "text": "b"}',
        b'{"text": "a", "context": {"x": 1, "x": 2}}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"text":' * 10_000 + b"1" + b"}" * 10_000,
        b"\xef\xbb\xbf" + OK,
        OK.decode().encode("utf-16"),
        '{"text": "é"}'.encode("latin-1"),
        b'{"text": "tab\tinside"}',
    ],
    ids=range(18),
)
def test_a_body_that_is_not_strict_json_is_malformed(client: FlaskClient, body: bytes) -> None:
    assert_refused(client, post(client, body), 400, "malformed-json")


@pytest.mark.parametrize(
    "options",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "application/json; charset=latin-1"},
        {"content_type": None},
        {"headers": {"Content-Encoding": "gzip"}},
        {"headers": {"Content-Encoding": "br"}},
    ],
    ids=str,
)
def test_another_media_type_is_unsupported(client: FlaskClient, options: dict[str, object]) -> None:
    assert_refused(client, post(client, OK, **options), 415, "unsupported-media")


@pytest.mark.parametrize("size", [BODY_BYTES_MAX + 1, 10_000_000])
def test_a_body_over_the_limit_is_too_large(client: FlaskClient, size: int) -> None:
    assert_refused(client, post(client, b" " * size), 413, "too-large")


def test_the_longest_text_fits_in_with_each_character_escaped(client: FlaskClient) -> None:
    face = r"\ud83d\ude00"
    article = f'{{"text": "Eleven died. {face * (ARTICLE_CHARS - 13)}"}}'.encode()
    answer = client.post("/v1/articles", data=article, content_type=JSON)
    assert answer.status_code == 202
    longer = f'{{"text": "Eleven died. {face * (ARTICLE_CHARS - 12)}"}}'.encode()
    assert client.post("/v1/articles", data=longer, content_type=JSON).status_code == 422
    passages = f'[{{"text": "{face * (PASSAGES_CHARS + 1)}"}}]'
    body = f'{{"claim": "Eleven died.", "passages": {passages}}}'.encode()
    assert client.post("/v1/verify", data=body, content_type=JSON).status_code == 422


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, "/text"),
        ({"text": None}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": " \n\t\u00a0"}, "/text"),
        ({"text": '"' * 1000}, "/text"),
        ({"text": "1987 \u2013 2026!"}, "/text"),
        ({"text": "a" * 1001}, "/text"),
        ({"text": "a\x00b"}, "/text"),
        ({"text": "\x01\x02\x03\x04PNG"}, "/text"),
        ({"text": "\ufffd\ufffd\ufffd caf\ufffd"}, "/text"),
        ({"text": "half \ud83d"}, "/text"),
        ({"text": "a", "colour": "red"}, "/colour"),
        ({"text": "a", "a/b~c": 1}, "/a~1b~0c"),
        ({"text": "a", "\udc00": 1}, ""),
        ({"text": "a", "claimant": "two\nlines"}, "/claimant"),
        ({"text": "a", "claimed_at": "yesterday"}, "/claimed_at"),
        ({"text": "a", "claimed_at": "2025-02-30"}, "/claimed_at"),
        ({"text": "a", "claimed_at": 20250101}, "/claimed_at"),
        ({"text": "a", "claimed_at": "0001-01-01"}, "/claimed_at"),
        ({"text": "a", "as_of": "yesterday"}, "/as_of"),
        ({"text": "a", "as_of": "2025-02-30"}, "/as_of"),
        ({"text": "a", "as_of": "20250904"}, "/as_of"),
        ({"text": "a", "as_of": 20250101}, "/as_of"),
        ({"text": "a", "as_of": ["2025-09-04"]}, "/as_of"),
        ({"text": "a", "every": "PT59S"}, "/every"),
        ({"text": "a", "every": "P1M"}, "/every"),
        ({"text": "a", "every": "daily"}, "/every"),
        ({"text": "a", "priority": "urgent"}, "/priority"),
        ({"text": "a", "priority": 1}, "/priority"),
        ({"text": "a", "sources": "https://a.example/"}, "/sources"),
        ({"text": "a", "sources": ["https://a.example/"] * 51}, "/sources"),
        ({"text": "a", "sources": ["https://a.example/", "notes.txt"]}, "/sources/1"),
        ({"text": "a", "sources": ["file:///etc/passwd"]}, "/sources/0"),
        ({"text": "a", "sources": ["https://me:pw@a.example/"]}, "/sources/0"),
        ({"text": "a", "sources": ["https://a.example/\r\nX: 1"]}, "/sources/0"),
        ({"text": "a", "sources": ["https://a.example/" + "a" * 2048]}, "/sources/0"),
        ({"text": "a", "sources": ["shelf:../../etc/passwd"]}, "/sources/0"),
        ({"text": "a", "sources": ["shelf:press"]}, "/sources/0"),
    ],
    ids=range(39),
)
def test_a_claim_with_a_wrong_field_is_refused_with_its_pointer(
    client: FlaskClient, fields: dict[str, object], pointer: str
) -> None:
    answer = post(client, json.dumps(fields).encode())
    assert_refused(client, answer, 422, "invalid-request")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, ""),
        ({"text": "a", "url": "https://a.example/"}, ""),
        ({"text": "a", "html": "<p>a</p>"}, ""),
        ({"text": ""}, "/text"),
        ({"html": "  "}, "/html"),
        ({"url": "a.example/news"}, "/url"),
        ({"text": "a", "title": ""}, "/title"),
        ({"text": "a", "published_at": "last week"}, "/published_at"),
        ({"text": "a", "as_of": "last week"}, "/as_of"),
        ({"text": "a", "claims": ["ok", "a" * 1001]}, "/claims/1"),
        ({"text": "a", "claims": ["a"] * 101}, "/claims"),
        ({"text": "a", "claims": [""]}, "/claims/0"),
        ({"text": "a", "only_claims": []}, "/only_claims"),
        ({"text": "a", "only_claims": ["ok"]}, "/only_claims/0"),
        ({"text": "a", "only_claims": [{"text": "ok"}, {"text": ""}]}, "/only_claims/1/text"),
        ({"text": "a", "only_claims": [{"text": "ok", "span": [0, 1]}]}, "/only_claims/0/span"),
        ({"text": "a", "only_claims": [{"text": "ok"}] * 501}, "/only_claims"),
    ],
    ids=range(17),
)
def test_an_article_with_a_wrong_field_is_refused_with_its_pointer(
    client: FlaskClient, fields: dict[str, object], pointer: str
) -> None:
    answer = client.post("/v1/articles", json=fields)
    assert_refused(client, answer, 422, "invalid-request")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"true", b"[[1]]"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    assert_refused(client, post(client, body), 422, "invalid-request")


def test_several_wrong_fields_are_all_named(client: FlaskClient) -> None:
    body = {"text": "a", "sources": ["x", "https://a.example/", "y"], "every": "z"}
    answer = client.post("/v1/articles", json=body)
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers == {"/sources/0", "/sources/2", "/every"}


def test_a_hundred_thousand_wrong_fields_give_a_short_answer(client: FlaskClient) -> None:
    body = json.dumps({f"{number:x}": 0 for number in range(90_000)}).encode()
    answer = post(client, body)
    assert_refused(client, answer, 422, "invalid-request")
    assert len(answer.data) < 20_000


def test_an_until_in_the_past_or_without_offset_is_refused(client: FlaskClient) -> None:
    path = client.post("/v1/claims", json={"text": "a"}).json["links"]["schedule"]
    for until in ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00", 4102444800):
        answer = client.put(path, json={"every": "P1D", "until": until})
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == "/until"


@pytest.mark.parametrize("text", ["🏛 opened.", "\u202eإحدى عشرة", "ﬁ\u200bne\x0cprint\tof it"])
def test_unusual_but_readable_text_is_kept_as_it_is(client: FlaskClient, text: str) -> None:
    path = client.post("/v1/claims", json={"text": text, "force": True}).headers["Location"]
    assert client.get(path).json["text"] == text


@pytest.mark.parametrize("cursor", ["x", "é", "%00", "YXJ0aWNsZXM6MQ", "a" * 501])
def test_a_cursor_of_another_list_or_of_no_list_is_refused(
    client: FlaskClient, cursor: str
) -> None:
    answer = client.get(f"/v1/claims?cursor={cursor}")
    assert answer.status_code == (422 if len(cursor) > 500 else 400)
    assert answer.json["errors"][0]["parameter"] == "cursor"


def test_a_tampered_cursor_is_refused_or_is_still_a_place_in_the_list(client: FlaskClient) -> None:
    for _ in range(3):
        client.post("/v1/claims", json={"text": "a"})
    cursor = client.get("/v1/claims?limit=1").json["next"]
    for place in range(len(cursor)):
        tampered = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert client.get(f"/v1/claims?cursor={tampered}").status_code in (200, 400)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5", "9" * 5000])
def test_a_limit_out_of_range_is_refused(client: FlaskClient, limit: str) -> None:
    answer = client.get(f"/v1/articles?limit={limit}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["parameter"] == "limit"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)
FIELDS = st.dictionaries(
    st.sampled_from(["text", "html", "url", "title", "sources", "claims", "every", "context"]),
    JSON_VALUES,
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(["/v1/articles", "/v1/claims"]), body=JSON_VALUES | FIELDS)
def test_no_json_value_makes_the_service_fail(client: FlaskClient, path: str, body: object) -> None:
    answer = client.post(path, data=json.dumps(body).encode(), content_type=JSON)
    assert answer.status_code in (202, 400, 422, 503)  # 503: the queue of this test is full
    assert answer.status_code != 503 or answer.json["type"] == "/problems/queue-full"


@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=60))
def test_no_bytes_make_the_service_fail(client: FlaskClient, body: bytes) -> None:
    assert post(client, body).status_code in (202, 400, 422)


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"text": "a" * 1001}, "this is too long: maximum 1,000 characters"),
        ({"text": 5}, "this must be text"),
        (
            {"text": "a", "sources": ["https://a.example/"] * 51},
            "too many items: 51, maximum 50",
        ),
        ({"text": "a", "sources": "https://a.example/"}, "this must be a list"),
        (
            {"text": "a", "as_of": "soon"},
            "this must be a date such as 2025-09-04, or a date and time",
        ),
    ],
    ids=range(5),
)
def test_detail_of_a_wrong_field_says_what_to_submit(
    client: FlaskClient, fields: dict[str, object], detail: str
) -> None:
    (error,) = client.post("/v1/claims", json=fields).json["errors"]
    assert error["detail"] == detail


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("claims?limit=0", "this must be at least 1"),
        ("claims?limit=201", "this must be at most 200"),
        ("claims?limit=many", "this must be a whole number"),
        ("claims/c_1?wait=soon", "this must be a number"),
        ("claims?since=today", DAY_OR_MOMENT),
        ("audit?until=2026-12-01T10:00:00", DAY_OR_MOMENT),
        ("claims/c_1?without_credibility=maybe", "this must be true or false"),
    ],
)
def test_detail_of_a_wrong_parameter_says_what_it_must_be(
    client: FlaskClient, path: str, detail: str
) -> None:
    (error,) = client.get(f"/v1/{path}").json["errors"]
    assert error == {"parameter": path.partition("?")[2].partition("=")[0], "detail": detail}
