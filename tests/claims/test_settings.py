"""An invalid setting raises an error of one line, which never contains a secret."""

from __future__ import annotations

import pytest

from claims.errors import InvalidInput
from claims.settings import Settings, check_names
from claims.wrong_settings import NO_SETTINGS

SECRET = "s3cr\u00e9t-of-the-endpoint"


def complaint(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    """The error message for one invalid variable."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput) as caught:
        Settings()
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("QUEUE_MAX", "-1", "a whole number from 1 to 10000000"),
        ("QUEUE_MAX", "many", "a whole number from 1 to 10000000"),
        ("QUEUE_MAX", "", "a whole number from 1 to 10000000"),
        ("JUDGE_THREADS", "0", "a whole number from 1 to 1024"),
        ("MIN_CONFIDENCE", "0.4", "a number from 0.5 to 1"),
        ("MIN_CONFIDENCE", "nan", "a number from 0.5 to 1"),
        ("CHAT_TIMEOUT_S", "nan", "a number from 0.1 to 3600"),
        ("CHAT_TIMEOUT_S", "inf", "a number from 0.1 to 3600"),
        ("READER_PASSAGES", "25", "a whole number from 4 to 24"),
        ("LOOKS_PER_DAY", "-1", "a whole number from 0 to 10000000"),
        ("LOOKS_PER_DAY", "many", "a whole number from 0 to 10000000"),
        ("READER_TOKENS_PER_DAY", "-1", "a whole number from 0 to"),
        ("READER_WHEN", "never", "it must be one of always, undecided, asked"),
        ("READER", "small", "a second reader is chat:MODEL"),
        ("READER", "chat: ", "a second reader is chat:MODEL"),
        ("REQUIRE_KEY", "perhaps", "it must be true or false"),
        ("AUDIT_DAYS", "-1", "a whole number from 0 to 36500"),
        ("KEEP_DAYS", "1e9", "a whole number from 0 to 36500"),
        ("EVENT_DAYS", "-1", "a whole number from 0 to 36500"),
        ("PACE_S", "-0.1", "a number from 0 to 3600"),
        ("REDIS_URL", "http://127.0.0.1:6379", "must begin with redis://, rediss://, unix://"),
        ("FETCH_ALLOW", "127.0.0.1", "not of the form host:port"),
        ("FETCH_ALLOW", "127.0.0.1:0", "not of the form host:port"),
        ("FEEDS", "https://a.example/f,ftp://b.example", "must begin with http:// or https://"),
        ("SITEMAPS", "a.example/sitemap.xml", "must begin with http:// or https://"),
        ("MEDIAWIKI", "https://", "names no valid host"),
        ("SEARXNG", "https://a b.example", "white space"),
        ("CHAT_URL", "127.0.0.1:8080", "must begin with http:// or https://"),
        ("URL", "127.0.0.1:8400", "must begin with http:// or https://"),
        ("SHELVES", "Press Office", "cannot be the name of a shelf"),
        ("ALLOWED_HOSTS", "https://claims.example.org/", "host names, without scheme and path"),
        ("CORS_ORIGINS", "*", "without a path and without *"),
        ("CORS_ORIGINS", "null", "https://desk.example.org"),
        ("CORS_ORIGINS", "https://desk.example/", "without a path"),
        ("CORS_ORIGINS", "desk.example", "https://desk.example.org"),
        ("CONTACT", "desk\u00e9", "printable ASCII"),
        ("JUDGE", "hub:name", "hub:OWNER/NAME"),
        ("JUDGE", "chat:small", "set ASSAY_READER to this value"),
    ],
)
def test_error_names_variable_value_and_allowed_values(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    line = complaint(monkeypatch, f"ASSAY_{name}", value)
    assert line.startswith(f"ASSAY_{name}: {value!r}: ")
    assert allowed in line


@pytest.mark.parametrize("name", ["CHAT_KEY", "BRAVE_KEY", "FACTCHECK_KEY"])
def test_key_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    line = complaint(monkeypatch, f"ASSAY_{name}", SECRET)
    assert line.startswith(f"ASSAY_{name}: ")
    assert SECRET not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "http://default:hunter2@redis:6379/0"),
        ("REDIS_URL", "redis:/default:hunter2@redis:6379/0"),
        ("REDIS_URL", "default:hun/ter2@redis"),
        ("SEARXNG", "https://me:hunter2@search.example/search"),
    ],
)
def test_password_in_an_address_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    line = complaint(monkeypatch, f"ASSAY_{name}", value)
    assert "ter2" not in line
    assert "***@" in line


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("web.archive.org", "must begin with http:// or https://"),
        ("https://web.archive.org/?a=b", "has no query string and no fragment"),
        ("https://web.archive.org/#web", "has no query string and no fragment"),
    ],
)
def test_archive_that_cannot_be_asked_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, words: str
) -> None:
    assert words in complaint(monkeypatch, "ASSAY_ARCHIVE", value)


def test_long_value_is_shortened_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(complaint(monkeypatch, "ASSAY_FEEDS", "x" * 10_000)) < 200


def test_every_number_has_a_range() -> None:
    numbers = {
        name: {type(bound).__name__ for bound in field.metadata}
        for name, field in Settings.model_fields.items()
        if field.annotation in (int, float)
    }
    assert "queue_max" in numbers
    assert {name for name, bounds in numbers.items() if bounds != {"Ge", "Le"}} == set()


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unknown", "advice"),
    [
        ("ASSAY_REQUIRE_KEYS", "did you mean ASSAY_REQUIRE_KEY?"),
        ("ASSAY_REQUIREKEY", "did you mean ASSAY_REQUIRE_KEY?"),
        ("ASSAY_API_TOKENS", "did you mean ASSAY_API_TOKEN?"),
        ("ASSAY_ALLOWED_HOST", "did you mean ASSAY_ALLOWED_HOSTS?"),
        ("assay_require_keys", "did you mean ASSAY_REQUIRE_KEY?"),
        ("ASSAY_CHAT_BUDGET", "ASSAY_READER_TOKENS_PER_DAY took its place"),
        ("ASSAY_XYZZY", "docs/reference/settings.md lists all"),
        ("ASSAY_", "docs/reference/settings.md lists all"),
        ("ASSAY_PORT", "docs/reference/settings.md lists all"),
    ],
)
def test_unknown_name_is_refused_with_a_suggestion_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, unknown: str, advice: str
) -> None:
    line = complaint(monkeypatch, unknown, SECRET)
    assert line.startswith(f"{unknown.upper()}: there is no such setting, {advice}")
    assert SECRET not in line


def test_error_lists_all_unknown_names() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_names({"ASSAY_B": "", "ASSAY_A": "", "ASSAY_PACE_S": "2", "OTHER": ""})
    assert [part.partition(":")[0] for part in str(caught.value).split("; ")] == [
        "ASSAY_A",
        "ASSAY_B",
    ]


def test_known_names_are_accepted_in_any_case() -> None:
    names = (f"ASSAY_{name.upper()}" for name in Settings.model_fields)
    check_names(dict.fromkeys([*names, "assay_url", "_ASSAY_COMPLETE", *NO_SETTINGS], ""))


OF_KUBERNETES = [
    *("ASSAY_SERVICE_HOST", "ASSAY_SERVICE_PORT", "ASSAY_SERVICE_PORT_HTTP", "ASSAY_PORT"),
    *("ASSAY_PORT_8400_TCP", "ASSAY_PORT_8400_TCP_ADDR", "ASSAY_PORT_8400_TCP_PROTO"),
    *("ASSAY_API_SERVICE_HOST", "ASSAY_API_PORT_8400_TCP_PORT"),
]


def test_variables_set_by_kubernetes_are_ignored() -> None:
    inside = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
    check_names(inside | dict.fromkeys(OF_KUBERNETES, "tcp://10.0.0.2:8400"))
    for name in OF_KUBERNETES:
        with pytest.raises(InvalidInput, match=name):
            check_names({name: "tcp://10.0.0.2:8400"})
    with pytest.raises(InvalidInput, match="did you mean ASSAY_REQUIRE_KEY"):
        check_names(inside | {"ASSAY_REQUIRE_KEYS": "1"})
