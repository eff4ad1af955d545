"""Successful answers: JSON with the fields in the order of the shapes, links, lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask import Response, json, request

from claims.errors import InvalidInput
from claims.ports import ExportPage, ListPage
from claims.shapes import to_json, to_text
from claims.types import ArticleId, ClaimId
from service.api.queries import ListQuery
from service.problems.problem_answers import FieldError, Problem
from service.shapes import Accepted, EntryList, ExportList

Page = TypeVar("Page", ListPage, ExportPage, covariant=True)

LIST_ANSWER = (
    "One page of the list. It may have fewer items than `limit`, or none, before the end: continue "
    "with `next` until it is null."
)


class Lister(Protocol[Page]):
    """A list of the store: `list_articles`, `list_claims` or `export_claims` with a filter."""

    def __call__(self, *, limit: int, cursor: str | None) -> Page:
        """The page at `cursor`. Raises InvalidInput for a cursor that the store did not issue."""
        ...


def answer(
    shape: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`shape` as an application/json answer."""
    response = Response(json.dumps(shape), status=status, mimetype="application/json")
    response.headers.update(headers or {})
    return response


def write_answer(value: object, *, headers: Mapping[str, str] | None = None) -> Response:
    """`value`, one of the shapes, as an application/json answer: written in one step."""
    response = Response(to_text(value), mimetype="application/json")
    response.headers.update(headers or {})
    return response


def article_links(article_id: ArticleId) -> dict[str, str]:
    """The links of an article: its own address."""
    return {"self": f"/v1/articles/{article_id}"}


def claim_links(claim_id: ClaimId) -> dict[str, str]:
    """The links of a claim: its own address, its history of verdicts, re-check and schedule."""
    path = f"/v1/claims/{claim_id}"
    return {
        "self": path,
        "history": f"{path}/history",
        "recheck": f"{path}/recheck",
        "schedule": f"{path}/schedule",
    }


def accepted(new_id: str, links: Mapping[str, str], *, repeats: str | None) -> Response:
    """202 with Location, for a submission that the store has accepted.

    The earlier submission that it `repeats` is linked, if there is one.
    """
    shape = to_json(as_accepted(new_id, links, repeats=repeats))
    return answer(shape, status=202, headers={"Location": links["self"]})


def as_accepted(new_id: str, links: Mapping[str, str], *, repeats: str | None) -> Accepted:
    """The shape of an accepted submission."""
    earlier = {}
    if repeats is not None:
        earlier["repeats"] = links["self"].replace(new_id, repeats)
    return Accepted(new_id, "queued", {**links, **earlier}, repeats)


@contextmanager
def check_cursor() -> Iterator[None]:
    """Turn the InvalidInput of a refused cursor into Problem(invalid-cursor)."""
    try:
        yield
    except InvalidInput as error:
        wrong = FieldError(error.message, parameter="cursor")
        raise Problem("invalid-cursor", errors=[wrong]) from error


def read_list(lister: Lister[Page], *, limit: int, cursor: str | None) -> Page:
    """One page of a list. Raises Problem(invalid-cursor)."""
    with check_cursor():
        return lister(limit=limit, cursor=cursor)


def entry_list(lister: Lister[ListPage], query: ListQuery) -> Response:
    """One page of a list, with the address of the next page. Raises Problem(invalid-cursor)."""
    page = read_list(lister, limit=query.limit, cursor=query.cursor)
    return _list_answer(EntryList(page.items, page.next_cursor), query)


def export_list(lister: Lister[ExportPage], query: ListQuery) -> Response:
    """`entry_list` for claims in full."""
    page = read_list(lister, limit=query.limit, cursor=query.cursor)
    return _list_answer(ExportList(page.items, page.next_cursor), query)


def write_next_link(response: Response, cursor: str | None, *, limit: int) -> None:
    """Put the address of the next page of a list into Link, if there is one."""
    if cursor is not None:
        given = [(n, v) for n, v in request.args.items(multi=True) if n not in ("limit", "cursor")]
        place = [("limit", limit), ("cursor", cursor)]
        response.headers["Link"] = f'<{request.path}?{urlencode([*given, *place])}>; rel="next"'


def _list_answer(shape: EntryList | ExportList, query: ListQuery) -> Response:
    response = write_answer(shape)
    write_next_link(response, shape.next, limit=query.limit)
    return response
