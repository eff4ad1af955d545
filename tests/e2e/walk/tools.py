"""The methods of the client and the tools of agents, each with an example."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from claims.types import ClaimId
from service.client import Client
from tests.e2e.walk.world import CHECKABLE, World

Call = Callable[[Client], object]


def list_methods() -> set[str]:
    """The public methods of the client."""
    return {name for name, _ in inspect.getmembers(Client, inspect.isfunction) if name[0] != "_"}


def read_methods(world: World) -> Mapping[str, Call]:
    """Calls that change nothing, by the name of the method; each gives something."""
    ids, claim, article = world.ids, world.claim.id, world.article.id
    return {
        "check_alive": lambda client: client.check_alive(),
        "get_about": lambda client: client.get_about(),
        "get_article": lambda client: client.get_article(article),
        "get_claim": lambda client: client.get_claim(claim),
        "get_history": lambda client: client.get_history(claim),
        "get_review_queue": lambda client: client.get_review_queue(limit=5),
        "get_reviews": lambda client: client.get_reviews(claim),
        "get_record": lambda client: client.get_record(claim),
        "get_signing_key": lambda client: client.get_signing_key(),
        "get_claim_review": lambda client: client.get_claim_review(claim, unreviewed=True),
        "get_check": lambda client: client.get_check(claim, 1),
        "get_page": lambda client: client.get_page(ids["sha256"]),
        "iterate_articles": lambda client: list(client.iterate_articles(tag="quito")),
        "iterate_claims": lambda client: list(client.iterate_claims(article=article)),
        "export_claims": lambda client: list(client.export_claims(article=article)),
        "download_claims": lambda client: list(client.download_claims("md", article=article)),
        "wait_for_article": lambda client: client.wait_for_article(article, timeout_s=1),
        "wait_for_claim": lambda client: client.wait_for_claim(claim, timeout_s=1),
        "changes": lambda client: list(client.changes(follow=False)),
        "read_changes": lambda client: client.read_changes().items,
        "get_tag_schedule": lambda client: client.get_tag_schedule(ids["tag"]),
        "list_tag_schedules": lambda client: client.list_tag_schedules(),
        "list_sources": lambda client: client.list_sources(),
        "get_source_changes": lambda client: client.get_source_changes(ids["name"]),
        "list_keys": lambda client: client.list_keys(),
        "get_key": lambda client: client.get_key(ids["key_id"]),
        "get_reader": lambda client: client.get_reader(days=2),
        "list_audit": lambda client: client.list_audit(),
        "list_webhooks": lambda client: client.list_webhooks(),
        "get_webhook": lambda client: client.get_webhook(world.webhook.id),
        "list_deliveries": lambda client: client.list_deliveries(world.webhook.id),
        "list_alerts": lambda client: client.list_alerts(),
        "get_alert": lambda client: client.get_alert(world.alert.id),
        "list_alert_deliveries": lambda client: client.list_alert_deliveries(world.alert.id),
    }


def change_methods(world: World) -> Mapping[str, Call]:
    """Calls that change something, by the name of the method."""
    body = {"text": CHECKABLE.format(26), "sources": [world.page]}
    passages = [{"text": "The base at Manta closed in 2009."}]
    one_claim, one_article, hook = world.make_claim, world.make_article, world.make_webhook
    return {
        "check_alive": lambda client: client.check_alive(),
        "submit_article": lambda client: client.submit_article(body),
        "preview_article": lambda client: client.preview_article({"text": body["text"]}),
        "submit_claim": lambda client: client.submit_claim(body | {"tags": ["of-client"]}),
        "submit_claims": lambda client: client.submit_claims(
            [body | {"text": CHECKABLE.format(25)}]
        ),
        "verify": lambda client: client.verify({"claim": world.claim.text, "passages": passages}),
        "add_sources": lambda client: client.add_sources(one_claim(), [world.page]),
        "add_article_sources": lambda client: client.add_article_sources(
            one_article(), [world.page]
        ),
        "remove_sources": lambda client: client.remove_sources(one_claim(), [world.page]),
        "remove_article_sources": lambda client: client.remove_article_sources(
            one_article(), [world.page]
        ),
        "set_claim_tags": lambda client: client.set_claim_tags(one_claim(), ["b"]),
        "set_article_tags": lambda client: client.set_article_tags(one_article(), ["b"]),
        "recheck": lambda client: client.recheck(one_claim(), reader="never"),
        "read_claim": lambda client: client.read_claim(ClaimId(world.correction or world.claim.id)),
        "recheck_article": lambda client: client.recheck_article(one_article()),
        "recheck_claims": lambda client: [one_claim(), *client.recheck_claims(tag="spare")],
        "review_claim": lambda client: client.review_claim(one_claim(), {"note": "b", "by": "Ada"}),
        "set_schedule": lambda client: client.set_schedule(one_claim(), every="P1D"),
        "set_article_schedule": lambda client: client.set_article_schedule(
            one_article(), every="P1D"
        ),
        "set_tag_schedule": lambda client: client.set_tag_schedule("spare", every="P1D"),
        "delete_tag_schedule": lambda client: client.delete_tag_schedule(world.make_tag_schedule()),
        "delete_schedule": lambda client: client.delete_schedule(one_claim()),
        "delete_article_schedule": lambda client: client.delete_article_schedule(one_article()),
        "cancel_claim": lambda client: client.cancel_claim(one_claim()),
        "cancel_article": lambda client: client.cancel_article(one_article()),
        "correct_claim": lambda client: client.correct_claim(
            one_claim(), {"text": CHECKABLE.format(24)}
        ),
        "delete_claim": lambda client: client.delete_claim(one_claim()),
        "delete_article": lambda client: client.delete_article(one_article()),
        "put_source": lambda client: client.put_source(
            "of-client", {"domains": ["client.example"], "by": "Ada"}
        ),
        "delete_source": lambda client: client.delete_source(world.make_source(), by="Ada"),
        "create_key": lambda client: client.create_key("of client", ["read"]),
        "rotate_key": lambda client: client.rotate_key(world.make_key()),
        "revoke_key": lambda client: client.revoke_key(world.make_key()),
        "retry_failed": lambda client: client.retry_failed(),
        "catch_up_readings": lambda client: client.catch_up_readings().items,
        "create_webhook": lambda client: client.create_webhook(
            world.receiver.url, ["article.failed"]
        ),
        "create_alert": lambda client: client.create_alert("slack", world.receiver.url),
        "test_alert": lambda client: client.test_alert(world.make_alert()),
        "delete_alert": lambda client: client.delete_alert(world.make_alert()),
        "change_webhook": lambda client: client.change_webhook(hook(), {"labels": ["REFUTED"]}),
        "rotate_webhook": lambda client: client.rotate_webhook(hook()),
        "delete_webhook": lambda client: client.delete_webhook(hook()),
        "ping_webhook": lambda client: client.ping_webhook(hook()),
        "redeliver": lambda client: client.redeliver(world.webhook.id, world.ids["event_id"]),
    }


def list_tool_arguments(world: World) -> Mapping[str, Mapping[str, Any]]:
    """The arguments of each tool of agents, by its name."""
    text = CHECKABLE.format(23)
    return {
        "verify_claim": {"claim": text, "sources": [world.page]},
        "find_evidence": {"claim": text, "sources": [world.page]},
        "check_article": {"text": CHECKABLE.format(22), "sources": [world.page]},
        "get_claim": {"claim_id": world.correction or world.claim.id},
        "recent_changes": {"limit": 50},
        "ask_for_review": {"claim_id": world.correction or world.claim.id, "note": "Look."},
    }


def name_deleted(world: World) -> Mapping[str, Call]:
    """Calls for what was deleted."""
    claim, article = ClaimId(world.claim.id), world.article.id
    return {
        "get_article": lambda client: client.get_article(article),
        "get_claim": lambda client: client.get_claim(claim),
        "get_history": lambda client: client.get_history(claim),
        "get_check": lambda client: client.get_check(claim, 1),
        "recheck": lambda client: client.recheck(claim),
        "recheck_article": lambda client: client.recheck_article(article),
        "set_claim_tags": lambda client: client.set_claim_tags(claim, ["b"]),
    }
