"""Claims in full as a file: CSV, JSON lines, Markdown or an HTML report."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from claims.access import Scope
from claims.report.exports import ExportFormat, write_export
from claims.types import ArticleId
from service.access.caller import needs
from service.api.answers import read_list, write_next_link
from service.api.openapi import MISSING, STORE_FAILURES, failures, success
from service.api.queries import ClaimListQuery
from service.context import get_context
from service.operations.exporting import read_claims

blueprint = APIBlueprint("exports", __name__, tag="Claims", url_prefix="/v1")

EXPORTED_MAX = 1_000
"""Maximum claims of one file, with some 20 kB of evidence each."""


class ExportQuery(ClaimListQuery):
    """Which claims are exported, in which order and form."""

    format: ExportFormat = ExportFormat.CSV
    limit: int = Field(default=EXPORTED_MAX, ge=1, le=EXPORTED_MAX)


@blueprint.get("/export")
@needs(Scope.READ)
@blueprint.input(ExportQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="download_claims",
    responses=success(
        200,
        None,
        "A file. If the list is longer, Link has the address of the rest.",
        headers=("Content-Disposition", "Link"),
        mimetypes=tuple(one.mimetype for one in ExportFormat),
    )
    | failures(*MISSING, "invalid-cursor", "invalid-request", *STORE_FAILURES),
)
def download_claims(query: ExportQuery) -> Response:
    """Get the claims of a list in full as one file: all of them, up to `limit`.

    What nobody has signed off carries "DRAFT, not signed off". HTML is a report that needs no other
    file, with the text of the article if `article` is given. CSV and Markdown with a `cursor`
    have no head, so that the parts of a long list make one file.
    """
    store, chosen = get_context().store, query.format
    page = read_list(read_claims(store, query.to_filter()), limit=query.limit, cursor=query.cursor)
    article = None
    if chosen is ExportFormat.HTML and query.article is not None:
        article = store.get_article(ArticleId(query.article)).record
    content = write_export(page.items, chosen, article=article, with_head=query.cursor is None)
    response = Response(b"".join(content), mimetype=chosen.mimetype)
    name = f"{query.article or 'claims'}.{chosen}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    write_next_link(response, page.next_cursor, limit=query.limit)
    return response
