"""Which sentences of a page changed between two checks. Pure functions.

Sentences are compared without case, spacing and the form of quotation marks, and wherever they are
on the page, so that a sentence that only moved is unchanged. Boilerplate, bylines, date lines,
captions and counters are furniture: they never count as a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from claims.english.furniture import is_furniture
from claims.english.sentences import split_sentences
from claims.text import fold, words
from claims.types import Gathered, PageChange, PageDifference, Verdict

# Maximum changed sentences listed of a page, and of all pages of a check; a history entry with the
# most and the longest sentences has 16 kB.
PER_PAGE = 5
PER_CHECK = 20
# Maximum characters of a sentence that is listed; a longer one is cut.
SENTENCE_CHARS = 400
# Minimum share of common words for an added sentence to be the new form of a removed one.
LEAST_ALIKE = 0.4
# Removed and added sentences are paired if they are at most the square of this together.
_PAIRED_MAX = 80

_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


# The main text of a page by its sha256; None if it is no longer stored.
ReadText = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class PageVersion:
    """The main text of a page as one check read it, and what the verdict of that check quotes."""

    text: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    key: str
    is_deciding: bool


def find_difference(
    gathered: Gathered,
    *,
    before: Gathered,
    read_text: ReadText = lambda sha256: None,
    verdict: Verdict | None = None,
    last: Verdict | None = None,
) -> PageDifference:
    """Which pages appeared or vanished, and the sentences that changed in the others.

    "Vanished" means only that the page was not available this time; coverage says why. `verdict`
    and `last` are the verdicts of this check and of that before; the sentences that they quote
    decide. A page whose text cannot be read is listed without sentences.
    """
    now, then = _hashes(gathered), _hashes(before)
    changed = [url for url in now if url in then and now[url] != then[url]]
    listed, further = list_changes(
        _compare_texts(
            url,
            [read_text(then[url]), read_text(now[url])],
            [_list_quotes(last, url), _list_quotes(verdict, url)],
        )
        for url in changed
    )
    return PageDifference(
        appeared=tuple(url for url in now if url not in then),
        vanished=tuple(url for url in then if url not in now),
        changed=listed,
        further=further,
    )


def _compare_texts(
    url: str, texts: Sequence[str | None], quotes: Sequence[tuple[str, ...]]
) -> tuple[PageChange, ...]:
    before, after = texts
    if before is None or after is None:
        return (PageChange(url),)
    return compare_versions(url, PageVersion(before, quotes[0]), PageVersion(after, quotes[1]))


def _hashes(gathered: Gathered) -> Mapping[str, str]:
    return {page.url: page.sha256 for page in gathered.pages}


def _list_quotes(verdict: Verdict | None, url: str) -> tuple[str, ...]:
    evidence = verdict.evidence if verdict else ()
    return tuple(item.quote for item in evidence if item.page.url == url)


def compare_versions(url: str, before: PageVersion, after: PageVersion) -> tuple[PageChange, ...]:
    """The changed sentences of a page: those that decide first, then in the order of the new text.

    A removed and an added sentence with enough common words are one change. Not bounded; see
    `list_changes`.
    """
    old, new = _read_sentences(before), _read_sentences(after)
    known_before, known_after = ({one.key for one in some} for some in (old, new))
    removed = _once([one for one in old if one.key not in known_after])
    added = _once([one for one in new if one.key not in known_before])
    pairs = _pair(removed, added)
    taken = set(pairs.values())
    found = [_change(url, removed[pairs[i]] if i in pairs else None, one)
             for i, one in enumerate(added)]  # fmt: skip
    found += [_change(url, one, None) for i, one in enumerate(removed) if i not in taken]
    return tuple(sorted(found, key=lambda change: not change.deciding))


def list_changes(
    changes: Iterable[Sequence[PageChange]],
) -> tuple[tuple[PageChange, ...], int]:
    """The changes to store, at most PER_PAGE of each page and PER_CHECK in all, and the number of
    the others. Each item of `changes` has those of one page, as `compare_versions` orders them."""
    pages = list(changes)
    kept = chain.from_iterable(page[:PER_PAGE] for page in pages)
    listed = sorted(kept, key=lambda change: not change.deciding)[:PER_CHECK]
    return tuple(listed), sum(map(len, pages)) - len(listed)


def _read_sentences(version: PageVersion) -> list[_Sentence]:
    """The sentences of a page without furniture; deciding ones and their neighbours are marked."""
    found = [one for one in split_sentences(version.text) if not is_furniture(one.text)]
    quoted = [
        (start, start + len(quote))
        for quote in version.quotes
        if (start := version.text.find(quote)) >= 0
    ]
    deciding = {
        place
        for i, one in enumerate(found)
        if any(one.span.start < end and start < one.span.end for start, end in quoted)
        for place in (i - 1, i, i + 1)
    }
    return [_Sentence(one.text, _key(one.text), i in deciding) for i, one in enumerate(found)]


def _key(sentence: str) -> str:
    return fold(sentence.translate(_PLAIN)).strip(" .…")


def _once(sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """The sentences without repetitions."""
    return list({one.key: one for one in sentences}.values())


def _pair(removed: Sequence[_Sentence], added: Sequence[_Sentence]) -> dict[int, int]:
    """The place of the removed sentence for the place of each added one that is its new form."""
    if not removed or not added or len(removed) * len(added) > _PAIRED_MAX**2:
        return {}
    bags = [[frozenset(words(one.text)) for one in some] for some in (removed, added)]
    candidates = sorted(
        (
            (-_measure_likeness(old, new), i, j)
            for j, old in enumerate(bags[0])
            for i, new in enumerate(bags[1])
        ),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for likeness, i, j in candidates:
        if -likeness >= LEAST_ALIKE and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _measure_likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The Dice coefficient of two sets of words, in [0, 1]."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _change(url: str, before: _Sentence | None, after: _Sentence | None) -> PageChange:
    return PageChange(
        url,
        before=_cut(before.text) if before else None,
        after=_cut(after.text) if after else None,
        deciding=any(one.is_deciding for one in (before, after) if one),
    )


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= SENTENCE_CHARS else f"{sentence[: SENTENCE_CHARS - 1]}…"
