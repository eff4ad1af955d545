"""The second reader as API and dashboard show it."""

from __future__ import annotations

from claims.ports import ReaderUsage
from claims.settings import CHAT, Settings
from service.shapes import ReaderState


def describe_reader(settings: Settings, usage: ReaderUsage) -> ReaderState:
    """The reader of the settings, with what readers used."""
    return ReaderState(
        model=settings.reader.removeprefix(CHAT) or None,
        when=settings.reader_when,
        passages=settings.reader_passages,
        tokens_per_day=settings.reader_tokens_per_day or None,
        measured=None,
        days=usage.days,
        endpoint=usage.endpoint,
    )
