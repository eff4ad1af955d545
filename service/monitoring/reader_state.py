"""The second reader as API and dashboard show it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from claims.errors import InvalidInput
from claims.ports import ReaderUsage
from claims.settings import CHAT, Settings
from claims.wiring import name_reader
from service.instance_shapes import ReaderState

if TYPE_CHECKING:
    from claims.reader.results import Result


def describe_reader(settings: Settings, usage: ReaderUsage) -> ReaderState:
    """The reader of the settings, with its test and the tokens used."""
    result = find_test(settings)
    return ReaderState(
        model=settings.reader.removeprefix(CHAT) or None,
        when=settings.reader_when,
        passages=settings.reader_passages,
        tokens_per_day=settings.reader_tokens_per_day or None,
        measured=result.measured if result else None,
        refused=result is not None and result.is_refused,
        tested_elsewhere=_find_elsewhere(settings),
        days=usage.days,
        endpoint=usage.endpoint,
    )


def is_asked(settings: Settings) -> bool:
    """Whether a second reader is set up, and not refused by its test."""
    return bool(settings.reader) and find_refusal(settings) is None


def find_refusal(settings: Settings) -> str | None:
    """Why the reader's test forbids its use, with figures and advice; None if it is used."""
    result = find_test(settings)
    if result is None or result.refusal is None:
        return None
    return f"{result.refusal}; {result.refused_advice}"


def _find_elsewhere(settings: Settings) -> str | None:
    """That the reader was tested at another address only, in a sentence without its full stop."""
    if not settings.reader:
        return None
    from claims.reader.results import describe_elsewhere

    with suppress(InvalidInput):
        name = name_reader(settings)
        return describe_elsewhere(settings.find_data_folder(), name) if name else None
    return None


def find_test(settings: Settings) -> Result | None:
    """The latest test of the reader; None without one, or when it cannot be read."""
    if not settings.reader:
        return None
    from claims.reader.results import find_result

    with suppress(InvalidInput):
        name = name_reader(settings)
        return find_result(settings.find_data_folder(), name) if name else None
    return None
