"""The access token: its required strength, and the rate limit for wrong tokens."""

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
from service.http.security import name_client

BITS_MIN = 128
"""Minimum bits of a token. NIST SP 800-63B asks for 64 bits of a secret whose guesses are limited.
Here the right token is always accepted, so the limit is not complete and the token needs the
strength of a key."""
MAKE_TOKEN = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"  # noqa: S105 - a command

_ALPHABETS = (
    string.digits,
    string.digits + "abcdef",
    string.digits + "ABCDEF",
    string.ascii_lowercase + " -",
    string.digits + string.ascii_letters + "-_",
)
_PRINTABLE = 95
"""Number of printable ASCII characters, with the space."""
_DISTINCT_SHARE_MIN = 0.75
"""Minimum share of distinct stretches. In random text of 128 bits nearly all stretches occur once;
in text that repeats half of itself about half of them do."""


def check_token(token: str) -> None:
    """Raises InvalidInput, with a command that makes a token, for a token that can be guessed.

    Also for a token that no header can carry.
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
    """Length times log2 of the size of the alphabet; 0 for text with repetitions or sequences.

    The alphabet is the smallest that has all characters: decimal, hexadecimal, words in lower
    case, base64url, ASCII. There is none for digits with letters of one case: one in 50,000 random
    tokens of 22 characters has only these. The result is an upper limit: words of a language have
    fewer bits. A token of 43 characters has enough in each alphabet, so that no token that
    MAKE_TOKEN prints is refused for its characters.
    """
    used = frozenset(token)
    sizes = (len(alphabet) for alphabet in _ALPHABETS if used <= frozenset(alphabet))
    return 0.0 if _repeats_itself(token) else len(token) * math.log2(next(sizes, _PRINTABLE))


def _repeats_itself(token: str) -> bool:
    """Whether many stretches of four characters repeat, also with shifted letters: abcd, bcde."""
    steps = [after - before for before, after in pairwise(map(ord, token))]
    stretches = list(zip(steps, steps[1:], steps[2:], strict=False))
    return len(set(stretches)) < _DISTINCT_SHARE_MIN * len(stretches)


def is_token(given: bytes, token: bytes) -> bool:
    """Whether both are equal; compares digests, so that the time reveals nothing of the token."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(token).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A rate limit: `at_once` wrong tokens at once, and one more after each `every_s` seconds."""

    at_once: int
    every_s: float


BY_ADDRESS = Allowance(at_once=5, every_s=12.0)
"""Limit for one address: a person mistypes a few times, and enters fewer than five a minute."""
IN_ALL = Allowance(at_once=50, every_s=1.0)
WAIT_S_MAX = 300.0
ADDRESSES_MAX = 10_000
"""Maximum addresses counted at a time: about 2 MB. Beyond it only the total is counted."""

EXTENSION = "assay.wrong_tokens"


class WrongTokens:
    """Counts wrong tokens, by address and in total, and computes how long their sender must wait.

    The wait grows with each further wrong token, to at most WAIT_S_MAX. Counts the requests of one
    process, in memory, so that it needs no store and puts no load on it. Never affects the right
    token, which is compared before.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._ends: dict[str | None, float] = {}
        """By address, and under None for the total: the time when the count is zero again."""

    def note(self, address: str) -> float:
        """Count a wrong token from `address`; returns the seconds its sender must wait, or 0."""
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
