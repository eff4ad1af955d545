"""Cursors: the place where a page of a list ended, signed so that clients cannot forge one."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cached_property
from secrets import token_hex
from typing import NamedTuple

from claims.errors import InvalidInput
from claims.store.connection import StorePart
from claims.store.keys import CURSOR_KEY

# Bytes of a signature: a guess is right with a probability of 1 in 2 to the power of 128.
_SIGNATURE_BYTES = 16
_PLACE = re.compile(r"(\S{1,40}) (\d{1,16})", re.ASCII)


class Place(NamedTuple):
    """The last record of a page: its sort key and its serial number, as the server writes them."""

    key: str
    serial: str


class CursorSigner:
    """Writes and reads cursors with the key that all processes of a store share."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, scope: str, place: Place) -> str:
        """The cursor of the records after `place`; `scope` names the list with its filter."""
        content = " ".join(place).encode()
        signature = hmac.digest(self._key, scope.encode() + b"\0" + content, "sha256")
        return urlsafe_b64encode(signature[:_SIGNATURE_BYTES] + content).decode().rstrip("=")

    def read(self, scope: str, cursor: str) -> Place:
        """The place of a cursor. Raises InvalidInput unless `write` gave it for this scope."""
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            content = urlsafe_b64decode(padded)[_SIGNATURE_BYTES:].decode("ascii")
        except ValueError:
            content = ""
        match = _PLACE.fullmatch(content)
        if match is not None:
            place = Place(*match.groups())
            if hmac.compare_digest(self.write(scope, place), cursor):
                return place
        raise InvalidInput("the cursor is not one that this list gave for this filter", "/cursor")


class SignedCursors(StorePart):
    """A part of the store that returns lists in pages."""

    @cached_property
    def cursors(self) -> CursorSigner:
        """The signer; the first process that needs it creates the key, which all others read."""
        _, key = self.connection.read(("SET", CURSOR_KEY, token_hex(32), "NX"), ("GET", CURSOR_KEY))
        return CursorSigner(key.encode())
