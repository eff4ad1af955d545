"""The access token: how hard it must be to guess, and how often wrong ones are answered."""

from __future__ import annotations

import hashlib
import hmac
import math
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import cast

from flask import Flask, current_app

from claims.errors import InvalidInput
from service.security import name_client

BITS_MIN = 128
"""NIST SP 800-63B asks for 64 bits of a secret whose guesses are limited; ours are not limited for
good, because the right token is always let in, so it is the strength of a key."""
MAKE_TOKEN = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"  # noqa: S105 - a command

_ALPHABETS = (
    string.digits,
    string.digits + "abcdef",
    string.digits + "ABCDEF",
    string.ascii_lowercase + " -",
    string.digits + string.ascii_lowercase,
    string.digits + string.ascii_uppercase,
    string.digits + string.ascii_letters + "-_",
)
_PRINTABLE = 95
"""Characters of ASCII that can be seen, and the space."""
_DISTINCT_SHARE_MIN = 0.75
"""Random text of 128 bits has nearly all of its stretches once; text that repeats half of itself
has about half of them once."""


def check_token(token: str) -> None:
    """Raises InvalidInput, with a command that makes one, for a token that can be guessed.

    Also for one that no header can carry.
    """
    if not token.isprintable():
        raise InvalidInput(
            f"ASSAY_API_TOKEN has a line break or a tab in it; make one with: {MAKE_TOKEN}"
        )
    bits = estimate_bits(token)
    if bits < BITS_MIN:
        raise InvalidInput(
            f"ASSAY_API_TOKEN can be guessed: it has about {bits:.0f} bits, at least {BITS_MIN} "
            f"are needed; make one with: {MAKE_TOKEN}"
        )


def estimate_bits(token: str) -> float:
    """Length times log2 of the size of the alphabet; 0 for text that repeats itself or counts.

    The alphabet is the smallest that has all characters: decimal, hexadecimal, words in small
    letters, digits with letters of one case, base64url, ASCII. This is the most that a text of
    this form can have: words of a language have less.
    """
    used = frozenset(token)
    sizes = (len(alphabet) for alphabet in _ALPHABETS if used <= frozenset(alphabet))
    return 0.0 if _repeats_itself(token) else len(token) * math.log2(next(sizes, _PRINTABLE))


def _repeats_itself(token: str) -> bool:
    """Whether many stretches of four characters occur again, also shifted, as in abcd, bcde."""
    steps = [after - before for before, after in pairwise(map(ord, token))]
    stretches = list(zip(steps, steps[1:], steps[2:], strict=False))
    return len(set(stretches)) < _DISTINCT_SHARE_MIN * len(stretches)


def is_token(given: bytes, token: bytes) -> bool:
    """Compares digests, so that neither content nor length of the token shows in the time."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(token).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many wrong tokens are answered at once, and one more after each `every_s` seconds."""

    at_once: int
    every_s: float


BY_ADDRESS = Allowance(at_once=5, every_s=12.0)
"""A person mistypes a few times; five a minute is more than a person goes on with."""
IN_ALL = Allowance(at_once=50, every_s=1.0)
WAIT_S_MAX = 300.0
ADDRESSES_MAX = 10_000
"""Counted at a time: about 2 MB. Beyond it only the count in all goes on."""

EXTENSION = "assay.wrong_tokens"


class WrongTokens:
    """Counts wrong tokens, by address and in all, and says how long their sender is to wait.

    The wait grows with each further one, to at most WAIT_S_MAX. Counts what one process answers,
    in memory, so that it needs no store and costs it nothing. Never concerns the right token,
    which is compared before.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._ends: dict[str | None, float] = {}
        """By address, and for None in all: when all that was counted will be forgotten."""

    def note(self, address: str) -> float:
        """Count one from `address`; seconds that the sender is to wait, 0 while it need not."""
        now = self._clock()
        with self._lock:
            if len(self._ends) >= ADDRESSES_MAX:
                self._forget(now)
            waits = (
                self._count(None, IN_ALL, now),
                self._count(name_client(address), BY_ADDRESS, now),
            )
            return max(waits)

    def _count(self, key: str | None, allowance: Allowance, now: float) -> float:
        free_s = allowance.at_once * allowance.every_s
        end = max(self._ends.get(key, now), now) + allowance.every_s
        self._ends[key] = min(end, now + free_s + WAIT_S_MAX)
        return max(0.0, self._ends[key] - now - free_s)

    def _forget(self, now: float) -> None:
        left = {key: end for key, end in self._ends.items() if end > now}
        self._ends = left if len(left) < ADDRESSES_MAX else {None: left.get(None, now)}


def attach_wrong_tokens(app: Flask, wrong_tokens: WrongTokens) -> None:
    """Make `wrong_tokens` the count of this app."""
    app.extensions[EXTENSION] = wrong_tokens


def get_wrong_tokens() -> WrongTokens:
    """The count of the app that answers the current request."""
    return cast(WrongTokens, current_app.extensions[EXTENSION])
