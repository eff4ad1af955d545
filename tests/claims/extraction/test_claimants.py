"""Attribution: who is the claimant of a claim."""

from __future__ import annotations

import pytest

from tests.claims.extraction.listing import last_claim

# By case: a text, and the claimant of its last claim.
CLAIMANTS: dict[str, tuple[str, str | None]] = {
    "who is named inside what was said": (
        "The economist Sanjay Mistry spoke. House prices, Mistry said, have doubled since 2012.",
        "Sanjay Mistry",
    ),
    "whose survey it is": (
        "The Association of Head Teachers met. Its survey found that 1,200 schools lack teachers.",
        "Association of Head Teachers",
    ),
    "who published the report": (
        "The Coastal Survey published a report. Seas rose by 4 millimetres, the report said.",
        "Coastal Survey",
    ),
    "for whom a spokesman speaks": (
        (
            "Dellwater supplies 3 million homes. A spokesman for the company said 95 percent of"
            " leaks in Velm were repaired."
        ),
        "Dellwater",
    ),
    "a group that is one organisation": (
        (
            "Greenline, a campaign group, blocked the port of Velm. They said that Velm"
            " released 900 tonnes of methane."
        ),
        "Greenline",
    ),
    "an office before the name, after a quotation": (
        (
            'The food agency cut rations in May. "We fed 1.1 million people," its director,'
            " Samuel Adeyemi, told reporters in Velm."
        ),
        "Samuel Adeyemi",
    ),
    "who rejects a report": (
        "Israel rejected the report on Monday. The report said 40 people had been killed.",
        "the report",
    ),
    "who dismisses a report": (
        "The Kremlin dismissed the report. The report said Russia had lost 4,000 tanks.",
        "the report",
    ),
    "who attacks what another wrote": (
        (
            "The Leeds Trust wrote a report. The Home Office attacked the report. The report"
            " said 40 people had died."
        ),
        "the report",
    ),
    "who reads a survey": (
        "Ann Lee read the survey. The survey said 40 people had died.",
        "the survey",
    ),
    "critics of someone": (
        "Critics of Tom Birch said he had lost 40,000 pounds.",
        "Critics of Tom Birch",
    ),
    "opponents": ("Opponents of Tom Birch said 40 people had died.", "Opponents of Tom Birch"),
    "a widow": ("The widow of Tom Birch said 40 people had died.", "the widow of Tom Birch"),
    "according to a friend": (
        "40 people had died, according to a friend of Tom Birch.",
        "a friend of Tom Birch",
    ),
    "who shot him": (
        "The man who shot Tom Birch said 40 people had died.",
        "the man who shot Tom Birch",
    ),
    "his lawyers": (
        "Lawyers representing Tom Birch said 40 people had died.",
        "Lawyers representing Tom Birch",
    ),
    "his campaign": ("The Tom Birch campaign said 40 people had died.", "Tom Birch campaign"),
    "two people": ("Tom Birch and Ann Lee said 40 people had died.", "Tom Birch and Ann Lee"),
    "neither": (
        "Neither Tom Birch nor Ann Lee said 40 people had died.",
        "Neither Tom Birch nor Ann Lee",
    ),
    "another hospital is named": (
        (
            "St Mary's Hospital employs 4,000 people. Ann Lee works at Guy's. The hospital said"
            " 40 people had died."
        ),
        "the hospital",
    ),
    "the new minister": (
        (
            "Finance Minister Lars Holm resigned. Eva Berg was named finance minister. The"
            " finance minister said 40 people had died."
        ),
        "the finance minister",
    ),
    "his widow by her title": (
        "Peter Hall was killed by a lorry. Mrs Hall said the driver had drunk 4 pints.",
        "Mrs Hall",
    ),
    "his wife by her title, and she": (
        "Boris Johnson resigned. Mrs Johnson praised him. She said 40 people had died.",
        "Mrs Johnson",
    ),
    "her father by his title, and he": (
        "Emma Hall won 3 medals. Mr Hall paid $4,000. He said 40 people had died.",
        "Mr Hall",
    ),
    "a name that men and women bear": (
        "Andrea Rossi met Paolo Bruni. He said 40 people had died.",
        None,
    ),
    "who told it, and not the listener": (
        "Tom Birch left in May. He told the BBC he had paid 40,000 euros.",
        "Tom Birch",
    ),
    "who printed what another wrote": (
        "The Courier published a report by Amnesty. The report said 40 people had died.",
        "the report",
    ),
    "who reported something else": (
        "The Home Office reported a loss. The report said 40 people had died.",
        "the report",
    ),
    "two diplomats are nobody": ("Two diplomats said that 300 people had left Velm.", None),
}


@pytest.mark.parametrize("case", CLAIMANTS)
def test_claimant_is_the_one_whose_words_they_are(case: str) -> None:
    text, claimant = CLAIMANTS[case]
    assert last_claim(text).claimant == claimant
