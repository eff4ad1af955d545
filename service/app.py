"""The app factory: combines API, dashboard, sign-in and guards. Loads no model and no task."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType
from typing import Any

import structlog
from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider

from claims.ports import Clock, Notify, Store
from claims.settings import Settings
from claims.store.breaker import end_deadline, start_deadline
from claims.wiring import now
from service.access import login
from service.access.auth import register_auth
from service.access.binding import check_binding
from service.access.caller import current_actor
from service.access.rate_limits import register_limits
from service.api import register_api
from service.context import BrokerCheck, ServiceContext, attach_context
from service.dashboard import register as register_dashboard
from service.http.compression import register_compression
from service.http.security import register_security
from service.problems.problem_answers import register_problems

LOOPBACK = "127.0.0.1"

_log = structlog.get_logger("assay.service")

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class _Service(APIFlask):
    """APIFlask with one log line, in the project's form, for an unexpected error.

    None of its views and hooks is a coroutine, so none is asked whether it is one.
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        _log.error("unforeseen_error", exc_info=exc_info)


def create_app(
    settings: Settings,
    *,
    store: Store,
    notify: Notify,
    find_broker_problem: BrokerCheck = lambda: None,
    host: str = LOOPBACK,
    local_key: str | None = None,
    clock: Clock = now,
) -> APIFlask:
    """The service with `store`; `notify` is called after new work was stored.

    `find_broker_problem` says for /readyz whether `notify` reaches a broker.

    `host` is the address that the server listens on: its name is accepted in Host headers.
    `local_key` lets programs of this machine in, whatever keys there are.
    Raises InvalidInput when it is reachable from other machines, and neither a token is set nor a
    key exists that can make others.
    """
    check_binding(host, settings, store)
    app = _Service(
        "service", title="Assay", version=version("assay"), docs_path=None, json_errors=False
    )
    app.config.update(
        DESCRIPTION="Claims are checked against sources; verdicts come with their evidence.",
        SERVERS=[{"url": "/"}],
    )
    if isinstance(app.json, DefaultJSONProvider):
        app.json.sort_keys = False  # the order of the shapes is for readers
    context = ServiceContext(
        store=store.acting_as(current_actor, notify=notify),
        settings=settings,
        find_broker_problem=find_broker_problem,
        clock=clock,
    )
    attach_context(app, context)
    register_security(app, host=host, settings=settings)
    register_compression(app)
    app.before_request(start_deadline)
    app.teardown_request(lambda _: end_deadline())
    gate = register_auth(app, settings, host=host, local_key=local_key)
    register_limits(app, settings)
    app.register_blueprint(login.blueprint)
    register_api(app, is_open=gate.is_open)
    register_problems(app)
    register_dashboard(app, has_public_page=settings.public_page)
    return app
