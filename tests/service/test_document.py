"""docs/reference/api.md agrees with the service: routes, problems, limits, examples."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr
from standardwebhooks import Webhook

from claims.ports import EventFilter, VerifyAnswer
from claims.settings import Settings
from claims.shapes import from_json, to_json
from claims.sources.failures import FailureCode
from claims.store import facets
from claims.store.redis_store import RedisStore
from claims.store.submissions import NORMAL_MAX
from claims.types import Verdict
from service.api import queries, strict_json
from service.api.example_bodies import WEBHOOK_BODY
from service.operations import bodies, fields
from service.problems.problem_types import PROBLEM_TYPES
from tests.claims import samples
from tests.service.conftest import TOKEN
from tests.service.work import answering, extract_article, judge_claim

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", DOCUMENT, flags=re.DOTALL)).replace("\\\n", " ")
TEXT = "The library opened in 1987. A fine place!"
EXAMPLES = re.findall(r"^(curl .*?)  # (\d{3})$", SHELL, flags=re.MULTILINE)


def test_the_documented_routes_are_exactly_those_served(app: APIFlask) -> None:
    listed = set(re.findall(r"^\| `([A-Z]+ /\S*)` \|", DOCUMENT, flags=re.MULTILINE))
    served = {
        f"{method} " + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/v1/", "/livez", "/readyz", "/metrics", "/problems", "/openapi"))
    }
    assert listed == served


def test_the_documented_problems_are_exactly_those_of_the_code() -> None:
    listed = re.findall(r"^\| `/problems/([\w-]+)` \| (\d+) \|", DOCUMENT, flags=re.MULTILINE)
    assert listed == [(kind.name, str(kind.status)) for kind in PROBLEM_TYPES.values()]


def test_the_documented_coverage_codes_are_exactly_those_of_the_code() -> None:
    table = DOCUMENT.split("### Coverage codes\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `([\w-]+)` \|", table, flags=re.MULTILINE)
    assert sorted(listed) == sorted([*FailureCode, "http-NNN"])


def test_the_documented_verdict_has_all_fields() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    shown = json.loads(block)
    assert to_json(from_json(Verdict, shown)) == shown


def test_no_variable_of_an_example_is_in_single_quotes() -> None:
    assert re.findall(r"'[^'\n]*\$[A-Z][^'\n]*'", SHELL) == []


@pytest.mark.parametrize(
    "limit",
    [
        f"{fields.ARTICLE_CHARS:,} characters",
        f"{fields.CLAIM_CHARS:,} characters",
        f"{fields.CONTEXT_CHARS:,} characters",
        f"{fields.LINE_CHARS} characters, one line",
        (
            f"{bodies.SOURCES}, each http, https or `shelf:NAME/LOCATOR` "
            f"(docs/guides/sources-and-shelves.md), {fields.MAX_URL_CHARACTERS:,} characters"
        ),
        f"| {fields.CLAIMS} |",
        f"{strict_json.BODY_BYTES_MAX // 1024**2} MiB",
        f"of a batch {strict_json.BATCH_BYTES_MAX // 1024**2} MiB",
        f"| claims of a batch | {fields.BATCH} |",
        f"More than {NORMAL_MAX} are bulk",
        f"| {fields.PASSAGES} of together {fields.PASSAGES_CHARS:,} characters |",
        f"at most {queries.WAIT_S_MAX}",
        f"at most {queries.LIST_LIMIT_MAX}",
        f"| tags | {fields.TAGS}, each of {fields.TAG_CHARS} characters, one line |",
        f"{fields.QUERY_CHARS} characters, {fields.QUERY_WORDS} words",
        f"first {facets.WORDS} different words",
    ],
)
def test_the_documented_limits_are_those_of_the_code(limit: str) -> None:
    assert limit in DOCUMENT


def test_every_example_is_answered_as_documented(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    # One of the examples makes a key: from then on the others need one too.
    client = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="")).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    assert len(EXAMPLES) == SHELL.count("curl ") > 10
    known = {
        "ARTICLE": client.post("/v1/articles", json={"text": "a"}).json["id"],
        "CLAIM": client.post("/v1/claims", json={"text": "a"}).json["id"],
        "CHECKED": client.post("/v1/claims", json={"text": "b"}).json["id"],
        "EXTRACTED": client.post("/v1/articles", json={"text": TEXT}).json["id"],
        "WRONG": client.post("/v1/claims", json={"text": "c"}).json["id"],
        "ASSAY_API_TOKEN": TOKEN,
        "KEY_ID": client.post("/v1/keys", json={"name": "a", "scopes": ["read"]}).json["id"],
        "WEBHOOK": client.post("/v1/webhooks", json=WEBHOOK_BODY).json["id"],
    }
    extract_article(store, known["EXTRACTED"], TEXT)
    judge_claim(store, known["CHECKED"])
    known["EVENT"] = store.list_events(since=None, limit=1, only=EventFilter()).items[0].id
    known["PAGE"] = store.get_check(known["CHECKED"], 1).gathered.pages[0].sha256
    with answering(store, VerifyAnswer(verdict=samples.verdict())):
        stranger = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
        for command, status in EXAMPLES:
            sender = stranger if "?key=" in command else client
            answer = run_curl(sender, re.sub(r"\$(\w+)", lambda m: known[m[1]], command))
            assert answer == int(status), command


def test_the_receiver_of_webhooks_takes_a_signed_message_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    secret = "whsec_" + b64encode(b"0" * 32).decode()
    monkeypatch.setenv("ASSAY_WEBHOOK_SECRET", secret)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(block, names)  # noqa: S102
    body = json.dumps({"type": "ping", "data": {"text": "A test.", "heading": "desk"}})
    at = datetime.now(UTC)
    headers = {
        "webhook-id": "1-0",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("1-0", at, body),
    }
    receiver = names["app"].test_client()
    assert receiver.post("/assay", data=body, headers=headers).status_code == 204
    assert capsys.readouterr().out == "ping A test. desk\n"
    refused = receiver.post("/assay", data=body + " ", headers=headers)
    assert (refused.status_code, refused.text) == (401, "not signed with this secret")
    assert capsys.readouterr().out == ""


def run_curl(client: FlaskClient, command: str) -> int:
    """Send the request of a curl command (-X, -H and -d are understood), and return the status."""
    method, headers, body, url = None, {}, None, ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            url = word
    parts = urlsplit(url)
    assert parts.netloc == "127.0.0.1:8400"
    path = f"{parts.path}?{parts.query}"
    method = method or ("POST" if body else "GET")
    return client.open(path, method=method, headers=headers, data=body).status_code
