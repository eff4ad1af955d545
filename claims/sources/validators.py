"""Reads a document's validators from an answer, and asks with them whether it has changed."""

from __future__ import annotations

from dataclasses import dataclass

import requests

from claims.sources.server_answers import read_header


@dataclass(frozen=True, slots=True)
class Validators:
    """The two headers of RFC 9110, section 8.8; None where the server sent no usable one."""

    etag: str | None = None
    last_modified: str | None = None

    def ask_if_changed(self) -> dict[str, str]:
        """Headers that request the document only if it changed; empty without a validator."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


def read_validators(response: requests.Response) -> Validators:
    """The validators of an answer, if they can be sent in a header again."""
    return Validators(read_header(response, "ETag"), read_header(response, "Last-Modified"))
