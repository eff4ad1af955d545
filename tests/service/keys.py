"""Keys of the API for tests, and all routes with what opens them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.access import Scope, parse_key
from claims.store.redis_store import RedisStore
from service.access.issuing import create_key

OPEN = {
    *("health.livez", "login.show_login", "login.log_in"),
    *("alert_pages.show_unsubscribe", "alert_pages.end_alert"),
}
FOR_ALL = {"health.explain_problem", "openapi.spec", "login.log_out"}
ALL = tuple(Scope)
REVIEWS = {"reviews.review_claim", "dashboard.review_claim", "dashboard.assign_claims"}
"""The routes that a key with `review` opens."""

WRITES = {
    *("articles.submit_article", "articles.recheck_article", "articles.set_article_schedule"),
    *("articles.delete_article_schedule", "claims.submit_claim", "claims.submit_claims"),
    *("claims.recheck_claims", "claims.recheck_claim", "claims.add_sources", "claims.set_schedule"),
    *("claims.remove_sources", "articles.add_article_sources", "articles.remove_article_sources"),
    *("dashboard.replace_article_sources", "dashboard.replace_claim_sources"),
    *("claims.delete_schedule", "claims.set_claim_tags", "articles.set_article_tags"),
    *("articles.delete_article", "articles.cancel_article", "claims.delete_claim"),
    *("claims.cancel_claim", "claims.correct_claim", "failed.retry", "verify.verify_claim"),
    *("sources.replace_source", "sources.delete_source"),
    *("dashboard.submit_article", "dashboard.submit_claim", "dashboard.recheck_claim"),
    *("dashboard.set_schedule", "source_pages.register_source", "source_pages.change_source"),
    *("source_pages.remove_source", "dashboard.show_article_forms", "dashboard.show_claim_forms"),
    *("dashboard.recheck_article", "dashboard.cancel_article", "dashboard.set_article_tags"),
    *("dashboard.delete_article", "dashboard.cancel_claim", "dashboard.set_claim_tags"),
    *("dashboard.correct_claim", "dashboard.delete_claim", "dashboard.read_claim"),
    *("dashboard.show_tag_schedule", "dashboard.set_tag_schedule"),
    *("tag_schedules.set_tag_schedule", "tag_schedules.delete_tag_schedule"),
    *("claims.read_claim", "reader.catch_up", "articles.preview_article"),
    *("dashboard.change_claims", "dashboard.change_articles"),
}
"""The routes that a key with `write` opens. Those of keys and audit log need `admin`, others
`read`."""


def make_key(store: RedisStore, *scopes: Scope, name: str = "desk", days: int | None = None) -> str:
    """Make a key and return its text."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    return create_key(store, name=name, scopes=scopes or ALL, expires_at=expires_at).key


def id_of(key: str) -> str:
    """The id in the text of a key."""
    parts = parse_key(key)
    assert parts is not None
    return parts[0]


def bearer(key: str) -> dict[str, str]:
    """The header that carries this key."""
    return {"Authorization": f"Bearer {key}".encode().decode("latin-1")}


def create(client: FlaskClient, key: str, **body: object) -> TestResponse:
    """POST /v1/keys with the key `key`."""
    return client.post("/v1/keys", json={"name": "job"} | body, headers=bearer(key))


def routes(app: APIFlask) -> Iterator[tuple[str, str, str]]:
    """Yield (endpoint, method, path) of every route, with a sample of each parameter."""
    samples = {
        "article": "a_1",
        "claim": "c_1",
        "key": "0a1b2c3d",
        "sha256": "0" * 64,
        "source": "office",
        "webhook": f"w_{0:032x}",
        "alert": f"n_{0:032x}",
        "event": "1-0",
        "int": "1",
    }
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda m: samples.get(m[1], "x"), rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not rule.endpoint.endswith("static"):
                yield rule.endpoint, method, path
