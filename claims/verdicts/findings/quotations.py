"""Quoted words of the claim: verbatim in the passage, altered, cut, or said by another? Pure.

Words are compared without punctuation, capitals and kinds of marks. A quotation that the passage
does not have gets no finding: another passage may have it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from itertools import pairwise

from claims.quotations import find_quotations
from claims.text import split_sentences
from claims.types import Finding, FindingResult, Span

_KIND = "quotation"

_WORD = re.compile(r"\w+(?:['’\-.,]\w+)*")
_ELLIPSIS = re.compile(r"…|\.\.\.|\[[^\]]*\]")
# A quotation of fewer words is a scare quote or a name, unless it stands there word by word.
_LEAST_ALTERED = 4
# How alike an altered quotation and its original must be, by words (difflib's ratio), and the
# share of the quotation's words that the original has.
_ALIKE = 0.66
_SHARED = 0.6
# Of so many words and with a capital, a quotation passes for a whole sentence.
_LEAST_SENTENCE = 3
_FULL_NAME = 2
# So many words left out are a cut and no slip.
_LONG_CUT = 3
_SENTENCE_END = re.compile(r"[.!?][”’\"']?\s")
# A whole sentence, or one that goes on with who said it.
_FULL_STOP = re.compile(r"[.!?,]\W*$")
_MOST_WINDOWS = 60
_SLACK = 4  # words by which the original may be longer or shorter
# What a speaker puts behind or before what is quoted that takes it back or makes it conditional.
_CONDITION = frozenset("if unless except provided only until but though although when".split())
_DENIAL = frozenset(
    "not never no nobody none hardly neither without don't doesn't didn't won't can't cannot isn't "
    "aren't wasn't wouldn't couldn't shouldn't deny denied false".split()
)
_BEFORE = 4
# Words in the middle of a broken quotation: “We are,” she told reporters, “ready.”
_MOST_BETWEEN = 8
_SPEECH = (
    r"(?:said|says|say|told|tells|added|adds|wrote|writes|warned|warns|argued|argues|claimed|claims"
    r"|stated|states|insisted|insists|explained|explains|replied|replies|declared|declares|called"
    r"|calls|announced|recalled|testified|remarked|noted|notes|complained|joked|admitted|conceded"
    r"|promised|predicted|shouted|answered|asked|read|reads|described|dismissed|praised|asserted"
    r"|according to|verdict of|words of|tweeted|disagreed|agreed|countered|posted|commented)"
)
_TITLE = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|State|Secretary|President|Minister|Judge|General|Colonel|Captain|Mayor|Senator|Chief|Sir"
    r"|Professor|Coach|Bishop|Governor|Chancellor|Fire|Prime|Defence|Union)\.?"
)
_NAME = r"[A-ZÀ-Ý][\w’'-]+(?: (?:(?:van|von|de|der|al|bin|la|del) )?[A-ZÀ-Ý][\w’'-]+){0,3}"
_BY_NAME = re.compile(_NAME)
_PRONOUN = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
# Small letters: "States" is no verb.
_SPEECH_VERB = re.compile(rf"\b(?:{_SPEECH}|According to)\b")
# "Sorel of the Lindow Institute", but not "Secretary of State Sorel".
_OF_SOMEBODY = re.compile(
    r"(?<!\bSecretary)(?<!\bMinister)(?<!\bChief)(?<!\bHead)(?<!\bPresident) (?:of|at|for|in|from)"
    r"(?: the)? $"
)
_CLAUSE = re.compile(r", (?:who|whose|which|where|whom)\b[^,]*$")
_NO_PERSON = frozenset(
    "the a an in on at for and but he she they it we i you our his her their this that these those "
    "there if when after before as asked critics all both no not one two monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september "
    "october november december what who how why speaking according".split()
)


def find_quoted(claim: str, passage: str) -> tuple[Finding, ...]:
    """A finding for each quotation of the claim that the passage has in some form."""
    return tuple(_findings(claim, passage))


def _findings(claim: str, passage: str) -> Iterator[Finding]:
    quotations = find_quotations(claim)
    told = _read(passage) if quotations else None
    for quotation in quotations:
        words = [word for word, _ in _words(claim, quotation.inner)]
        if not words or told is None:
            continue
        found = _compare(claim, quotation.inner, words, told)
        if found is None:
            continue
        result, span, rule = found
        if result == FindingResult.VERBATIM:
            mine = find_speaker(claim, quotation.span)
            other = find_speaker(passage, span)
            another = _is_another(mine, other, passage, span) if mine else False
            if another is None:
                continue
            if another:
                result = FindingResult.OTHER_SPEAKER
                rule = f"said by {' '.join(other).title()}"
        yield Finding(
            kind=_KIND,
            claim=claim[quotation.inner.start : quotation.inner.end],
            evidence=passage[span.start : span.end],
            result=result,
            rule=rule,
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """A passage as words with their places, the words in between broken quotations left out.

    `quoted` are the places of what stands in marks.
    """

    text: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    quoted: tuple[Span, ...]

    def is_one_voice(self, first: int, last: int) -> bool:
        """Whether two words stand in the same marks, in one sentence."""
        start, end = self.spans[first].start, self.spans[last].end
        inside = any(q.start <= start and end <= q.end for q in self.quoted)
        return inside and not _SENTENCE_END.search(self.text[start:end])


def _plain(word: str) -> str:
    """In small letters, without the dots of an abbreviation, and with one spelling of -our."""
    low = word.lower().replace("’", "'")
    return re.sub(r"(?<=[a-z]{2})our", "or", low.replace(".", "") if "." in low else low)


def _words(text: str, span: Span | None = None) -> list[tuple[str, Span]]:
    start, end = span or Span(0, len(text))
    return [(_plain(match[0]), Span(*match.span())) for match in _WORD.finditer(text, start, end)]


def _read(passage: str) -> _Told:
    quoted = [quotation.span for quotation in find_quotations(passage)]
    skipped = [
        Span(before.end, after.start)
        for before, after in pairwise(quoted)
        if len((between := passage[before.end : after.start]).split()) <= _MOST_BETWEEN
        and _SPEECH_VERB.search(between)
    ]
    kept, place = [], 0
    for word, span in _words(passage):
        while place < len(skipped) and skipped[place].end <= span.start:
            place += 1
        if place == len(skipped) or span.start < skipped[place].start:
            kept.append((word, span))
    return _Told(
        passage,
        tuple(word for word, _ in kept),
        tuple(span for _, span in kept),
        tuple(quoted),
    )


def _compare(
    claim: str, inner: Span, words: Sequence[str], told: _Told
) -> tuple[FindingResult, Span, str] | None:
    """(result, place in the passage, rule), or None when the passage has nothing like it."""
    at = _find(words, told.words, 0)
    if at is not None:
        place = _span(told, at, at + len(words))
        beside = {word for word, _ in _words(claim, Span(max(0, inner.start - 30), len(claim)))}
        left = _taken_back(told, at, at + len(words))
        if left and left not in beside:
            return FindingResult.CUT, place, f"leaves out “{left}”"
        whole = claim[inner.start].isupper() and _FULL_STOP.search(
            claim[inner.start : inner.end + 2]
        )
        if whole and (left := _goes_on(told, at, len(words))):
            return FindingResult.CUT, place, f"the sentence goes on: “{left} …”"
        return FindingResult.VERBATIM, place, "word by word"
    pieces = [
        [word for word, _ in _words(piece)]
        for piece in _ELLIPSIS.split(claim[inner.start : inner.end])
    ]
    pieces = [piece for piece in pieces if piece]
    if pieces and (places := _find_all(pieces, told.words)):
        end = places[-1] + len(pieces[-1])
        place = _span(told, places[0], end)
        left_out = _between(places, pieces, told.words)
        apart = _SENTENCE_END.search(told.text[place.start : place.end])
        if apart or not (_DENIAL | _CONDITION).isdisjoint(left_out):
            return FindingResult.CUT, place, "words left out between its parts"
        return FindingResult.VERBATIM, place, "word by word, with the gaps it marks"
    if len(words) < _LEAST_ALTERED:
        return None
    return _find_altered(words, told)


def _find(words: Sequence[str], within: Sequence[str], start: int) -> int | None:
    size = len(words)
    first = words[0]
    for at in range(start, len(within) - size + 1):
        if within[at] == first and list(within[at : at + size]) == list(words):
            return at
    return None


def _find_all(pieces: Sequence[Sequence[str]], within: Sequence[str]) -> list[int]:
    places: list[int] = []
    start = 0
    for piece in pieces:
        at = _find(piece, within, start)
        if at is None:
            return []
        places.append(at)
        start = at + len(piece)
    return places


def _between(
    places: Sequence[int], pieces: Sequence[Sequence[str]], within: Sequence[str]
) -> list[str]:
    """The words of the passage between the parts."""
    gaps = zip(places, pieces, places[1:], strict=False)
    return [word for at, piece, later in gaps for word in within[at + len(piece) : later]]


def _span(told: _Told, start: int, end: int) -> Span:
    return Span(told.spans[start].start, told.spans[end - 1].end)


def _taken_back(told: _Told, start: int, end: int) -> str:
    """The word beside the quoted ones, without which they say something else; "" if none does."""
    if end < len(told.words) and told.words[end] in _CONDITION and told.is_one_voice(start, end):
        return told.words[end]
    for at in range(max(0, start - _BEFORE), start):
        if told.words[at] in _DENIAL and told.is_one_voice(at, start):
            return told.words[at]
    return ""


def _goes_on(told: _Told, at: int, size: int) -> str:
    """The word that follows without any mark what the claim quotes as a whole sentence."""
    end = at + size
    if size < _LEAST_SENTENCE or end >= len(told.words) or not told.is_one_voice(at, end):
        return ""
    return told.words[end] if told.spans[end].start - told.spans[end - 1].end == 1 else ""


def _find_altered(words: Sequence[str], told: _Told) -> tuple[FindingResult, Span, str] | None:
    best: tuple[float, int, int] | None = None
    for _, start, end in nlargest(_MOST_WINDOWS, _windows(words, told.words)):
        ratio = SequenceMatcher(None, told.words[start:end], words, autojunk=False).ratio()
        if best is None or ratio > best[0]:
            best = ratio, start, end
    if best is None or best[0] < _ALIKE:
        return None
    _, start, end = best
    steps = SequenceMatcher(None, told.words[start:end], words, autojunk=False).get_opcodes()
    first, last = steps[0], steps[-1]
    # What lies before and behind is not part of it.
    if first[0] == "delete":
        start, steps = start + first[2], steps[1:]
    if last[0] == "delete":
        end, steps = end - (last[2] - last[1]), steps[:-1]
    left = [
        w
        for kind, a, b, *_ in steps
        if kind == "delete"
        for w in told.words[best[1] + a : best[1] + b]
    ]
    only_left = all(kind in {"equal", "delete"} for kind, *_ in steps)
    weighs = (
        len(left) >= _LONG_CUT or not _DENIAL.isdisjoint(left) or not _CONDITION.isdisjoint(left)
    )
    result = FindingResult.CUT if only_left and weighs else FindingResult.ALTERED
    return result, _span(told, start, end), _describe(told, words, best[1], steps)


def _windows(words: Sequence[str], within: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """(shared words, start, end) of stretches that hold enough of the quotation's words."""
    wanted = Counter(words)
    least = _SHARED * len(words)
    for size in {max(2, len(words) - 2), len(words), len(words) + 2, len(words) + _SLACK}:
        if size > len(within):
            size = len(within)
        held: Counter[str] = Counter(within[:size])
        shared = sum(min(count, held[word]) for word, count in wanted.items())
        for start in range(len(within) - size + 1):
            if start:
                gone, new = within[start - 1], within[start + size - 1]
                shared -= gone in wanted and held[gone] <= wanted[gone]
                held[gone] -= 1
                held[new] += 1
                shared += new in wanted and held[new] <= wanted[new]
            if shared >= least:
                yield shared, start, start + size


def _describe(
    told: _Told, words: Sequence[str], offset: int, steps: Sequence[tuple[str, int, int, int, int]]
) -> str:
    """The differences by words: "reduce" for "increase", "not" left out."""
    parts = []
    for kind, a, b, c, d in steps:
        was, now = " ".join(told.words[offset + a : offset + b]), " ".join(words[c:d])
        if kind == "replace":
            parts.append(f"“{now}” for “{was}”")
        elif kind == "delete":
            parts.append(f"“{was}” left out")
        elif kind == "insert":
            parts.append(f"“{now}” put in")
    return ", ".join(parts)


def _is_another(
    mine: Sequence[str], other: Sequence[str], passage: str, quotation: Span
) -> bool | None:
    """Whether the passage gives the words to somebody else; None where that is unclear.

    Only a full name is somebody else, and not if the claim's speaker is named in the same sentence.
    """
    if not other or set(mine) <= set(other) or set(other) <= set(mine):
        return False
    if set(mine) & set(other):
        two_first_names = min(len(mine), len(other)) >= _FULL_NAME and mine[0][:2] != other[0][:2]
        return mine[-1] == other[-1] and two_first_names
    if len(other) < _FULL_NAME:
        return None
    near = passage[max(0, quotation.start - 150) : quotation.end + 150].lower()
    quoted = passage[quotation.start : quotation.end].lower()
    sentences = re.split(r"(?<=[.!?][”\"’ ])\s*", near)
    return None if any(quoted in one and mine[-1] in one for one in sentences) else True


def find_speaker(text: str, quotation: Span) -> tuple[str, ...]:
    """The words of the name of who says what is quoted, lower case; none if that is unclear.

    The name beside the verb of speech in the sentence; for "he" and "she" the last person named
    before.
    """
    sentence = next(
        (s.span for s in split_sentences(text) if s.span.start <= quotation.start < s.span.end),
        Span(0, len(text)),
    )
    end = _end_of_attribution(text, quotation, sentence)
    outside = _mask_quoted(text[sentence.start : end])
    verb = _nearest_verb(outside, quotation.start - sentence.start)
    if verb is None:
        return ()
    after = outside[verb.end() : verb.end() + 60]
    before = outside[: verb.start()]
    if verb[0].lower().endswith((" to", " of")):
        return _first_name(after)
    if direct := _subject_before(before):
        return direct
    if _PRONOUN.search(before[-12:]) or _PRONOUN.match(after.strip()):
        return _last_person(_mask_quoted(text[: sentence.start]) + before)
    return _first_name(after) if re.match(r"[\s,]*(?:the )?[\w’' -]{0,40}", after) else ()


def _end_of_attribution(text: str, quotation: Span, sentence: Span) -> int:
    """The sentence, and what follows a quotation that ends with its own full stop."""
    end = max(sentence.end, quotation.end)
    rest = text[end : end + 80]
    return (
        end + len(rest)
        if sentence.end <= quotation.end + 1 and _SPEECH_VERB.search(rest[:40])
        else end
    )


def _mask_quoted(text: str) -> str:
    for quotation in find_quotations(text):
        start, end = quotation.span
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _nearest_verb(text: str, place: int) -> re.Match[str] | None:
    return min(
        _SPEECH_VERB.finditer(text), key=lambda match: abs(match.start() - place), default=None
    )


def _name_words(match: re.Match[str]) -> tuple[str, ...]:
    found = [word for word in match[0].lower().replace("’", "'").split() if word not in _NO_PERSON]
    found = [word.removesuffix("'s") for word in found if not re.fullmatch(_TITLE, word.title())]
    return tuple(found)


def _first_name(text: str) -> tuple[str, ...]:
    for match in _BY_NAME.finditer(text):
        if words := _name_words(match):
            return words
    return ()


def _subject_before(text: str) -> tuple[str, ...]:
    """The name right before the verb, or else the last one that is no place or body that somebody
    is "of", "at" or "in", and stands in no clause of its own ("who leads ...")."""
    last: tuple[str, ...] = ()
    for match in _BY_NAME.finditer(text):
        words = _name_words(match)
        if not words:
            continue
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() :]
        if last and (_OF_SOMEBODY.search(before) or _CLAUSE.search(before)):
            continue
        last = () if _PRONOUN.search(after) else words
    return last


def _last_person(text: str) -> tuple[str, ...]:
    """The last name of two words; one word alone may be a place."""
    last: tuple[str, ...] = ()
    for match in _BY_NAME.finditer(text):
        words = _name_words(match)
        if len(words) >= 2 or (words and re.search(rf"{_TITLE} $", text[: match.start()])):
            last = words
    return last
