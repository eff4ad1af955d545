"""Detection of quotations by their quotation marks, and of their speakers."""

from __future__ import annotations

import pytest

from claims.english.quotation import find_quotations, find_speaker, mask_quotations
from tests.claims.timing import processor_seconds

CASES = [
    ('He said: "We won. It was great." Then he left.', ["We won. It was great."]),
    ("“We came,” she said. “He told me ‘no’.”", ["We came,", "He told me ‘no’."]),
    ("Norra will consider 'blowing up' the gangs' boats in the '90s.", ["blowing up"]),
    ("It’s the gangs’ money and Ecuador’s ports, terming it a ‘war’.", ["war"]),
    ("« Oui », dit-il, et „Nein“, sagte sie.", [" Oui ", "Nein"]),
    ('The "so-called" plan and the "real" one.', ["so-called", "real"]),
    ("“He told me “never” again,” she said.", ["He told me “never” again,"]),
    ("A door of 6'2\" and a stray ” mark.", []),
    ("No marks at all, it's the dogs' dinner.", []),
    ('""', []),
    ("", []),
]


@pytest.mark.parametrize(("text", "inner"), CASES)
def test_outermost_quotations_are_found(text: str, inner: list[str]) -> None:
    assert [text[q.inner.start : q.inner.end] for q in find_quotations(text)] == inner


def test_unclosed_quotation_is_open_and_runs_to_the_end() -> None:
    (quotation,) = find_quotations("She said: “We lost. We go on. ")
    assert quotation.is_open
    assert quotation.inner == (11, 29)


def test_first_mark_of_the_next_paragraph_closes_an_open_quotation() -> None:
    text = "and that was all,” she said. “Good.”"
    assert [text[q.inner.start : q.inner.end] for q in find_quotations(text, continues=True)] == [
        "and that was all,",
        "Good.",
    ]
    assert len(find_quotations(text)) == 1


def test_masked_text_keeps_every_position() -> None:
    text = 'He said: "We won." Then he left.'
    masked = mask_quotations(text, find_quotations(text))
    assert masked == "He said: _________ Then he left."


def test_mask_of_a_later_sentence_uses_its_place_in_the_paragraph() -> None:
    paragraph = 'It was late. He said: "No."'
    masked = mask_quotations(paragraph[13:], find_quotations(paragraph), offset=13)
    assert masked == "He said: _____"


def test_mask_may_be_another_character() -> None:
    text = 'He said: "We won."'
    assert mask_quotations(text, find_quotations(text), mask=" ") == "He said:" + " " * 10


def test_masking_takes_linear_time() -> None:
    def seconds(count: int) -> float:
        text = '"No." ' * count
        quotations = find_quotations(text)
        return processor_seconds(lambda: mask_quotations(text, quotations))

    # The text is four times as long; quadratic work would take sixteen times as long.
    assert seconds(50_000) < 8 * seconds(12_500) + 0.5


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Secretary of State Ana Sorel said that they would “blow them up”.", "ana sorel"),
        ("Sorel met Foreign Minister Eva Lund. Sorel said that all would “help”.", "sorel"),
        ("“And blow them up,” Sorel, who leads the party in Oldbridge, said.", "sorel"),
        ("Sorel of the Lindow Institute said: “And blow them up.”", "sorel"),
        ("“The mine is finished,” said Mayor Jonas Wyke.", "jonas wyke"),
        ("Jonas Wyke spoke first. “The mine is finished,” he said.", "jonas wyke"),
        ("According to Jonas Wyke, the mine is “finished”.", "jonas wyke"),
        ("The mine is “finished”.", ""),
        ("“The mine is finished,” the mayor said in an interview with Fox News.", ""),
        ("“The mine is finished,” the mayor said on Monday in New York.", ""),
        ("“The mine is finished,” a spokesman told Sky News.", ""),
        ("Macron was in Saudi Arabia. “The mine is finished,” he said.", ""),
        ("It was said that the mine is “finished”.", ""),
    ],
)
def test_speaker_is_the_name_next_to_the_verb(text: str, speaker: str) -> None:
    (quotation,) = find_quotations(text)
    assert find_speaker(text, quotation.span) == tuple(speaker.split())
