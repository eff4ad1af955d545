"""References that are left as they are: more than one may be meant, or nobody who was named."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims
from tests.claims.extraction.listing import last_claim

# By case: a text, with a bar before the text of its last claim.
NEEDS_CONTEXT = {
    "two women could be meant inside": (
        "Anna Voss met Maria Lund in Velm. | Tom Hale said she had paid 300 crowns."
    ),
    "whoever spoke could be meant as well": (
        "Anna Voss left in May. | According to Maria Lund, she was paid 300 crowns."
    ),
    "the one named last stands after a preposition": (
        "Robert Kent was acquitted on Monday. The case against Thomas Ash collapsed in Velm. |"
        " He had faced ten years in prison."
    ),
    "he of the sentence before is not known": (
        "He met President Daniel Noboa in Quito. | He said that two gangs would be banned in 2025."
    ),
    "one of unknown gender, and another": (
        "Arlo Quent met Benno Dask, 41, in Velm. | She has seen 300 towns."
    ),
    "her may be an object": (
        "Zara Abdi, 44, is in prison in Velm. | The court has agreed to let her receive 14 books."
    ),
    "a court is no group": (
        "Mara Lind was tried at the Bramley Court. | The group earned 60,000 pounds in 2022."
    ),
    "whose it is: a participle": (
        "Tom Birch died in May. | The deceased left his house to 3 nephews."
    ),
    "whose it is: a participle, inside": (
        "Tom Birch died in May. | The accused denied he had taken 4,000 euros."
    ),
    "whose it is: a noun no list has": (
        "Ann Lee died in May. | The dissident lost her passport in 2019."
    ),
    "whose it is: a bloke": "Tom Birch died in May. | The bloke lost his job in 2019.",
    "whose it is: a comic": "Tom Birch died in May. | The comic lost his job in 2019.",
    "whose it is: a recluse": "Tom Birch died in May. | The recluse lost his house in 2019.",
    "whose it is: a verb follows her": (
        "Ann Lee died in May. | The firm that employed her cut 400 jobs."
    ),
    "another bank is named since": (
        "The Bank of Velm raised rates in May. HSBC cut 4,000 jobs. | The bank reported a"
        " profit of $30 billion."
    ),
    "another university is named since": (
        "Harvard University employs 20,000. Ann Lee studied at MIT. | The university received"
        " 40,000 dollars."
    ),
    "the seller, not the buyer": (
        "Boeing sold 20 planes to Delta Airlines. | The company will deliver 4 in May."
    ),
    "who overtook it": "Ryanair overtook Delta Airlines. | The airline carried 160 million people.",
    "the chip company": (
        "Nvidia overtook Dell Technologies. | The company reported revenue of 4 billion dollars."
    ),
    "the other agency": (
        "NASA worked with the European Space Agency. | The agency spent 4 billion dollars."
    ),
    "a vice president": (
        "Vice President Kamala Hart spoke in Velm. | The president signed the bill on 4 May."
    ),
    "a deputy mayor": "Deputy Mayor Ann Lee spoke in Velm. | The mayor signed the plan on 4 May.",
    "a former president": (
        "Former President Oban spoke in Velm. | The president signed the bill on 4 May."
    ),
    "an acting president": (
        "Acting President Lars Holm spoke. | The president signed the bill on 4 May."
    ),
    "an ex-president": "Ex-President Lars Holm spoke. | The president signed the bill on 4 May.",
    "a man without a name": (
        "A man stabbed Peter Hall in Hull. | He was arrested in Leeds on 4 May."
    ),
    "a gunman": "A gunman shot Peter Hall in Hull. | He fled to Leeds in May.",
    "an intruder": "An intruder shot Peter Hall in Hull. | He fled to Leeds in May.",
    "his killer": "Peter Hall's killer was caught. | He had fled to Leeds in May.",
    "a goalkeeper": "The goalkeeper replaced Peter Hall. | He saved 4 shots.",
    "a complainant": "The complainant named Peter Hall in court. He said | 3 men had beaten him.",
    "the mother's son": "The mother of Lars Holm said he was 12. | He had lost 40 pounds.",
    "a bare name met him": (
        "Erdogan met Vladimir Putin in Sochi. | He said Turkey would buy 40 jets."
    ),
    "a bare name met another": (
        "Starmer met Emmanuel Macron. | He said Britain would send 40 tanks."
    ),
    "an unknown given name": (
        "Zlatko Dalic replaced Marco Silva. | He led Croatia to the final in 2018."
    ),
    "a bare name beat him": "Djokovic beat Rafael Nadal. | He won 6-4 in Paris.",
    "a surname that is a month": (
        "Theresa May met Angela Merkel. | She said Britain would pay 39 billion euros."
    ),
    "a name that is a place": "Park Geun-hye met Angela Merkel. | She praised 40 firms.",
    "a name within a name": (
        "Leeds held a vote on the case of Tom Lee. | He had lost 40,000 pounds."
    ),
    "a side with a title": "The champion Spain won 4-0. | He lost 40 votes.",
    "a movement with a title": "The Islamist Hamas freed 40 people. | He lost 40 votes.",
    "an inn": "Premier Inn cut 40 jobs. The premier sold 40 firms. | He lost 40 votes.",
    "a number stands before the noun": (
        "Tom Birch died in May. | One of the survivors lost his leg in 2019."
    ),
    "an order stands for someone": (
        "Tom Birch died in May. | The first to lose his seat in 2019 was Leeds."
    ),
    "a dissident": "A dissident met Tom Birch. | He fled to Leeds in May.",
    "the new head of a firm": "Norvik Group hired a retailer. | The company lost 40 pounds.",
    "a verb follows behind her": "Ann Lee died in May. | The team behind her won 40 votes.",
}


NEEDS_NO_CONTEXT = {
    "someone without a name may own it": (
        "Ode Farrow, 41, spoke in Velm. | The accountant has surrendered his passport to police."
    ),
    "an election is not about a general": (
        "General Tariq Benn spoke in Velm. | The general election was held on 4 May."
    ),
    "whose it is: a chief": "Tom Birch died in May. | The CEO lost his job in 2019.",
    "whose it is: an office in capitals": "Ann Lee died in May. | The PM lost her seat.",
    "whose it is: a nationality": "Tom Birch died in May. | The Briton lost his leg in 2019.",
    "whose it is: a party": "Tom Birch died in May. | The Democrat won his seat in 2019.",
    "a court without a name": (
        "The High Court ruled in May. A court in Velm jailed Dean Moss. | The court heard that"
        " 40 people had died."
    ),
    "a society without a name": (
        "The Velm Building Society employs 4,000. The society of engineers met. | The society"
        " elected Ann Lee."
    ),
    "another lender": (
        "Sweden's SEB cut 400 jobs. The World Bank lent Mali $4 million. | The lender made a"
        " profit of $1 billion."
    ),
    "a deputy": (
        "Deputy Prime Minister Angela Reyes spoke in Velm. | The prime minister was in Paris"
        " on 4 May."
    ),
    "an attorney general": (
        "Attorney General Merrick Gard spoke. | The general had ordered 40 air strikes."
    ),
    "a successor": (
        "Finance Minister Lars Holm resigned. Eva Berg was named finance minister. | The"
        " finance minister lost 40 votes."
    ),
    "a company that bears his name": "Bill Ford spoke in Detroit. | Ford employs 180,000 people.",
    "a company that he founded": (
        "Michael Dell founded the firm. | Dell shipped 12 million computers."
    ),
    "a company and its prices": (
        "Bill Ford spoke in Detroit. | Ford raised its prices by 4 percent."
    ),
    "it stands for nothing": (
        "Tesla recalled 2 million cars. | It emerged in May that 40 people had died."
    ),
    "it later emerged": (
        "Tesla recalled 2 million cars. | It later emerged that 40 people had died."
    ),
}


@pytest.mark.parametrize("case", NEEDS_CONTEXT)
def test_reference_to_one_of_several_stays_and_needs_context(case: str) -> None:
    claim = last_claim(NEEDS_CONTEXT[case].replace("| ", ""))
    assert claim.text == NEEDS_CONTEXT[case].partition("| ")[2]
    assert claim.needs_context


@pytest.mark.parametrize("case", NEEDS_NO_CONTEXT)
def test_what_refers_to_nobody_named_before_stays_and_needs_no_context(case: str) -> None:
    claim = last_claim(NEEDS_NO_CONTEXT[case].replace("| ", ""))
    assert claim.text == NEEDS_NO_CONTEXT[case].partition("| ")[2]
    assert not claim.needs_context


# By case: a text whose last claim has no clear antecedent.
OPEN = {
    "two men could be meant": "Marco Vidal met Daniel Noboa in Quito. He flew home on Monday.",
    "nobody was named": "He met 14 mayors in Quito.",
    "a stranger was named last": "Anna Voss won. Her husband waited. He drove 300 miles.",
    "they may be either": "Norran forces killed 11 smugglers. They had left Velm on Monday.",
    "this announcement of nobody": "This announcement surprised 14 mayors in Quito.",
    "the company is not named": "The company has cut 300 jobs in Velm since May.",
    "these gangs are not named": "The new law allows Velm to seize the money of these gangs.",
    "one day later than what": "One day later, a destroyer docked in Velm with 300 sailors.",
    "it may be the thing bought": (
        "The Arkwood Museum bought the Lindgate Hoard. It was shown in 1971."
    ),
    "the two of them": "The two met in Velm on Monday for 20 minutes.",
    "the time of writing is not known": "Prices rose by 3 percent last month.",
}


@pytest.mark.parametrize("case", OPEN)
def test_reference_without_one_clear_antecedent_is_marked_and_left_as_it_is(case: str) -> None:
    claim = extract_claims(OPEN[case]).claims[-1]
    assert claim.needs_context
    assert claim.text == claim.sentence
