"""Statements, the claims that are extracted from each, and of which kinds these are."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims
from tests.claims.extraction.listing import write_claims

# By case: a text, and its claims.
STATEMENTS = {
    # one sentence, one claim
    "a plain statement stays as it is": (
        "Ecuador has used the US dollar as its currency since 2000.",
        "Ecuador has used the US dollar as its currency since 2000.",
    ),
    "connecting words are dropped": (
        "But unemployment rose to 7.1 percent in May.",
        "Unemployment rose to 7.1 percent in May.",
    ),
    "an inserted however is dropped": (
        "The Norran government, however, has yet to sign the treaty of 2019.",
        "The Norran government has yet to sign the treaty of 2019.",
    ),
    "a colouring participle is dropped": (
        "Further compounding tensions, the Norran navy moved three ships to the strait.",
        "The Norran navy moved three ships to the strait.",
    ),
    "a dateline is no part of the claim": (
        "QUITO, Ecuador (AP) — Three ministers resigned on Monday.",
        "Three ministers resigned on Monday.",
    ),
    "a bullet is no part of the claim": (
        "What changes:\n\n- The minimum wage rises to 240 rupees a day.",
        "The minimum wage rises to 240 rupees a day.",
    ),
    # several claims in one sentence
    "two figures of one verb": (
        "Norra's ministry will pay $13.5 million for patrol boats and $6 million for radar sites.",
        "Norra's ministry will pay $13.5 million for patrol boats.",
        "Norra's ministry will pay $6 million for radar sites.",
    ),
    "two figures of a plan, and who announced it": (
        (
            "Mayor Ann Lee announced that the city will spend £4 million on parks and £2"
            " million on libraries to mark its jubilee as debts pile up in the housing"
            " department."
        ),
        "The city will spend £4 million on parks. | Ann Lee",
        "The city will spend £2 million on libraries to mark its jubilee. | Ann Lee",
        "Debts pile up in the housing department.",
    ),
    "two clauses joined by while": (
        "Exports grew by 3 percent in June, while imports fell by 5 percent.",
        "Exports grew by 3 percent in June.",
        "Imports fell by 5 percent.",
    ),
    "while in front": (
        "While exports grew by 3 percent, imports fell by 5 percent.",
        "Exports grew by 3 percent.",
        "Imports fell by 5 percent.",
    ),
    "two clauses joined by a semicolon": (
        "Velm council voted 9 to 6 to close the pool; a petition was signed by 3,140 residents.",
        "Velm council voted 9 to 6 to close the pool.",
        "A petition was signed by 3,140 residents.",
    ),
    "two clauses joined by a bare and": (
        "Inflation was 5.2% in December and food prices rose by 8.4%.",
        "Inflation was 5.2% in December.",
        "Food prices rose by 8.4%.",
    ),
    "one subject, two verbs, and the time holds for both": (
        "On 2 September, a Norran strike hit a speedboat near Velm and killed 11 people.",
        "On 2 September, a Norran strike hit a speedboat near Velm.",
        "On 2 September, a Norran strike killed 11 people.",
    ),
    "one subject, three verbs": (
        "Norvik Foods closed its plant in Leeds, laid off 300 workers and sold the site.",
        "Norvik Foods closed its plant in Leeds.",
        "Norvik Foods laid off 300 workers.",
        "Norvik Foods sold the site.",
    ),
    "an insertion stays with the first verb only": (
        "Tomas Beryl, the leader of the Harbour Party, was elected in May and has promised reform.",
        "Tomas Beryl, the leader of the Harbour Party, was elected in May.",
        "Tomas Beryl has promised reform. | Tomas Beryl",
    ),
    "a relative clause after a name is a claim of its own": (
        "Acme Corp, which owns the site, sold 40 flats in 2020.",
        "Acme Corp sold 40 flats in 2020.",
        "Acme Corp owns the site.",
    ),
    "data behind an opinion are taken out of it": (
        (
            "With recent data suggesting that approximately 70% of the river's water crosses"
            " Velm, the need for action has never been greater."
        ),
        "Approximately 70% of the river's water crosses Velm.",
    ),
    "a vague frame around an event is left away": (
        "This announcement comes just days after Norran forces sank a boat in the strait.",
        "Norran forces sank a boat in the strait.",
    ),
    # one claim that looks like several
    "an ambiguous past form is not cut off": (
        "The blast killed soldiers and injured civilians in Velm.",
        "The blast killed soldiers and injured civilians in Velm.",
    ),
    "a range is one figure": (
        "Prices rose by between 3 and 5 percent in 2023.",
        "Prices rose by between 3 and 5 percent in 2023.",
    ),
    "hours and minutes are one measure": (
        "The trial lasted 3 hours and 20 minutes.",
        "The trial lasted 3 hours and 20 minutes.",
    ),
    "a list of people is not cut": (
        "Ann Lee met the mayor, the governor, and the minister who was in charge.",
        "Ann Lee met the mayor, the governor, and the minister who was in charge.",
    ),
    "a negation that may hold for both verbs is not cut": (
        "Margit Solheim never married and left her drawings to the school in Oslo.",
        "Margit Solheim never married and left her drawings to the school in Oslo.",
    ),
    "as in a comparison is not cut": (
        "Prices in Velm are as high as they were in 2010.",
        "Prices in Velm are as high as they were in 2010.",
    ),
    "a cleft sentence is not torn apart": (
        "Minutes show that it was Joan Reyland, not Martin, who attended a dinner in May 2018.",
        (
            "Minutes show that it was Joan Reyland, not Martin, who attended a dinner in May"
            " 2018. | Minutes"
        ),
    ),
}


@pytest.mark.parametrize("case", STATEMENTS)
def test_statement_gives_the_claims_a_reader_takes_from_it(case: str) -> None:
    text, *claims = STATEMENTS[case]
    found = extract_claims(text, published_at="2025-09-04").claims
    assert write_claims(found) == claims
    assert not any(claim.needs_context for claim in found)


def test_relative_time_needs_no_context_when_the_day_of_publication_is_known() -> None:
    text = "Prices rose by 3 percent last month."
    dated = extract_claims(text, published_at="2025-09-04T10:00:00Z").claims[0]
    assert not dated.needs_context
    assert str(dated.claimed_at) == "2025-09-04"


def test_invalid_date_of_publication_is_ignored() -> None:
    assert (
        extract_claims("Prices rose by 3 percent in May.", published_at="soon").claims[0].claimed_at
        is None
    )


KINDS = [
    ("Unemployment fell to 3.9 percent.", {"quantity", "event", "comparison"}),
    ("The law took effect in 2010.", {"date", "event"}),
    ("Velm is the capital of Norra.", {"state"}),
    ("Exports fell because of the drought in Velm.", {"event", "comparison", "causal"}),
    ('Ann Lee called the plan "a gift to the rich".', {"quotation", "attribution"}),
    ("Norra wants to join the union.", {"position"}),
    ("The ministry denied the report of the BBC.", {"attribution"}),
    ("Velm has more schools than Quito.", {"state", "comparison"}),
]


@pytest.mark.parametrize(("text", "kinds"), KINDS)
def test_kinds_of_a_claim_are_recognised(text: str, kinds: set[str]) -> None:
    assert set(extract_claims(text).claims[0].kinds) == kinds


# Sentences that must not be split, because a part would change the meaning.
WHOLE = [
    "The court heard Smith stole £3m from the charity and spent the money on cars.",
    "A study found women slept less than men and earned 8% less on average.",
    "The victim had been beaten and robbed of £300.",
    "Smith has been convicted of fraud and banned from driving for three years.",
    "The suspect allegedly bought the gun in Ohio and drove to Detroit on Monday.",
    "Smith appears to have stolen £3m and used the money to buy a villa.",
    "On Tuesday, police arrested and charged a 34-year-old man.",
    "In 2020, Tesla designed, built and sold 300 trucks.",
    "If the tax passes, Shell loses $3bn a year and cuts 400 jobs.",
    "Shell will pay £3m, and BP will pay £4m, if the court agrees.",
    "The government will spend £3m on roads and £6m on schools unless the court blocks the plan.",
    "John Smith, who served in Iraq, Syria and Libya, was charged with fraud in May.",
    "John Smith, who died on June 3, 2020, was mayor for 12 years.",
    "Police arrested John Smith, who served in Iraq, Syria and Libya.",
    "The mayor of London, who was elected in 2016, opened the line in May 2022.",
    "Apple and Google, which are based in California, were fined €2bn.",
    "No evidence shows that the vaccine harmed 300 people in Norway.",
    "None of the 12 studies found that coffee causes cancer in Europe.",
    "Trump wrongly said the wall had cost $3bn.",
    "Few experts said that the tax had cost $3bn.",
    "Prices rose by 4% and, according to the ONS, wages rose by 5%.",
    "The bank, which according to its website has 3 million customers, was fined £5m.",
]


@pytest.mark.parametrize("text", WHOLE)
def test_sentence_stays_whole_where_a_cut_would_change_what_it_says(text: str) -> None:
    (claim,) = extract_claims(text).claims
    assert claim.text == text


@pytest.mark.parametrize(
    "text",
    [
        "Related charges against two other men were dropped in May.",
        "Most popular names in 2023 were Noah and Olivia, the ONS said.",
        "Filed under seal, the complaint says Smith stole £3m.",
        "Copyright law was changed by 70 votes in Norway.",
        "Updated figures from the ONS show GDP grew by 0.6% in May.",
        "Published in 1859, the book sold 1,250 copies in a day.",
        "Reporting by the Guardian found that 40 firms had broken the rules.",
        "Video-game sales fell by 4% to $46bn in 2023.",
        "Getty Images sued Stability AI in 2023.",
    ],
)
def test_sentence_that_begins_like_boilerplate_is_read(text: str) -> None:
    assert extract_claims(f"The first line is of 2020.\n\n{text}").claims[1:]


@pytest.mark.parametrize(
    "text",
    [
        "Related: Three killed in Kelm.",
        "Most read in News",
        "Copyright 2024 The Hill Gazette. All rights reserved.",
        "Updated 4 May 2021 at 10:30.",
        "Published by The Hill Gazette on 4 May.",
        "Reporting by Ann Lee; editing by Tom Baird.",
        "Video: How the dam broke.",
    ],
)
def test_boilerplate_is_left_out(text: str) -> None:
    assert not extract_claims(f"The first line is of 2020.\n\n{text}").claims[1:]
