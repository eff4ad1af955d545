"""Whom pronouns and descriptions mean, and who is the claimant: the texts of the claims tell."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims
from claims.types import Claim


def last_claim(text: str) -> Claim:
    return extract_claims(text, published_at="2025-09-04").claims[-1]


# (what it shows, text, text of its last claim).
RESOLVED = [
    (
        "she, where only a man is named before it",
        (
            "Nadia Feroz won the race in Velm. Her coach, Alan Birch, watched. Birch said she had"
            " run the last lap in 58 seconds."
        ),
        "Alan Birch said Nadia Feroz had run the last lap in 58 seconds.",
    ),
    (
        "he, where only a newspaper is named before it",
        (
            "Senator Neil Vance denied the report. The Daily Courier said on Monday he had met the"
            " investors in Velm."
        ),
        "The Daily Courier said on Monday Neil Vance had met the investors in Velm.",
    ),
    (
        "her as the object of a verb is not its subject",
        (
            "Marta Ilves and Karin Saar reached the final. Saar won in 11.02 seconds; Ilves, who"
            " had beaten her in June, was third."
        ),
        "Marta Ilves had beaten Karin Saar in June.",
    ),
    (
        "his before a noun",
        "Viktor Hane left in March. The court froze his account in Velm on 4 May.",
        "The court froze Viktor Hane's account in Velm on 4 May.",
    ),
    (
        "he is nobody whom his own clause names",
        (
            "The journalist Karim Odell wrote of the tenor Luca Ferrante. He visited Ferrante in"
            " Velm 14 times."
        ),
        "Karim Odell visited Luca Ferrante in Velm 14 times.",
    ),
    (
        "the subject, where the other man only owns something",
        (
            "Peter Lowe was jailed on Thursday. His lawyer, Simon Achter, spoke in Velm. He won 14"
            " cases in 2023."
        ),
        "Simon Achter won 14 cases in 2023.",
    ),
    (
        "a daughter by her name alone",
        "Lars Ekholm has a bakery in Velm. His daughter Elin joined in May. She bakes 300 loaves.",
        "Elin bakes 300 loaves.",
    ),
    (
        "in his years he never",
        "Inspector Dov Kaplan retired in 2010. In his 31 years he never fired his gun in Velm.",
        "In his 31 years Dov Kaplan never fired his gun in Velm.",
    ),
    (
        "a title of two words",
        (
            "Health Minister Greta Voss met Finance Minister Olaf Reim. The finance minister said"
            " the plan would cost 300 million crowns."
        ),
        "Olaf Reim said the plan would cost 300 million crowns.",
    ),
    (
        "a company by what it does",
        "Volmark recalled 86,000 vans in May. The carmaker said it had found a fault in Velm.",
        "Volmark said it had found a fault in Velm.",
    ),
    (
        "a ministry of something",
        (
            "The Ministry of Transport gave the contract to Brenner Rail. The ministry has paid 40"
            " million euros."
        ),
        "The Ministry of Transport has paid 40 million euros.",
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in RESOLVED], ids=[case[0] for case in RESOLVED]
)
def test_reference_is_replaced_by_the_one_whom_it_can_mean(text: str, expected: str) -> None:
    claim = last_claim(text)
    assert claim.text == expected
    assert not claim.needs_context


LEFT = [
    (
        "two women could be meant inside",
        "Anna Voss met Maria Lund in Velm. Tom Hale said she had paid 300 crowns.",
    ),
    (
        "whoever spoke could be meant as well",
        "Anna Voss left in May. According to Maria Lund, she was paid 300 crowns.",
    ),
    (
        "the one named last stands after a preposition",
        (
            "Robert Kent was acquitted on Monday. The case against Thomas Ash collapsed in Velm."
            " He had faced ten years in prison."
        ),
    ),
    (
        "he of the sentence before is not known",
        "He met President Daniel Noboa in Quito. He said that two gangs would be banned in 2025.",
    ),
    (
        "one of unknown gender, and another",
        "Arlo Quent met Benno Dask, 41, in Velm. She has seen 300 towns.",
    ),
    (
        "someone without a name may own it",
        "Ode Farrow, 41, spoke in Velm. The accountant has surrendered his passport to police.",
    ),
    (
        "her may be an object",
        "Zara Abdi, 44, is in prison in Velm. The court has agreed to let her receive 14 books.",
    ),
    (
        "an election is not about a general",
        "General Tariq Benn spoke in Velm. The general election was held on 4 May.",
    ),
    (
        "a court is no group",
        "Mara Lind was tried at the Bramley Court. The group earned 60,000 pounds in 2022.",
    ),
]


@pytest.mark.parametrize("text", [case[1] for case in LEFT], ids=[case[0] for case in LEFT])
def test_reference_that_more_than_one_may_be_meant_by_stays(text: str) -> None:
    claim = last_claim(text)
    sentence = text.split(". ")[-1].rstrip(".")
    kept = [word for word in sentence.split() if word in {"he", "He", "she", "She", "his", "her"}]
    assert all(word in claim.text.split() for word in kept)
    assert kept or "The general election" in claim.text or "The group" in claim.text


# (what it shows, text, claimant of its last claim).
CLAIMANTS = [
    (
        "who is named inside what was said",
        "The economist Sanjay Mistry spoke. House prices, Mistry said, have doubled since 2012.",
        "Sanjay Mistry",
    ),
    (
        "whose survey it is",
        "The Association of Head Teachers met. Its survey found that 1,200 schools lack teachers.",
        "Association of Head Teachers",
    ),
    (
        "who published the report",
        "The Coastal Survey published a report. Seas rose by 4 millimetres, the report said.",
        "Coastal Survey",
    ),
    (
        "for whom a spokesman speaks",
        (
            "Dellwater supplies 3 million homes. A spokesman for the company said 95 percent of"
            " leaks in Velm were repaired."
        ),
        "Dellwater",
    ),
    (
        "a group that is one organisation",
        (
            "Greenline, a campaign group, blocked the port of Velm. They said that Velm released"
            " 900 tonnes of methane."
        ),
        "Greenline",
    ),
    (
        "an office before the name, after a quotation",
        (
            'The food agency cut rations in May. "We fed 1.1 million people," its director, Samuel'
            " Adeyemi, told reporters in Velm."
        ),
        "Samuel Adeyemi",
    ),
    ("two diplomats are nobody", "Two diplomats said that 300 people had left Velm.", None),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in CLAIMANTS], ids=[case[0] for case in CLAIMANTS]
)
def test_claimant_is_the_one_whose_words_they_are(text: str, expected: str | None) -> None:
    assert last_claim(text).claimant == expected


def test_what_stands_around_the_speaker_is_one_claim() -> None:
    claim = last_claim("Petra Kolb spoke. House prices, she said, have doubled since 2012.")
    assert claim.text == "House prices have doubled since 2012."


def test_subject_of_a_lead_in_without_a_clause_is_no_error() -> None:
    text = "By 2040, director Stoyan Radev warns, there'll be one contributor for each pensioner."
    assert extract_claims(text) is not None
