"""The pages: rendered on the server, without a build step, usable without a script."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.exceptions import MethodNotAllowed, NotFound

from claims.errors import StoreUnavailable
from claims.report.environment import equip
from service.api.strict_json import BODY_BYTES_MAX
from service.dashboard import (
    about_page,
    agreement_page,
    alert_pages,
    api_page,
    audit_page,
    pages,
    public_pages,
    reader_pages,
    sources,
    webhook_pages,
)
from service.dashboard.confirming import describe_done
from service.dashboard.errors import (
    answer_refused,
    answer_silent_store,
    answer_unknown_address,
    answer_wrong_method,
)
from service.dashboard.readings import addresses_model, advise
from service.problems.problem_answers import Refused

__all__ = ["register"]


def register(app: Flask, *, has_public_page: bool) -> None:
    """Add the pages to an app that already has its context, URL converters and guards."""
    equip(app.jinja_env)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["describe_done"] = describe_done
    app.jinja_env.globals["addresses_model"] = addresses_model
    app.jinja_env.filters["advise"] = advise
    # An article of 200,000 characters in a form is larger than Flask's limit of half a megabyte.
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_BYTES_MAX
    # Three fields for each claim of a text; Flask's limit is a thousand.
    app.config["MAX_FORM_PARTS"] = 5_000
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(sources.blueprint)
    app.register_blueprint(reader_pages.blueprint)
    app.register_blueprint(webhook_pages.blueprint)
    app.register_blueprint(alert_pages.blueprint)
    app.register_blueprint(api_page.blueprint)
    app.register_blueprint(about_page.blueprint)
    app.register_blueprint(audit_page.blueprint)
    app.register_blueprint(agreement_page.blueprint)
    if has_public_page:
        app.register_blueprint(public_pages.blueprint)
    app.register_error_handler(NotFound, answer_unknown_address)
    app.register_error_handler(MethodNotAllowed, answer_wrong_method)
    app.register_error_handler(StoreUnavailable, answer_silent_store)
    app.register_error_handler(Refused, answer_refused)
