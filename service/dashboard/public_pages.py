"""The public page: published checks and corrections, for everybody, if ASSAY_PUBLIC_PAGE is set.

It reads published claims and nothing else, shows no name of a person of the desk, and links to no
other page of the service.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request

from claims.errors import InvalidInput, NotFound
from claims.report.claim_review import Publisher
from claims.report.published_view import PublishedView, view_published, write_markup
from claims.settings import split_list
from claims.types import ClaimId, PublishedClaim
from service.api.atom import MIMETYPE, write_published_feed
from service.context import get_context
from service.dashboard.errors import register_errors

blueprint = Blueprint("public_pages", __name__, url_prefix="/public")
register_errors(blueprint)

CHECKS_MAX = 25
"""Checks on one page of the list, and in the feed."""
CACHE_CONTROL = "public, max-age=60"
"""Caches may keep an answer for a minute, and then ask by its ETag."""
# An id has 34 characters; longer ones are of nobody.
_ID_CHARACTERS = 64


@blueprint.get("")
def list_published() -> Response:
    """The published checks, the last publication first."""
    cursor = request.args.get("cursor")
    try:
        page = get_context().store.publications.list_published(limit=CHECKS_MAX, cursor=cursor)
    except InvalidInput as error:  # an old bookmark: the list begins again
        raise NotFound(error.message) from error
    older = page.next_cursor and f"/public?{urlencode({'cursor': page.next_cursor})}"
    return _answer(
        "public_list.html", views=list(map(_view, page.items)), older=older, is_first=not cursor
    )


@blueprint.get("/<claim_id>")
def show_published(claim_id: str) -> Response:
    """One published check with its evidence and its corrections."""
    if len(claim_id) > _ID_CHARACTERS:
        raise NotFound("no published claim has such an id")
    view = _view(get_context().store.publications.get_published(ClaimId(claim_id)))
    settings = get_context().settings
    publisher = Publisher(settings.publisher, settings.publisher_url)
    page = f"{_find_site()}/public/{claim_id}"
    markup = write_markup(view, publisher=publisher, page=page)
    replacement = _find_published(view.published.replaced_by)
    return _answer("public_check.html", view=view, markup=markup, replacement=replacement)


@blueprint.get("/feed.atom")
def get_published_feed() -> Response:
    """The newest published checks as an Atom feed."""
    found = get_context().store.publications.list_published(limit=CHECKS_MAX).items
    feed = write_published_feed(
        list(map(_view, found)), site=_find_site(), publisher=get_context().settings.publisher
    )
    return _finish(Response(feed, mimetype=MIMETYPE))


def _find_published(claim_id: ClaimId | None) -> ClaimId | None:
    """The claim, if it is published."""
    try:
        return claim_id and get_context().store.publications.get_published(claim_id).id
    except NotFound:
        return None


def _view(published: PublishedClaim) -> PublishedView:
    return view_published(published, own=tuple(split_list(get_context().settings.fetch_allow)))


def _find_site() -> str:
    """The address at which readers open this service, without a slash at its end."""
    return (get_context().settings.public_url or request.url_root).rstrip("/")


def _answer(template: str, **values: object) -> Response:
    publisher = get_context().settings.publisher
    return _finish(make_response(render_template(template, publisher=publisher, **values)))


def _finish(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.add_etag()
    response.make_conditional(request)
    return response
