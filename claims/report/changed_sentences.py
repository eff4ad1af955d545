"""Changed pages in words: the changed sentences side by side, with the words that differ marked.

Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from claims.report.formatting import describe_causes, host_of
from claims.types import Cause, EventData, HistoryEntry, PageChange, PageDifference

# A number with its separators, a word, a run of white space, or another character.
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; `is_marked` means that the other sentence has something else there."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class MarkedChange:
    """A changed sentence as it was and as it is, in pieces; no pieces: there was, or is, none."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """The changed sentences of one page; none if its text is no longer stored."""

    url: str
    changes: tuple[MarkedChange, ...]


def list_changed_pages(difference: PageDifference) -> tuple[ChangedPage, ...]:
    """The pages with changed sentences, in the order of the difference."""
    by_url: dict[str, list[MarkedChange]] = {}
    for change in difference.changed:
        marked = by_url.setdefault(change.url, [])
        if change.before or change.after:
            marked.append(mark_words(change))
    return tuple(ChangedPage(url, tuple(changes)) for url, changes in by_url.items())


def list_unavailable(difference: PageDifference) -> tuple[str, ...]:
    """The addresses of the pages that vanished, without those that are gone."""
    gone = {failure.url for failure in difference.gone}
    return tuple(url for url in difference.vanished if url not in gone)


def mark_words(change: PageChange) -> MarkedChange:
    """The change with the words marked that differ; a sentence without its pair is not marked."""
    if not (change.before and change.after):
        return MarkedChange(_whole(change.before), _whole(change.after))
    before, after = _TOKEN.findall(change.before), _TOKEN.findall(change.after)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return MarkedChange(
        _join((before[a:b], step != "equal") for step, a, b, _, _ in steps),
        _join((after[a:b], step != "equal") for step, _, _, a, b in steps),
    )


def write_marked(pieces: Iterable[Piece], opening: str, closing: str) -> str:
    """The sentence as plain text, with both marks around each part that differs."""
    return "".join(
        f"{opening}{piece.text}{closing}" if piece.is_marked else piece.text for piece in pieces
    )


def describe_judged_again(entry: HistoryEntry) -> str:
    """What a check that judged its claim again with the same verdict found."""
    if Cause.PASSAGES not in entry.causes:
        return f"Judged again; same verdict. {describe_causes(entry.causes)}".rstrip()
    others = [cause for cause in entry.causes if cause is not Cause.PASSAGES]
    return f"The passages changed; the verdict did not. {describe_causes(others)}".rstrip()


def describe_turn(data: EventData) -> str:
    """Which page turned the verdict, with its changed sentence; "" if none is known to have."""
    return " ".join(_list_turns(data))


def _list_turns(data: EventData) -> Iterator[str]:
    if data.diff is None:
        return
    yield from (f"New page: {host_of(url)}." for url in data.diff.appeared if url in data.turned_by)
    yield from (
        f"No longer available: {host_of(url)}."
        for url in data.diff.vanished
        if url in data.turned_by
    )
    listed = [one for one in data.diff.changed if one.before or one.after]
    yield from map(_describe_change, listed[:1])


def _describe_change(change: PageChange) -> str:
    where = host_of(change.url)
    if change.before and change.after:
        return f"{where} said “{change.before}” and now says “{change.after}”"
    return f"{where} now says “{change.after}”" if change.after else (
        f"{where} no longer says “{change.before}”"
    )  # fmt: skip


def _whole(sentence: str | None) -> tuple[Piece, ...]:
    return (Piece(sentence),) if sentence else ()


def _join(runs: Iterable[tuple[Sequence[str], bool]]) -> tuple[Piece, ...]:
    """The pieces; white space between two marked parts is marked as well."""
    pieces: list[Piece] = []
    for tokens, is_marked in runs:
        text = "".join(tokens)
        if text:
            pieces.append(Piece(text, is_marked))
    joined: list[Piece] = []
    for i, piece in enumerate(pieces):
        between = 0 < i < len(pieces) - 1 and piece.text.isspace()
        is_marked = piece.is_marked or between
        if joined and joined[-1].is_marked == is_marked:
            joined[-1] = Piece(joined[-1].text + piece.text, is_marked)
        else:
            joined.append(Piece(piece.text, is_marked))
    return tuple(joined)
