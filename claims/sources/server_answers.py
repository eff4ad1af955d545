"""The parts of a server's answer that are kept with a page: status, final address, headers."""

from __future__ import annotations

import re

import requests

from claims.types import Header, ServerAnswer

# Headers that show later which document was read and when: its type, its language, the server's
# clock, its validators, the server. Headers about the client, such as cookies, are not kept.
KEPT_HEADERS = ("Content-Type", "Content-Language", "Date", "ETag", "Last-Modified", "Server")

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,200}")


def read_answer(response: requests.Response, *, url: str) -> ServerAnswer:
    """The answer from `url`, the address of the last hop."""
    found = ((name, read_header(response, name)) for name in KEPT_HEADERS)
    headers = tuple(Header(name, value) for name, value in found if value is not None)
    return ServerAnswer(status=response.status_code, final_url=url, headers=headers)


def read_header(response: requests.Response, name: str) -> str | None:
    """The value of a header, if it is printable and not too long."""
    value = response.headers.get(name, "")
    return value if _PRINTABLE.fullmatch(value) else None
