"""Which cards of an article are shown, and in which order. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from claims.report.article_view import NumberedClaim
from claims.report.formatting import Tone
from claims.types import ReviewState
from service.dashboard.rows import Tab

FIRST = "first"
"""The order with the claims first that are most worth a look; without it, that of the text."""

_Fits = Callable[[NumberedClaim], bool]


def _has_tone(tone: Tone) -> _Fits:
    return lambda item: item.tone is tone


_PARTS: Mapping[str, tuple[str, _Fits]] = {
    "refuted": ("Refuted", _has_tone(Tone.REFUTED)),
    "conflicting": ("Conflicting evidence", _has_tone(Tone.CONFLICTING)),
    "unsure": ("Unsure", lambda item: item.is_unsure),
    "changed": ("Changed", lambda item: item.tone_before is not None),
    "not-enough": ("Not enough evidence", _has_tone(Tone.NOT_ENOUGH)),
    "supported": ("Supported", _has_tone(Tone.SUPPORTED)),
    "failed": ("Failed", _has_tone(Tone.FAILED)),
    "pending": ("Not judged yet", _has_tone(Tone.PENDING)),
    "open": (
        "Not reviewed",
        lambda item: item.claim.verdict is not None and item.claim.review.state is ReviewState.OPEN,
    ),
}
"""The parts of the claims that can be shown alone, by the value of `show` in the address."""
_MOST_WORTH = ("refuted", "conflicting", "unsure", "changed")


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards that are shown, the tabs above them, and the query of the address.

    `other_query` is that of the other order.
    """

    items: Sequence[NumberedClaim]
    tabs: Sequence[Tab]
    query: str
    other_query: str
    is_first: bool


def choose_cards(claims: Sequence[NumberedClaim], *, show: str, order: str) -> Cards:
    """The cards for these values of the address; unknown values choose all, in the text's order."""
    show = show if show in _PARTS else ""
    order = FIRST if order == FIRST else ""
    shown = [item for item in claims if not show or _PARTS[show][1](item)]
    if order:
        shown.sort(key=_rank)
    tabs = [Tab("All", _write("", order), len(claims), not show)]
    for name, (words, fits) in _PARTS.items():
        count = sum(map(fits, claims))
        if count or name == show:
            tabs.append(Tab(words, _write(name, order), count, name == show))
    other = "" if order else FIRST
    return Cards(shown, tabs, _write(show, order), _write(show, other), bool(order))


def _rank(item: NumberedClaim) -> int:
    """The place of the first of `_MOST_WORTH` that fits; sorting keeps the text's order in each."""
    fitting = (place for place, name in enumerate(_MOST_WORTH) if _PARTS[name][1](item))
    return next(fitting, len(_MOST_WORTH))


def _write(show: str, order: str) -> str:
    return urlencode([(n, v) for n, v in (("show", show), ("order", order)) if v])
