"""The pages of the dashboard, and its forms, each filled in on the page where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.routing import Rule

from claims.store import keys
from tests.e2e.walk.world import CHECKABLE, World, soup_of

TIMEOUT_S = 60
PAGES_OF_A_RULE = 6
"""Maximum pages with one form of address that a crawl reads."""
_FILLED = "h1, h2, h3, h4, p, li, dt, a[href], button, label, option, summary, caption"
"""Elements that have a text, or a picture with one."""


@dataclass(frozen=True)
class Form:
    """A form: the page with it, the address that it is sent to, and what a person fills in."""

    page: str
    action: str
    fields: Mapping[str, str] = field(default_factory=dict)


def fill_forms(world: World) -> Mapping[str, Callable[[], Form]]:
    """How each form is filled in, by the endpoint that takes it."""
    source = {"name": "of-form", "kind": "page", "domains": "form.example", "by": "Ada"}

    def of_claim(action: str, fields: Mapping[str, str] | None = None, page: str = "") -> Form:
        place = f"/claims/{world.make_claim()}"
        return Form(place + page, place + action, fields or {})

    def of_article(action: str, fields: Mapping[str, str] | None = None, page: str = "") -> Form:
        place = f"/articles/{world.make_article()}"
        return Form(place + page, place + action, fields or {})

    def of_webhook(action: str, page: str = "") -> Form:
        place = f"/webhooks/{world.make_webhook()}"
        return Form(place + page, place + action, {"confirmed": "1"} if "delete" in action else {})

    def of_alert(action: str) -> Form:
        return Form("/alerts", f"/alerts/{world.make_alert()}{action}")

    def of_source(action: str) -> Form:
        place = f"/sources/{world.make_source()}"
        return Form(place, place + action, {"by": "Ada"})

    def of_chosen(kind: str, fields: Mapping[str, str], action: str = "change") -> Form:
        record = world.make_claim() if kind == "claims" else world.make_article()
        return Form(f"/{kind}/change?id={record}", f"/{kind}/{action}", fields)

    read = f"/claims/{world.correction or world.claim.id}"
    spare = world.make_alert()
    token = world.store.connection.command("HGET", f"{keys.WEBHOOK}{spare}", "secret")
    unsubscribe = f"/unsubscribe/{spare}/{token}"
    hook = f"/webhooks/{world.webhook.id}"
    watched = f"/tags/{world.make_tag_schedule()}/schedule"
    other = {"sources": world.pages.page_url("boat-strike.html")}
    sure = {"confirmed": "1"}
    article, claim = ({"text": CHECKABLE.format(number)} for number in (16, 15))
    return {
        "dashboard.submit_article": lambda: Form("/submit", "/articles", article),
        "dashboard.submit_claim": lambda: Form("/submit", "/claims", claim),
        "dashboard.recheck_claim": lambda: of_claim("/recheck"),
        "dashboard.set_schedule": lambda: of_claim("/schedule", {"every": "P1D"}),
        "dashboard.set_tag_schedule": lambda: Form(watched, watched, {"paused": "1"}),
        "dashboard.read_claim": lambda: Form(read, f"{read}/read"),
        "dashboard.cancel_claim": lambda: of_claim("/cancel"),
        "dashboard.set_claim_tags": lambda: of_claim("/change/tags", {"tags": "b"}, "/change"),
        "dashboard.replace_claim_sources": lambda: of_claim("/change/sources", other, "/change"),
        "dashboard.correct_claim": lambda: of_claim(
            "/change/wording", {"text": CHECKABLE.format(14)}, "/change"
        ),
        "dashboard.change_claims": lambda: of_chosen("claims", {"action": "tag", "tags": "b"}),
        "dashboard.assign_claims": lambda: of_chosen("claims", {"assignee": "Ada"}, "assign"),
        "dashboard.change_articles": lambda: of_chosen("articles", {"action": "recheck"}),
        "dashboard.review_claim": lambda: of_claim("/review", {"note": "Look."}, "/review"),
        "dashboard.delete_claim": lambda: of_claim("/change/delete", sure, "/change"),
        "dashboard.recheck_article": lambda: of_article("/recheck"),
        "dashboard.cancel_article": lambda: of_article("/cancel"),
        "dashboard.set_article_tags": lambda: of_article("/change/tags", {"tags": "b"}, "/change"),
        "dashboard.replace_article_sources": lambda: of_article(
            "/change/sources", other, "/change"
        ),
        "dashboard.delete_article": lambda: of_article("/change/delete", sure, "/change"),
        "reader_pages.catch_up": lambda: Form("/reader", "/reader/catch-up"),
        "source_pages.register_source": lambda: Form("/sources", "/sources", source),
        "source_pages.change_source": lambda: of_source(""),
        "source_pages.remove_source": lambda: of_source("/remove"),
        "webhook_pages.add_webhook": lambda: Form(
            "/webhooks", "/webhooks", {"url": world.receiver.url, "events": "article.failed"}
        ),
        "webhook_pages.test_webhook": lambda: of_webhook("/ping"),
        "webhook_pages.disable_webhook": lambda: of_webhook("/disable"),
        "webhook_pages.enable_webhook": lambda: of_webhook("/enable"),
        "webhook_pages.alter_webhook": lambda: of_webhook("/change", "/change"),
        "webhook_pages.rotate_secret": lambda: of_webhook("/rotate", "/change"),
        "webhook_pages.remove_webhook": lambda: of_webhook("/change/delete", "/change"),
        "webhook_pages.send_again": lambda: Form(hook, f"{hook}/again/{world.ids['event_id']}"),
        "alert_pages.add_alert": lambda: Form(
            "/alerts", "/alerts", {"target": world.receiver.url, "events": "article.failed"}
        ),
        "alert_pages.test_alert": lambda: of_alert("/test"),
        "alert_pages.delete_alert": lambda: of_alert("/delete"),
        "alert_pages.end_alert": lambda: Form(unsubscribe, unsubscribe),
        "login.log_in": lambda: Form("/login", "/login", {"token": world.key}),
        "login.log_out": lambda: Form("/", "/logout"),
    }


def list_rules(app: Flask, method: str) -> Iterator[Rule]:
    """The addresses of pages and forms with this method."""
    for rule in app.url_map.iter_rules():
        is_api = rule.rule.startswith("/v1/") or rule.rule == "/openapi.json"
        if not is_api and method in (rule.methods or ()):
            yield rule


def send(world: World, browser: requests.Session, form: Form) -> requests.Response:
    """Fill in the form on its page and send it, as a browser does; redirects are followed.

    A button that the page does not offer at this moment (a check that has ended cannot be
    cancelled) is pressed as from a page that was loaded before.
    """
    page = soup_of(browser.get(world.url + form.page, timeout=TIMEOUT_S).text)
    shown = page.find("form", action=form.action, method="post")
    fields = _read_fields(shown) if isinstance(shown, Tag) else _read_token(world, browser)
    sent = [pair for pair in fields if pair[0] not in form.fields] + list(form.fields.items())
    return browser.post(world.url + form.action, data=sent, timeout=TIMEOUT_S)


def _read_token(world: World, browser: requests.Session) -> list[tuple[str, str]]:
    page = soup_of(browser.get(world.url, timeout=TIMEOUT_S).text)
    token = page.find("input", attrs={"name": "form_token"})
    assert isinstance(token, Tag)
    return [("form_token", str(token["value"]))]


def _read_fields(form: Tag) -> list[tuple[str, str]]:
    """What the form sends when nobody changes it."""
    fields = []
    for entry in form.select("input[name], textarea[name], select[name]"):
        kind = entry.get("type")
        if kind in ("checkbox", "radio") and not entry.has_attr("checked"):
            continue
        value = entry.get("value", "") if entry.name == "input" else entry.get_text()
        if entry.name == "select":
            option = entry.select_one("option[selected]") or entry.select_one("option")
            value = option.get("value", "") if option else ""
        fields.append((str(entry["name"]), str(value)))
    return fields


def crawl(world: World, browser: requests.Session) -> Iterator[tuple[str, requests.Response]]:
    """The pages that links lead to from the first one, up to PAGES_OF_A_RULE of each form."""
    adapter = world.app.url_map.bind("127.0.0.1")
    waiting, seen, counts = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        answer = browser.get(world.url + path, timeout=TIMEOUT_S)
        yield path, answer
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for link in soup_of(answer.text).select("a[href], link[href], script[src]"):
            address = urljoin(answer.url, str(link.get("href") or link.get("src")))
            if not address.startswith(f"{world.url}/"):
                continue
            place = urlsplit(address)
            target = place.path + (f"?{place.query}" if place.query else "")
            endpoint, _ = adapter.match(place.path)
            if target not in seen and counts[endpoint] < PAGES_OF_A_RULE:
                seen.add(target)
                counts[endpoint] += 1
                waiting.append(target)


def find_gaps(page: BeautifulSoup) -> list[str]:
    """What stands empty on a page, or was not meant for readers."""
    gaps = [str(element)[:120] for element in page.select(_FILLED) if _is_bare(element)]
    if page.select_one("h1") is None:
        gaps.append("no heading")
    words = page.get_text(" ")
    gaps += [word for word in ("Traceback", "{{", "{%", "Undefined") if word in words]
    return gaps


def _is_bare(element: Tag) -> bool:
    if element.get_text(strip=True) or element.find(["svg", "img", "input"]):
        return False
    return not any(map(element.has_attr, ("hidden", "aria-label", "role")))
