"""Attribution and coreference of extracted claims: python -m evaluation.reading [--parser]

Measured on hand-labelled sentences with their preceding text (evaluation/cases/reading; `held` was
labelled before the rules were last changed). For each sentence: whether the claimant of its claims
is right, and what the claim texts have in the place of each pronoun:

    right   the name of the referent, or the referent is the claimant ("..., she said")
    wrong   other words
    beside  the pronoun, and the same claim names the referent
    marked  the pronoun, and the claim is marked as needing context
    open    the pronoun, without such a mark
    gone    nothing: the claim leaves out that part of the sentence

`--parser` also measures the same decisions made from the parse of a small trained model
(reading_parser.py).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from claims.extraction import extract_claims
from evaluation.reading_parser import ParserMissing, Reading, load_reader

_FOLDER = Path(__file__).parent / "cases" / "reading"
SETS = {"attribution": _FOLDER / "attribution.jsonl", "held": _FOLDER / "held.jsonl"}
CLAIMANT_OUTCOMES = ("right", "wrong", "left", "no claim")
PRONOUN_OUTCOMES = ("right", "wrong", "beside", "marked", "open", "gone", "no claim")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")


# Reads a sentence (second argument) in the context of the text before it (first argument).
Reader = Callable[[str, str], Reading]


def read_by_rules(context: str, sentence: str) -> Reading:
    """Read the sentence with the extraction of the service."""
    claims = [c for c in extract_claims(f"{context} {sentence}").claims if c.sentence == sentence]
    return Reading(
        texts=tuple(claim.text for claim in claims),
        claimants=frozenset(claim.claimant for claim in claims),
        needs_context=any(claim.needs_context for claim in claims),
    )


def read_case(case: Mapping[str, Any], reader: Reader = read_by_rules) -> tuple[str, list[str]]:
    """The outcome for the claimant, and the outcome for each pronoun in the order of the case.

    The values are in CLAIMANT_OUTCOMES and PRONOUN_OUTCOMES. "left" means that an expected claimant
    was not found.
    """
    reading = reader(case["context"], case["sentence"])
    if not reading.texts:
        return "no claim", ["no claim"] * len(case["pronouns"])
    seen: Counter[str] = Counter()
    pronouns = []
    for entry in case["pronouns"]:
        pronoun = entry["pronoun"].lower()
        place = _find_place(case["sentence"], pronoun, seen[pronoun])
        pronouns.append(_judge_pronoun(reading, case["sentence"], place, entry["stands_for"]))
        seen[pronoun] += 1
    return _judge_claimant(reading.claimants, case["claimant"]), pronouns


def _judge_claimant(found: frozenset[str | None], expected: str | None) -> str:
    if expected is None:
        return "right" if found == {None} else "wrong"
    if found == {None}:
        return "left"
    return "right" if any(_last_word(name) == _last_word(expected) for name in found) else "wrong"


def _judge_pronoun(reading: Reading, sentence: str, place: int, stands_for: str) -> str:
    """The outcome of one pronoun over all claim texts; "wrong" in one text counts for all."""
    name = _last_word(stands_for)
    before = _words(sentence)
    found = {_read_place(before, place, _words(text), name) for text in reading.texts}
    if "wrong" in found:
        return "wrong"
    whole = _words(" ".join(reading.texts))
    if "left" in found or (found == {"gone"} and before[place] in whole):
        if any(before[place] in _words(text) and name in _words(text) for text in reading.texts):
            return "beside"
        return "marked" if reading.needs_context else "open"
    is_named = name in whole or any(_last_word(claimant) == name for claimant in reading.claimants)
    return "right" if "right" in found or is_named else "gone"


def _read_place(before: list[str], place: int, after: list[str], name: str) -> str:
    """What `after` has in the place of the pronoun: "left", "right", "wrong" or "gone".

    Words count as a replacement of the pronoun when the same text follows them as followed it.
    """
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, start, stop, other, end in matcher.get_opcodes():
        if not start <= place < stop:
            continue
        if kind == "equal":
            return "left"
        if kind == "delete" or place != stop - 1:
            return "gone"
        return "right" if name in after[other:end] else "wrong"
    return "gone"


def _find_place(sentence: str, pronoun: str, number: int) -> int:
    """Word index of the occurrence `number` (from 0) of the pronoun in the sentence."""
    places = [at for at, word in enumerate(_words(sentence)) if word == pronoun]
    return places[number]


def _words(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", word.lower()) for word in _WORD.findall(text)]


def _last_word(name: str | None) -> str:
    """The last word of a name, as news texts shorten names; "" for None."""
    return _words(name)[-1] if name else ""


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    """The cases of one set, in order."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def measure(path: Path, reader: Reader = read_by_rules) -> tuple[Counter[str], Counter[str]]:
    """Counts of each outcome in one set, for claimants and for pronouns."""
    claimants: Counter[str] = Counter()
    pronouns: Counter[str] = Counter()
    for case in read_cases(path):
        claimant, some = read_case(case, reader)
        claimants[claimant] += 1
        pronouns.update(some)
    return claimants, pronouns


def main() -> None:
    """Print a table for claimants and one for pronouns, with a line per set and reader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--parser", action="store_true", help="measure the parser as well")
    readers: dict[str, Reader] = {"rules": read_by_rules}
    if parser.parse_args().parser:
        try:
            readers["parser"] = load_reader(is_cautious=False)
            readers["parser, cautious"] = load_reader(is_cautious=True)
        except ParserMissing as missing:
            sys.exit(str(missing))
    counts = {
        (name, reader): measure(path, readers[reader])
        for name, path in SETS.items()
        for reader in readers
    }
    for which, outcomes in enumerate((CLAIMANT_OUTCOMES, PRONOUN_OUTCOMES)):
        print(f"| {('claimants', 'pronouns')[which]} | " + " | ".join(outcomes) + " |")
        print("|---|" + "---:|" * len(outcomes))
        for (name, reader), both in counts.items():
            print(
                f"| {name}, {reader} | " + " | ".join(str(both[which][o]) for o in outcomes) + " |"
            )
        print()


if __name__ == "__main__":
    main()
