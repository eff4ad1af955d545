"""Reported and direct speech: the claims in it, and who says them."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims
from tests.claims.extraction.listing import last_claim, write_claims

# By case: a text, and its claims, each with its claimant after the bar.
SPEECH = {
    # reported speech: the claim is the content alone
    "that-clause": (
        "The ministry said that 40 people had fled the town of Velm.",
        "40 people had fled the town of Velm. | the ministry",
    ),
    "without that": (
        "Councillor Dana Preece said the pool lost £212,000 in 2022.",
        "The pool lost £212,000 in 2022. | Dana Preece",
    ),
    "the speaker comes last": (
        "The pool lost £212,000 in 2022, Dana Preece said.",
        "The pool lost £212,000 in 2022. | Dana Preece",
    ),
    "the speaker comes last and is described": (
        "The pool lost £212,000 in 2022, said Dana Preece, who chairs the finance committee.",
        "The pool lost £212,000 in 2022. | Dana Preece",
    ),
    "a speaker with an office and a name": (
        (
            "The utility spent $1.2 billion on cables in 2023, its spokeswoman, Carol Hines,"
            " told reporters."
        ),
        "The utility spent $1.2 billion on cables in 2023. | Carol Hines",
    ),
    "told somebody": (
        "Harbour master Ida Crewe told reporters that 14 ships were waiting.",
        "14 ships were waiting. | Ida Crewe",
    ),
    "according to, in front": (
        (
            "According to Norran officials, the boat had left Velm with drugs on board and"
            " belonged to the Harbour gang."
        ),
        "The boat had left Velm with drugs on board. | Norran officials",
        "The boat belonged to the Harbour gang. | Norran officials",
    ),
    "according to, at the end": (
        "The bridge in Velm collapsed at 5 a.m., according to the ministry of transport.",
        "The bridge in Velm collapsed at 5 a.m. | the ministry of transport",
    ),
    "according to, in the middle": (
        "A Norran strike, according to officials, killed 11 people on Monday.",
        "A Norran strike killed 11 people on Monday. | officials",
    ),
    "the article goes on after the speaker": (
        (
            "A storm cut power to 120,000 homes, the utility Pacific Light said, and three"
            " people were killed by falling trees."
        ),
        "A storm cut power to 120,000 homes. | Pacific Light",
        "Three people were killed by falling trees.",
    ),
    # reported speech: the claim is the statement with its speaker
    "an announcement of intent without a figure": (
        "Norra's ministry said that it would close the schools.",
        "Norra's ministry said that it would close the schools. | Norra's ministry",
    ),
    "a frame with a date stays, and it is told who called": (
        (
            "On September 4, the Pentagon said that two Norran aircraft had flown near a US"
            ' Navy ship, and it called the flight "highly provocative."'
        ),
        (
            "On September 4, the Pentagon said that two Norran aircraft had flown near a US"
            " Navy ship. | Pentagon"
        ),
        'The Pentagon called the flight "highly provocative." | Pentagon',
    ),
    "a denial is not turned round": (
        "Norra's ministry denied that 40 people had fled Velm.",
        "Norra's ministry denied that 40 people had fled Velm. | Norra's ministry",
    ),
    "a negated saying is not turned round": (
        "Norvik Foods did not say that 300 jobs were lost in Velm.",
        "Norvik Foods did not say that 300 jobs were lost in Velm. | Norvik Foods",
    ),
    "an accusation": (
        "The US Defense Department has accused Norran aircraft of flying near a US vessel.",
        (
            "The US Defense Department has accused Norran aircraft of flying near a US vessel."
            " | US Defense Department"
        ),
    ),
    "a forecast of someone's": (
        "Analysts expect growth of 3 percent in 2025.",
        "Analysts expect growth of 3 percent in 2025. | Analysts",
    ),
    "words in marks inside indirect speech": (
        'Noboa said in Quito that partners would help and "blow them up".',
        'Noboa said in Quito that partners would help and "blow them up". | Noboa',
    ),
    "a participle that goes on for the speaker": (
        (
            "According to Ann Lee, Velm council is intent on 'waging war' on litter in Velm,"
            " while also affirming that shopkeepers are eager to help."
        ),
        "According to Ann Lee, Velm council is intent on 'waging war' on litter in Velm. | Ann Lee",
        "Ann Lee affirmed that shopkeepers are eager to help. | Ann Lee",
    ),
    # direct speech
    "a quotation with its speaker after it": (
        '"We are ready for 400 guests," said Ann Lee.',
        'Ann Lee said: "We are ready for 400 guests." | Ann Lee',
    ),
    "curly marks and a frame": (
        "“We are ready for 400 guests,” Mayor Ann Lee said in Velm on Monday.",
        'Ann Lee said in Velm on Monday: "We are ready for 400 guests." | Ann Lee',
    ),
    "single marks": (
        "'We do not punish the sick,' said cooperation minister Ulrike Stern.",
        'Ulrike Stern said: "We do not punish the sick." | Ulrike Stern',
    ),
    "a quotation interrupted by its speaker": (
        "'We will create 4 million jobs,' Anil Rao told lawmakers, 'without borrowing a rupee.'",
        (
            'Anil Rao told lawmakers: "We will create 4 million jobs, without borrowing a'
            ' rupee." | Anil Rao'
        ),
    ),
    "a quotation that can be checked without its speaker": (
        '"Unemployment in Velm fell by 3 percent in 2022," said Ann Lee.',
        "Unemployment in Velm fell by 3 percent in 2022. | Ann Lee",
    ),
    "a quotation after a colon, with a lead-in": (
        'Outside court, Detective Inspector Carla Njoroge said: "We lost 40 files."',
        'Outside court, Carla Njoroge said: "We lost 40 files." | Carla Njoroge',
    ),
    "a name as a label": (
        'Superintendent Wade Kimmel: "The bonus works where we offer it."',
        'Wade Kimmel said: "The bonus works where we offer it." | Wade Kimmel',
    ),
    "direct speech without marks ends where the article goes on": (
        (
            "Marco Vidal stated, Now they're gonna help us find these people, if that's what it"
            " takes, as he confirmed plans to ban two gangs."
        ),
        (
            "Marco Vidal stated: \"Now they're gonna help us find these people, if that's what"
            ' it takes." | Marco Vidal'
        ),
        "Marco Vidal confirmed plans to ban two gangs. | Marco Vidal",
    ),
    "direct speech without marks after a colon": (
        "Ann Lee said: We will not raise the fee of £30.",
        'Ann Lee said: "We will not raise the fee of £30." | Ann Lee',
    ),
    "a quotation goes on in the next sentence": (
        '"We lost 40 files," said Ann Lee. "Nobody told the 300 owners."',
        'Ann Lee said: "We lost 40 files." | Ann Lee',
        "Nobody told the 300 owners. | Ann Lee",
    ),
    "a quotation over two paragraphs opens twice and closes once": (
        "Ann Lee said: “We lost 40 files.\n\n“We told the 300 owners in May.”",
        'Ann Lee said: "We lost 40 files." | Ann Lee',
        'Ann Lee said: "We told the 300 owners in May." | Ann Lee',
    ),
    "speech without marks goes on as I and we": (
        "Ann Lee stated, Now we have 40 new officers. We will hire 20 more in May.",
        'Ann Lee stated: "Now we have 40 new officers." | Ann Lee',
        'Ann Lee said: "We will hire 20 more in May." | Ann Lee',
    ),
}


@pytest.mark.parametrize("case", SPEECH)
def test_speech_gives_the_claims_a_reader_takes_from_it(case: str) -> None:
    text, *claims = SPEECH[case]
    found = extract_claims(text, published_at="2025-09-04").claims
    assert write_claims(found) == claims
    assert not any(claim.needs_context for claim in found)


# The same, for claims that may need context.
SAID_AND_MEANT = {
    "according to officials, and the army denied it": (
        "The strike killed 11 people, according to officials, but the army denied the report.",
        "The strike killed 11 people. | officials",
        "The army denied the report. | the army",
    ),
    "a quotation, and what the article sets against it": (
        '"Prices rose by 3% in 2020," Ann Lee claimed, but prices fell by 9% in London.',
        "Prices rose by 3% in 2020. | Ann Lee",
        "Prices fell by 9% in London.",
    ),
    "according to, after a quotation": (
        '"We lost 40 houses in an hour," according to Tom Baird.',
        'Tom Baird said: "We lost 40 houses in an hour." | Tom Baird',
    ),
    "No. 10 is a speaker": (
        "No. 10 said that Boeing hid the fault in 2018.",
        "Boeing hid the fault in 2018. | No. 10",
    ),
    "his family is the speaker": (
        "Tom Baird died in 2019. His family said: “He lost 3 friends in a year.”",
        "Tom Baird died in 2019.",
        "Tom Baird's family said: \"He lost 3 friends in a year.\" | Tom Baird's family",
    ),
}


@pytest.mark.parametrize("case", SAID_AND_MEANT)
def test_who_says_and_who_is_meant(case: str) -> None:
    text, *claims = SAID_AND_MEANT[case]
    assert write_claims(extract_claims(text).claims) == claims


@pytest.mark.parametrize("mark", ["“", '"'])
def test_quotation_that_goes_on_in_the_next_paragraph_is_read(mark: str) -> None:
    close = "”" if mark == "“" else mark
    text = f"{mark}We lost 40 houses,{close} said Tom Baird. {mark}The council did nothing."
    assert write_claims(extract_claims(text).claims) == [
        'Tom Baird said: "We lost 40 houses." | Tom Baird',
        'Tom Baird said: "The council did nothing." | Tom Baird',
    ]


def test_what_stands_around_the_speaker_is_one_claim() -> None:
    claim = last_claim("Petra Kolb spoke. House prices, she said, have doubled since 2012.")
    assert claim.text == "House prices have doubled since 2012."


def test_subject_of_a_lead_in_without_a_clause_is_no_error() -> None:
    text = "By 2040, director Stoyan Radev warns, there'll be one contributor for each pensioner."
    assert extract_claims(text) is not None
