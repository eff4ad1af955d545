"""The page of the second reader: its model, its test, its tokens, the state of its endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import QueueFull
from claims.ports import DayOfTokens
from claims.sources.address import host_and_port, write_place
from service.access.caller import needs
from service.api.queries import LIST_LIMIT_MAX
from service.context import ServiceContext, get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.errors import register_errors
from service.monitoring.reader_state import describe_reader, find_test
from service.operations.rechecking import SKIPPED, catch_up_readings

DAYS = 14
"""Number of days for which the page shows the tokens."""
# Maximum claims that one press of the button puts into the queue, in pages of the store's list.
_CAUGHT_UP_PAGES = 25

blueprint = Blueprint("reader_pages", __name__)
register_errors(blueprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTokens:
    """The tokens of one key in the days shown; `name` is None for an unknown key, `id` is "" for
    work that no key requested."""

    id: str
    name: str | None
    tokens: int


@blueprint.get("/reader")
@needs(Scope.ADMIN)
def show_reader() -> Response:
    """The second reader and its tokens; the ETag is a digest of the page."""
    context = get_context()
    settings = context.settings
    usage = context.store.readings.read_usage(DAYS)
    state = describe_reader(settings, usage)
    today = usage.days[0]
    page = render_template(
        "reader.html",
        state=state,
        test=find_test(settings),
        place=write_place(*host_and_port(settings.chat_url)),
        today=today,
        is_spent=state.tokens_per_day is not None and today.tokens >= state.tokens_per_day,
        most=max(day.tokens for day in usage.days),
        keys=_count_by_key(context, usage.days),
        has_skipped=_has_skipped(context),
        as_of_now=context.clock(),
    )
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.post("/reader/catch-up")
@needs(Scope.ADMIN)
def catch_up() -> AnyResponse:
    """Request the readings that are missing for lack of tokens or of an answer, as many as fit."""
    context = get_context()
    ask = partial(catch_up_readings, context, limit=LIST_LIMIT_MAX)
    cursor, requested = None, 0
    for _ in range(_CAUGHT_UP_PAGES):
        try:
            page = ask(cursor=cursor)
        except QueueFull:
            if not requested:
                raise
            return confirm("/reader", Done.CAUGHT_UP_IN_PART)
        requested, cursor = requested + len(page.checks), page.next
        if cursor is None:
            return confirm("/reader", Done.CAUGHT_UP if requested else Done.NOTHING_CAUGHT_UP)
    return confirm("/reader", Done.CAUGHT_UP_IN_PART)


def _has_skipped(context: ServiceContext) -> bool:
    """Whether one page of the list shows skipped claims; a search examines a limited number."""
    found = context.store.list_claims(SKIPPED, limit=1)
    return bool(found.items or found.next_cursor)


def _count_by_key(context: ServiceContext, days: tuple[DayOfTokens, ...]) -> list[KeyTokens]:
    """The keys that used tokens in these days, most tokens first, then work without a key; empty
    when no key used any."""
    tokens: dict[str, int] = {}
    for day in days:
        for key_id, used in day.keys.items():
            tokens[key_id] = tokens.get(key_id, 0) + used
    names = {key.id: key.name for key in context.store.api_keys.list_keys()} if tokens else {}
    ordered = sorted(tokens.items(), key=lambda item: (-item[1], item[0]))
    counted = [KeyTokens(id=one, name=names.get(one), tokens=used) for one, used in ordered]
    rest = sum(day.tokens for day in days) - sum(tokens.values())
    if counted and rest > 0:
        counted.append(KeyTokens(id="", name=None, tokens=rest))
    return counted
