"""Names of the claim that the passage does not have, or has in another role. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, pairwise

from claims.types import Finding, FindingResult, Span
from claims.verdicts.findings.context import stem

_KIND = "name"

_CAPITAL = r"(?<!\w)(?:(?:[A-Z]\.)+|[A-ZÀ-ÖØ-Þ][\w’'-]*)"
_NAME = re.compile(
    rf"{_CAPITAL}(?: (?:(?:of|van|von|de|del|der|la|al|bin|dos|the|for|&) )?(?:the )?{_CAPITAL}"
    r"| [IVX]+\b)*"
)
# Capitalised words that are no names, or only the title before one.
_TITLES = frozenset(
    "state mr mrs ms dr prof professor president minister judge justice general colonel captain "
    "major lieutenant sergeant mayor senator chief sir dame lord lady king queen prince "
    "princess pope coach bishop archbishop governor chancellor prime vice deputy defence "
    "defense foreign finance interior health transport education environment energy justice "
    "head secretary commissioner chairman chairwoman director inspector superintendent "
    "reverend rabbi imam sheikh emperor councillor congressman congresswoman representative "
    "police fire union ambassador striker goalkeeper officer detective admiral senators "
    "judges ministers presidents professors".split()
)
_NO_NAMES = frozenset(
    "the a an in on at for and but he she they it we i you our his her their this that these "
    "those there if when after before as all both no not one two three four five six seven "
    "eight nine ten monday tuesday wednesday thursday friday saturday sunday january "
    "february march april may june july august september october november december most many "
    "some more since during under by with from to of only according last next each every "
    "about over nearly almost what who how why former police officials researchers "
    "scientists critics experts prices more fewer none nobody because while although despite "
    "until within".split()
)
_CAPITALS = {
    "berlin": "german", "paris": "franc", "london": "britain", "washington": "united states",
    "moscow": "russia", "kremlin": "russia", "beijing": "china", "warsaw": "poland",
    "rome": "italy", "madrid": "spain", "vienna": "austria", "kyiv": "ukrain", "tokyo": "japan",
    "brussels": "european union", "ankara": "turk", "budapest": "hungar", "athens": "gree",
    "lisbon": "portug", "stockholm": "swed", "oslo": "norw", "copenhagen": "denmark",
    "helsinki": "finland", "dublin": "ireland", "canberra": "austral",
    "wellington": "new zealand", "ottawa": "canad", "delhi": "india", "tehran": "iran",
    "seoul": "korea", "cairo": "egypt", "nairobi": "kenya", "pretoria": "south africa",
    "bern": "switz", "prague": "czech", "belgrade": "serb", "lima": "peru", "santiago": "chile",
    "bogota": "colombia", "caracas": "venezuel", "havana": "cuba", "jerusalem": "israel",
    "riyadh": "saudi", "baghdad": "iraq", "kabul": "afghan", "islamabad": "pakist",
    "dhaka": "bangladesh", "jakarta": "indones", "manila": "philippin", "hanoi": "vietnam",
    "bangkok": "thai", "riga": "latvia", "vilnius": "lithuan", "tallinn": "eston",
    "minsk": "belarus", "zagreb": "croat", "bratislava": "slovak", "bucharest": "romania",
    "sofia": "bulgar", "whitehall": "britain",
}  # fmt: skip
_IRREGULAR = {
    "france": "french", "netherlands": "dutch", "spain": "spanish", "britain": "british",
    "germany": "german", "greece": "greek", "switzerland": "swiss", "denmark": "danish",
    "sweden": "swedish", "poland": "polish", "wales": "welsh", "ireland": "irish",
    "finland": "finnish", "turkey": "turkish", "china": "chinese", "japan": "japanese",
    "united states": "american", "united kingdom": "british", "iceland": "icelandic",
    "scotland": "scottish", "england": "english", "norway": "norwegian", "peru": "peruvian",
    "ukraine": "ukrainian", "portugal": "portuguese", "cyprus": "cypriot", "thailand": "thai",
    "philippines": "filipino", "new zealand": "kiwi", "european union": "eu",
}  # fmt: skip
_SAME_LETTERS = 4
_LONGEST_WORD = 60
_LONGEST_ACRONYM = 8
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_LITTLE = frozenset("of the for and on in to at de du des la".split())
_LANDS = (
    frozenset({"us", "usa", "america", "american", "americans", "united states"}),
    frozenset({"uk", "gb", "britain", "british", "briton", "united kingdom", "great britain"}),
    frozenset({"eu", "european", "european union"}),
    *(frozenset(pair) for pair in _IRREGULAR.items()),
)
_WORD_BEFORE = re.compile(r"\S+ $")
_NOTHING = ("",)
_NAME_PART = re.compile(r"(?:[A-Z]\.)+|[\w’'-]+")
_OPENS = re.compile(r"(?:^|[.!?]\s|\n)\s*$")
# From here on two words look like two names of one kind: Northgate, Southgate.
_ALIKE = 0.5
_GENERIC = frozenset(
    "power bank university institute town city council party union group energy hospital "
    "school college airport museum church court company club league board agency foundation".split()
)
# Verbs after which who comes first matters, by their stems.
_FIRMS = frozenset("motors electric mills dynamics assembly council hospital street".split())
_VERBS = (
    "beat defeat sue appoint nomin endors accus buy bought acquir sell sold attack invad hire fire "
    "dismiss replac succeed criticis criticiz prais back lend lent owe pay paid overtak overtook "
    "arrest kill marri hit rescu name invit visit warn train coach teach taught lead led follow "
    "vote supplant outsel challeng"
).split()
_OFFICE = re.compile(
    r"(?:(\S+) )?\b((?:foreign|prime|finance|interior|defen[cs]e|health|justice|education|energy"
    r"|transport|environment|agriculture|culture|labou?r|chief|vice|deputy|attorney)[ -]"
    r"(?:minister|executive|president|mayor|general|justice|constable|chancellor)),? $",
    re.IGNORECASE,
)
_BEFORE_OFFICE = frozenset("the a with by and to from met of as his her their that".split())
_VERB_STEMS = frozenset(stem(verb) for verb in _VERBS)
_WORD = re.compile(r"[\w’'-]+|[.,;:!?]")
_MOST_BETWEEN = 7
_MOST_PLACES = 30


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, its words without titles, lower case, and the title before it if any."""

    text: str
    words: tuple[str, ...]
    span: Span
    title: str = ""


def find_names(text: str) -> tuple[Name, ...]:
    """Runs of capitalised words, without titles and without words that only open a sentence."""
    found = []
    for match in _NAME.finditer(text):
        parts = [(m[0], m.span()) for m in _NAME_PART.finditer(match[0])]
        title = ""
        while parts and _is_before_name(parts):
            word = parts.pop(0)[0].lower()
            title = word if word in _TITLES else ""
        if not parts or (len(parts) == 1 and _opens_sentence(text, match, parts[0][1][0])):
            continue
        start, end = match.start() + parts[0][1][0], match.start() + parts[-1][1][1]
        words = tuple(_fold(re.sub(r"['’]s$", "", part.lower())) for part, _ in parts)
        shown = re.sub(r"['’]s$", "", text[start:end])
        found.append(Name(shown, words, Span(start, start + len(shown)), title))
    return tuple(found)


def _is_before_name(parts: Sequence[tuple[str, tuple[int, int]]]) -> bool:
    """Whether the first word is a title or opens the sentence: not "General" in General Motors."""
    first = parts[0][0].lower()
    follows = parts[1][0].lower() if len(parts) > 1 else ""
    return first in _NO_NAMES or (first in _TITLES and follows not in _FIRMS)


def _opens_sentence(text: str, match: re.Match[str], offset: int) -> bool:
    before = text[: match.start() + offset].rstrip(" “\"‘'(")
    return not before or before[-1] in ".!?:\n"


def find_named(claim: str, passage: str, *, title: str = "") -> tuple[Finding, ...]:
    """A finding for each name of the claim that is absent or plays another part."""
    names = find_names(claim)
    told = _fold(f"{title}\n{passage}")
    found = [_compare(claim, name, passage) for name in names if not _is_mentioned(name, told)]
    absent = {finding.claim for finding in found}
    present = [name for name in names if name.text not in absent]
    return (*found, *_swapped(claim, present, passage))


def _fold(text: str) -> str:
    """Without accents: news write Erdogan for Erdoğan."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _compare(claim: str, name: Name, passage: str) -> Finding:
    """For a name that is not there: who else holds the office that the claim gives it, if anyone.

    Only offices of two words ("foreign minister"), of which a passage seldom knows two.
    """
    office = _OFFICE.search(claim[max(0, name.span.start - 60) : name.span.start])
    if office:
        # With another country before it, it is another office.
        found = re.finditer(
            rf"(?:(?P<of>\S+) )?(?i:{re.escape(office[2])}),? (?P<who>{_CAPITAL}(?: {_CAPITAL})+)",
            passage,
        )
        holders = {match["who"] for match in found if _country(match["of"]) == _country(office[1])}
        if len(holders) == 1:
            rule = f"{office[2].lower()} in the passage"
            return Finding(_KIND, name.text, holders.pop(), FindingResult.DIFFERS, rule)
    rule = "nowhere in the passage or its title"
    return Finding(_KIND, name.text, "", FindingResult.ABSENT, rule)


def _country(word: str | None) -> str:
    """The word before an office, if it is a country's; "then" and the like make it another."""
    word = (word or "").lower().strip("(“\"'")
    return "" if word in _BEFORE_OFFICE else word


def _is_mentioned(name: Name, text: str) -> bool:
    low = text.lower().replace("’", "'")
    words = [word for word in name.words if word not in {"of", "the", "and", "for", "de", "van"}]
    if not words or any(_has(low, part) for part in ("'".join(words), " ".join(name.words))):
        return True
    if _is_acronym(name, words, text) or _has_bare_title(name, text):
        return True
    if _by_country(name, low):
        return True
    if len(words) == 1:
        return _has_like(low, words[0])
    return _has_part(words, text, low)


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?:'s|s)?(?!\w)", text) is not None


def _has_like(text: str, word: str) -> bool:
    """The word or one derived from it: "Norway" and "Norwegian"."""
    if len(word) <= _SAME_LETTERS:
        return _has(text, word)
    return _has(text, word) or bool(
        re.search(rf"(?<!\w){re.escape(word[: max(_SAME_LETTERS, len(word) - 2)])}\w*", text)
    )


def _has_bare_title(name: Name, text: str) -> bool:
    """Whether the text speaks of "the Pope" without a name: that may be the one."""
    return bool(name.title) and bool(
        re.search(rf"(?<!\w)(?i:{name.title})(?!\w)(?!,? [A-Z])", text)
    )


def _is_acronym(name: Name, words: Sequence[str], text: str) -> bool:
    """Whether the text has the initials of a long name, or a name that a short one stands for."""
    initials = "".join(word[0] for word in words).upper()
    if len(words) > 1 and re.search(rf"\b{re.escape(initials)}s?\b", text):
        return True
    if not (name.text.isupper() and 1 < len(name.text) <= _LONGEST_ACRONYM):
        return False
    all_words = [match[0].lower() for match in _PLAIN_WORD.finditer(text)]
    wanted = name.text.lower()
    return any(
        wanted in "".join(word[0] for word in some)
        for some in (all_words, [word for word in all_words if word not in _LITTLE])
    )


def _by_country(name: Name, low: str) -> bool:
    full = " ".join(name.words).replace(".", "")
    plain = low.replace("u.s.", "us").replace("u.k.", "uk")
    for forms in _LANDS:
        if full in forms and any(_has(plain, form) for form in forms):
            return True
    capitals = [city for city, land in _CAPITALS.items() if full.startswith(land)]
    if any(_has(low, city) for city in capitals):
        return True
    land = _CAPITALS.get(full)
    return bool(land and re.search(rf"\b{land}", low))


def _has_part(words: Sequence[str], text: str, low: str) -> bool:
    """A surname alone, or the first word of a longer name; not with another word before it."""
    last = re.escape(words[-1])
    for match in re.finditer(rf"(?<!\w){last}(?:'s|s)?(?!\w)", low):
        before = text[max(0, match.start() - _LONGEST_WORD) : match.start()]
        shown = (_WORD_BEFORE.search(before) or _NOTHING)[0].strip()
        bare = shown.lower().strip(".,;:“\"'()")
        if bare in words or not shown[:1].isupper() or bare in _TITLES | _NO_NAMES:
            return True
        if shown.endswith((".", ",", ":", ";")):
            return True
        # A word that opens a sentence may be a title; unless it looks like a name of the same kind.
        opens = _OPENS.search(before[: len(before) - len(shown) - 1]) is not None
        alike = SequenceMatcher(None, bare, words[0]).ratio() > _ALIKE
        if opens and not alike and words[-1] not in _GENERIC:
            return True
    first = words[0]
    if len(first) > _SAME_LETTERS and first not in _GENERIC and _has(low, first):
        follows = re.search(rf"(?<!\w){re.escape(first)}(?:'s)? (\w+)", low)
        place = follows.start(1) if follows else -1
        return not (follows and text[place : place + 1].isupper() and follows[1] not in words)
    return False


def _swapped(claim: str, names: Sequence[Name], passage: str) -> Iterator[Finding]:
    """Two names on both sides of a verb that trade places in the passage, and nowhere agree."""
    for first, second in pairwise(names):
        mine = _relation(claim, first.span, second.span)
        if mine is None:
            continue
        contrary: list[Span] = []
        for one, other in _places(passage, first, second):
            low, high = sorted((one, other))
            theirs = _relation(passage, low, high)
            if theirs is None or theirs[0] != mine[0]:
                continue
            # Who comes first, and whether the first is the one who acts.
            if (one < other) == (mine[1] == theirs[1]):
                contrary = []
                break
            contrary.append(Span(low.start, high.end))
        if contrary:
            shown, rule = passage[contrary[0].start : contrary[0].end], f"about “{mine[0]}”"
            for name in (first, second):
                yield Finding(_KIND, name.text, shown, FindingResult.OTHER_ROLE, rule)
            return


def _places(passage: str, first: Name, second: Name) -> Iterator[tuple[Span, Span]]:
    for one in _occurrences(first, passage):
        for other in _occurrences(second, passage):
            if one != other:
                yield one, other


def _occurrences(name: Name, passage: str) -> list[Span]:
    last = name.text.split()[-1]
    found = re.finditer(rf"\b(?:{re.escape(name.text)}|{re.escape(last)})\b", passage)
    return [Span(*match.span()) for match in islice(found, _MOST_PLACES)]


def _relation(text: str, first: Span, second: Span) -> tuple[str, bool] | None:
    """(stem of the verb between two places, whether the first acts); None if nothing tells."""
    between = text[first.end : second.start]
    words = _WORD.findall(between)
    if len(words) > _MOST_BETWEEN or any(word in ".;!?" for word in words):
        return None
    verbs = [n for n, word in enumerate(words) if stem(word) in _VERB_STEMS]
    if len(verbs) != 1 or any(word[0].isupper() for word in words if word[0].isalpha()):
        return None
    verb = verbs[0]
    return stem(words[verb]), "by" not in words[verb:]
