"""API v1 as blueprints: request bodies, answers, and their description in OpenAPI."""

from __future__ import annotations

from apiflask import APIFlask, HTTPError
from flask import Response
from pydantic import ValidationError
from werkzeug.routing import BaseConverter

from service.access.caller import list_needs
from service.api import (
    about,
    alerts,
    articles,
    audit,
    changes,
    checks,
    claim_changes,
    exports,
    failed,
    health,
    keys,
    reviews,
    scheduled_tags,
    second_reader,
    signed_records,
    sources,
    verify,
    webhooks,
)
from service.api.openapi import complete
from service.api.parameters import register_parameters
from service.api.strict_json import READ_BYTES_MAX, StrictRequest
from service.api.waiting import Waiters, attach_waiters
from service.operations.ids import (
    ALERT_ID,
    ARTICLE_ID,
    CLAIM_ID,
    EVENT_ID,
    KEY_ID,
    SHA256,
    SOURCE_NAME,
    WEBHOOK_ID,
)
from service.problems.problem_answers import Problem, invalid_body, invalid_parameters, respond

FORM_PARTS_MAX = 50
"""Maximum parts of a multipart form; the largest form of the dashboard has fewer than ten."""


class ArticleIdConverter(BaseConverter):
    """The path segment of an article id; a path with another segment is not found."""

    regex = ARTICLE_ID


class ClaimIdConverter(BaseConverter):
    """The path segment of a claim id."""

    regex = CLAIM_ID


class SourceNameConverter(BaseConverter):
    """The path segment of a registered source's name."""

    regex = SOURCE_NAME


class KeyIdConverter(BaseConverter):
    """The path segment of a key's id."""

    regex = KEY_ID


class WebhookIdConverter(BaseConverter):
    """The path segment of a webhook's id."""

    regex = WEBHOOK_ID


class AlertIdConverter(BaseConverter):
    """The path segment of an alert's id."""

    regex = ALERT_ID


class TagConverter(BaseConverter):
    """A tag, with any sign, a slash as well; which tags there can be is checked after that."""

    regex = "(?s:.+)"
    part_isolating = False


class EventIdConverter(BaseConverter):
    """The path segment of an event's id."""

    regex = EVENT_ID


class Sha256Converter(BaseConverter):
    """The path segment of a page: the sha256 of its text in hexadecimal."""

    regex = SHA256


def register_api(app: APIFlask, *, is_open: bool) -> None:
    """Add the routes, strict bodies and parameters, the waiters and /openapi.json to `app`.

    `is_open` says whether requests of this machine need no key, as /openapi.json has it.
    """
    app.request_class = StrictRequest
    app.config.update(MAX_CONTENT_LENGTH=READ_BYTES_MAX, MAX_FORM_PARTS=FORM_PARTS_MAX)
    app.url_map.converters["article"] = ArticleIdConverter
    app.url_map.converters["claim"] = ClaimIdConverter
    app.url_map.converters["source"] = SourceNameConverter
    app.url_map.converters["key"] = KeyIdConverter
    app.url_map.converters["webhook"] = WebhookIdConverter
    app.url_map.converters["alert"] = AlertIdConverter
    app.url_map.converters["tag"] = TagConverter
    app.url_map.converters["event"] = EventIdConverter
    app.url_map.converters["sha256"] = Sha256Converter
    attach_waiters(app, Waiters())
    # service/problems/ makes every error answer, so those of APIFlask are switched off.
    app.config.update(
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
    )
    app.error_callback = _respond_to_apiflask
    app.spec_processor(lambda spec: complete(spec, list_needs(app), is_open=is_open))
    for module in (
        # claim_changes has the blueprint of claims, with the routes of both.
        *(articles, claim_changes, exports, checks, signed_records, reviews, changes, failed),
        *(scheduled_tags, second_reader, sources, verify),
        *(webhooks, alerts, keys, audit, health, about),
    ):
        app.register_blueprint(module.blueprint)
    register_parameters(app)


def _respond_to_apiflask(error: HTTPError) -> Response:
    """The problem for an error of APIFlask; its cause has the path of each wrong field."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return respond(Problem("internal"))
    location = next(iter(error.detail), "json")
    if location == "json":
        return respond(invalid_body(cause))
    return respond(invalid_parameters(cause, header=location == "headers"))
