"""Whole articles: each sentence is accounted for, spans are exact, and any text can be read."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.extraction import extract_claims
from claims.types import Extraction
from tests.claims.timing import processor_seconds
from tests.conftest import SHARED

COUNCIL = """\
Harbour council votes to close swimming pool
By Jane Holloway, Local Democracy Reporter
Published 12 March 2024

Photo: The Millbrook pool in winter. Credit: Harbour Gazette

The Harbour town council voted 9 to 6 on Tuesday night to close the Millbrook swimming pool, \
ending a dispute that has lasted two years and four months. Councillor Dana Preece, who chairs \
the finance committee, said the pool lost £212,000 in 2023. “We cannot heat water with wishes,” \
she told the chamber.

Opposition leader Tomas Reyle disagreed. He called the figure “inflated by at least a third”, \
adding that the council had ignored a petition signed by 3,140 residents.

Advertisement

"The pool has been open since 1968. It is the only one in the county with a ramp," said Reyle. \
"You can't put a price on that."

Should the town simply let it go? I grew up swimming there. It would be a disgrace to lose it.

The pool will close on 31 October. A proposal for 40 flats on the site has been circulated, but \
no decision has been taken.

Read more: Five things to do in Harbour this weekend
Share this article
"""
# Reported speech without quotation marks, and vague phrases around a statement.
VISIT = """\
Foreign Minister Marco Vidal has asserted that Norra will consider 'blowing up' smugglers' boats \
if necessary, especially with other nations. His comments were made during a visit to Quito, where \
he met President Daniel Noboa.

Vidal stated, Now they're gonna help us find these people and stop them, as he confirmed plans to \
list two of the country's largest gangs, Los Perros and Los Gatos, as terrorist organizations.

This announcement comes just days after Norran forces reportedly hit a boat in the Gulf of Velm, \
killing 11 suspected smugglers, although their identities remain undisclosed.

Vidal also announced that Norra will provide $13.5 million in security aid and $6 million in drone \
technology to bolster the fight against smuggling as violence spirals due to conflicts over routes.
"""


def _check(text: str, found: Extraction) -> None:
    """Assert what holds for any text: exact spans, sentences of the text, lengths, value ranges."""
    places = []
    for claim in found.claims:
        assert claim.span is not None
        start, end = claim.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] in claim.sentence
        assert claim.sentence in text
        assert 0 < len(claim.text) <= 1000
        assert 0.0 <= claim.check_worthiness <= 1.0
        assert claim.kinds
    for item in found.not_checked:
        assert text[item.span.start : item.span.end] == item.sentence
        places.append(item.span.start)
    assert places == sorted(places)


def test_article_gives_the_claims_of_a_fact_checker() -> None:
    found = extract_claims(COUNCIL, published_at="2024-03-12")
    _check(COUNCIL, found)
    assert [(claim.text, claim.claimant) for claim in found.claims] == [
        (
            (
                "The Harbour town council voted 9 to 6 on Tuesday night to close the Millbrook"
                " swimming pool, ending a dispute that has lasted two years and four months."
            ),
            None,
        ),
        ("The pool lost £212,000 in 2023.", "Dana Preece"),
        ('Dana Preece told the chamber: "We cannot heat water with wishes."', "Dana Preece"),
        ("Opposition leader Tomas Reyle disagreed.", None),
        (
            (
                "Tomas Reyle called the figure “inflated by at least a third”, adding that the"
                " council had ignored a petition signed by 3,140 residents."
            ),
            "Tomas Reyle",
        ),
        ("The pool has been open since 1968.", "Tomas Reyle"),
        (
            'Tomas Reyle said: "It is the only one in the county with a ramp."',
            "Tomas Reyle",
        ),
        ('Tomas Reyle said: "You can\'t put a price on that."', "Tomas Reyle"),
        ("The pool will close on 31 October.", None),
        ("A proposal for 40 flats on the site has been circulated.", None),
        ("No decision has been taken.", None),
    ]
    assert [item.reason for item in found.not_checked] == [
        "heading", "byline", "byline", "caption", "caption", "boilerplate", "question",
        "personal", "opinion", "boilerplate", "boilerplate",
    ]  # fmt: skip


def test_unmarked_speech_and_vague_frames_are_split() -> None:
    found = extract_claims(VISIT, published_at="2025-09-05")
    _check(VISIT, found)
    assert [claim.text for claim in found.claims] == [
        (
            "Foreign Minister Marco Vidal has asserted that Norra will consider 'blowing up'"
            " smugglers' boats if necessary, especially with other nations."
        ),
        (
            "Marco Vidal's comments were made during a visit to Quito, where he met President"
            " Daniel Noboa."
        ),
        'Marco Vidal stated: "Now they\'re gonna help us find these people and stop them."',
        (
            "Marco Vidal confirmed plans to list two of the country's largest gangs, Los Perros"
            " and Los Gatos, as terrorist organizations."
        ),
        "Norran forces reportedly hit a boat in the Gulf of Velm, killing 11 suspected smugglers.",
        (
            "Norran forces reportedly hit a boat in the Gulf of Velm, killing 11 suspected"
            " smugglers, although their identities remain undisclosed."
        ),
        "Norra will provide $13.5 million in security aid.",
        (
            "Norra will provide $6 million in drone technology to bolster the fight against"
            " smuggling."
        ),
        "Violence spirals due to conflicts over routes.",
    ]


def test_spans_have_no_white_space_at_the_ends() -> None:
    text = "Exports grew by 3 percent, while imports fell by 5 percent."
    spans = [claim.span for claim in extract_claims(text).claims]
    assert [text[start:end] for start, end in filter(None, spans)] == [
        "Exports grew by 3 percent",
        "imports fell by 5 percent",
    ]


def test_claims_that_share_words_have_different_spans() -> None:
    text = "Norra will pay $13 million for boats and $6 million for radar."
    first, second = (claim.span for claim in extract_claims(text).claims)
    assert first is not None
    assert second is not None
    assert first.end <= second.start


def test_hard_wrapped_text_reads_like_the_same_text_on_one_line() -> None:
    line = (
        "Norvik Airlines cut its profit forecast on Thursday after fuel costs rose 22 percent in"
        " the first quarter. It also said that 14 routes between Oslo and the north of the country"
        " would be cancelled before the summer."
    )
    words = line.split()
    rows = [""]
    for word in words:
        if len(rows[-1]) + 1 + len(word) > 60:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    wrapped = "\n".join(rows)
    found = extract_claims(wrapped)
    _check(wrapped, found)
    assert [c.text for c in found.claims] == [c.text for c in extract_claims(line).claims]


def test_windows_line_ends_change_nothing_but_positions() -> None:
    text = COUNCIL.replace("\n", "\r\n")
    found = extract_claims(text)
    _check(text, found)
    assert [c.text for c in found.claims] == [c.text for c in extract_claims(COUNCIL).claims]


def test_sentence_may_end_with_the_month_may() -> None:
    text = "Norvik Airlines cut 300 jobs in May. Fuel costs rose by 22%."
    assert [claim.sentence for claim in extract_claims(text).claims] == [
        "Norvik Airlines cut 300 jobs in May.",
        "Fuel costs rose by 22%.",
    ]


def test_full_names_are_taken_from_the_title() -> None:
    found = extract_claims("Vidal met 14 mayors in Quito.", title="Minister Marco Vidal in Quito")
    assert found.claims[0].text == "Marco Vidal met 14 mayors in Quito."


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\0", "...", "“", "\ud800", "🙂🙂🙂", "’’’"])
def test_text_without_words_gives_no_claims(text: str) -> None:
    assert extract_claims(text).claims == ()


def test_sentence_longer_than_a_claim_is_not_checked() -> None:
    text = "The council " + "of the council " * 80 + "voted 9 to 6 on Tuesday."
    found = extract_claims(text)
    assert [item.reason for item in found.not_checked] == ["too-long"]


ODD = {
    "seventy articles": VISIT * 140,
    "one line": VISIT.replace("\n", " ") * 140,
    "no stops": "word " * 40_000,
    "one word": "a" * 200_000,
    "names": "Aa " * 66_000,
    "hyphens": "A-" * 100_000,
    "marks": '"' * 200_000,
    "opening marks": " ‘a" * 66_000,
    "apostrophes": "'a " * 66_000,
    "commas": "a, " * 66_000,
    "titles": "President " * 20_000,
    "conjunctions": "While " * 33_000,
    "brackets": "(" * 200_000,
    "speakers": "” said A" * 25_000,
    "right to left": "مرحبا بالعالم. " * 13_000,
    "emoji": "😀 said 3. " * 18_000,
    "reports": (("Tom said he is 3; " * 108)[:-2] + ".\n") * 100,
    "clauses": (("A is 3, and " * 160) + "B is 4.\n") * 100,
    "lines": "Three people died in Quito on Monday.\n" * 10_000,
    "surrogates": '\ud800 said "x\udfff" ' * 12_000,
}


@pytest.mark.parametrize("name", ODD)
def test_long_and_odd_text_is_read_in_linear_time(name: str) -> None:
    def seconds(length: int) -> float:
        text = ODD[name][:length]
        found: list[Extraction] = []
        took_s = processor_seconds(lambda: found.append(extract_claims(text)))
        if name != "surrogates":
            _check(text, *found)
        return took_s

    seconds(1_000)
    # The text is four times as long; quadratic work would take sixteen times as long.
    assert seconds(50_000) < 8 * seconds(12_500) + 0.5


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    _check(text, extract_claims(text, title=text[:20], published_at=text[:10]))


PARTS = (VISIT + COUNCIL).split()


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_shuffled_words_and_marks_keep_spans_exact(source: random.Random, count: int) -> None:
    words = [source.choice([*PARTS, '"', "“", "”", "'", ",", ";", ":", ".", "\n", "said", "and"])
             for _ in range(count)]  # fmt: skip
    text = " ".join(words)
    _check(text, extract_claims(text))


@pytest.mark.shared
def test_example_article_gives_at_least_eight_claims_with_exact_spans() -> None:
    text = (SHARED / "data" / "seed-article.txt").read_text(encoding="utf-8")
    found = extract_claims(text)
    _check(text, found)
    texts = [claim.text for claim in found.claims]
    assert len(texts) >= 8
    assert "Washington will provide $13.5 million in security aid." in texts
    assert "Approximately 70% of the world’s cocaine transits through Ecuador." in texts
    assert {claim.claimant for claim in found.claims} >= {"Marco Rubio", "Daniel Noboa"}
