"""Whether the speaker of a quotation is another one in the passage. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.types import Span

_FULL_NAME = 2
_SENTENCE_BREAK = re.compile(r"(?<=[.!?][”\"’ ])\s*")
_NEAR = 150


def is_another(
    mine: Sequence[str], other: Sequence[str], *, passage: str, quotation: Span
) -> bool | None:
    """Whether `other`, the speaker in the passage, is not `mine`; None if that is unclear.

    Only a full name counts as another speaker, and not if the same sentence names the claim's
    speaker.
    """
    if not other or set(mine) <= set(other) or set(other) <= set(mine):
        return False
    if set(mine) & set(other):
        two_first_names = min(len(mine), len(other)) >= _FULL_NAME and mine[0][:2] != other[0][:2]
        return mine[-1] == other[-1] and two_first_names
    if len(other) < _FULL_NAME:
        return None
    near = passage[max(0, quotation.start - _NEAR) : quotation.end + _NEAR].lower()
    quoted = passage[quotation.start : quotation.end].lower()
    sentences = _SENTENCE_BREAK.split(near)
    return None if any(quoted in one and mine[-1] in one for one in sentences) else True
