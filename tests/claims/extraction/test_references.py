"""Coreference of pronouns and descriptions, and attribution of claims to a claimant."""

from __future__ import annotations

import time

import pytest

from claims.extraction import extract_claims
from claims.types import Claim


def last_claim(text: str) -> Claim:
    return extract_claims(text, published_at="2025-09-04").claims[-1]


# (name of the case, text, text of its last claim).
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
        "a secretary by the office",
        (
            "Foreign Secretary Greta Voss met Transport Minister Olaf Reim. The foreign secretary"
            " said the plan would cost 300 million crowns."
        ),
        "Greta Voss said the plan would cost 300 million crowns.",
    ),
    (
        "an office that is no other person's",
        (
            "A court jailed Howard Moss, formerly vice-president of Velm Rail. Judge Ida Castell"
            " held him guilty in 33 cases."
        ),
        "Judge Ida Castell held Howard Moss guilty in 33 cases.",
    ),
    (
        "a person by what she does",
        "Yara Monzell opened a plant in Velm. Monzell promised that it would employ 300 people.",
        "Yara Monzell promised that it would employ 300 people.",
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


# (name of the case, text, text of its last claim, whether the claim needs context).
LEFT = [
    (
        "two women could be meant inside",
        "Anna Voss met Maria Lund in Velm. Tom Hale said she had paid 300 crowns.",
        "Tom Hale said she had paid 300 crowns.",
        True,
    ),
    (
        "whoever spoke could be meant as well",
        "Anna Voss left in May. According to Maria Lund, she was paid 300 crowns.",
        "According to Maria Lund, she was paid 300 crowns.",
        True,
    ),
    (
        "the one named last stands after a preposition",
        (
            "Robert Kent was acquitted on Monday. The case against Thomas Ash collapsed in Velm."
            " He had faced ten years in prison."
        ),
        "He had faced ten years in prison.",
        True,
    ),
    (
        "he of the sentence before is not known",
        ("He met President Daniel Noboa in Quito. He said that two gangs would be banned in 2025."),
        "He said that two gangs would be banned in 2025.",
        True,
    ),
    (
        "one of unknown gender, and another",
        "Arlo Quent met Benno Dask, 41, in Velm. She has seen 300 towns.",
        "She has seen 300 towns.",
        True,
    ),
    (
        "someone without a name may own it",
        ("Ode Farrow, 41, spoke in Velm. The accountant has surrendered his passport to police."),
        "The accountant has surrendered his passport to police.",
        False,
    ),
    (
        "her may be an object",
        ("Zara Abdi, 44, is in prison in Velm. The court has agreed to let her receive 14 books."),
        "The court has agreed to let her receive 14 books.",
        True,
    ),
    (
        "an election is not about a general",
        "General Tariq Benn spoke in Velm. The general election was held on 4 May.",
        "The general election was held on 4 May.",
        False,
    ),
    (
        "a court is no group",
        "Mara Lind was tried at the Bramley Court. The group earned 60,000 pounds in 2022.",
        "The group earned 60,000 pounds in 2022.",
        True,
    ),
    (
        "whose it is: a chief",
        "Tom Birch died in May. The CEO lost his job in 2019.",
        "The CEO lost his job in 2019.",
        False,
    ),
    (
        "whose it is: an office in capitals",
        "Ann Lee died in May. The PM lost her seat.",
        "The PM lost her seat.",
        False,
    ),
    (
        "whose it is: a nationality",
        "Tom Birch died in May. The Briton lost his leg in 2019.",
        "The Briton lost his leg in 2019.",
        False,
    ),
    (
        "whose it is: a participle",
        "Tom Birch died in May. The deceased left his house to 3 nephews.",
        "The deceased left his house to 3 nephews.",
        True,
    ),
    (
        "whose it is: a participle, inside",
        "Tom Birch died in May. The accused denied he had taken 4,000 euros.",
        "The accused denied he had taken 4,000 euros.",
        True,
    ),
    (
        "whose it is: a party",
        "Tom Birch died in May. The Democrat won his seat in 2019.",
        "The Democrat won his seat in 2019.",
        False,
    ),
    (
        "whose it is: a noun no list has",
        "Ann Lee died in May. The dissident lost her passport in 2019.",
        "The dissident lost her passport in 2019.",
        True,
    ),
    (
        "whose it is: a bloke",
        "Tom Birch died in May. The bloke lost his job in 2019.",
        "The bloke lost his job in 2019.",
        True,
    ),
    (
        "whose it is: a comic",
        "Tom Birch died in May. The comic lost his job in 2019.",
        "The comic lost his job in 2019.",
        True,
    ),
    (
        "whose it is: a recluse",
        "Tom Birch died in May. The recluse lost his house in 2019.",
        "The recluse lost his house in 2019.",
        True,
    ),
    (
        "whose it is: a verb follows her",
        "Ann Lee died in May. The firm that employed her cut 400 jobs.",
        "The firm that employed her cut 400 jobs.",
        True,
    ),
    (
        "another bank is named since",
        (
            "The Bank of Velm raised rates in May. HSBC cut 4,000 jobs. The bank reported a"
            " profit of $30 billion."
        ),
        "The bank reported a profit of $30 billion.",
        True,
    ),
    (
        "another university is named since",
        (
            "Harvard University employs 20,000. Ann Lee studied at MIT. The university received"
            " 40,000 dollars."
        ),
        "The university received 40,000 dollars.",
        True,
    ),
    (
        "a court without a name",
        (
            "The High Court ruled in May. A court in Velm jailed Dean Moss. The court heard that"
            " 40 people had died."
        ),
        "The court heard that 40 people had died.",
        False,
    ),
    (
        "a society without a name",
        (
            "The Velm Building Society employs 4,000. The society of engineers met. The society"
            " elected Ann Lee."
        ),
        "The society elected Ann Lee.",
        False,
    ),
    (
        "another lender",
        (
            "Sweden's SEB cut 400 jobs. The World Bank lent Mali $4 million. The lender made a"
            " profit of $1 billion."
        ),
        "The lender made a profit of $1 billion.",
        False,
    ),
    (
        "the seller, not the buyer",
        "Boeing sold 20 planes to Delta Airlines. The company will deliver 4 in May.",
        "The company will deliver 4 in May.",
        True,
    ),
    (
        "who overtook it",
        "Ryanair overtook Delta Airlines. The airline carried 160 million people.",
        "The airline carried 160 million people.",
        True,
    ),
    (
        "the chip company",
        ("Nvidia overtook Dell Technologies. The company reported revenue of 4 billion dollars."),
        "The company reported revenue of 4 billion dollars.",
        True,
    ),
    (
        "the other agency",
        "NASA worked with the European Space Agency. The agency spent 4 billion dollars.",
        "The agency spent 4 billion dollars.",
        True,
    ),
    (
        "a deputy",
        (
            "Deputy Prime Minister Angela Reyes spoke in Velm. The prime minister was in Paris on"
            " 4 May."
        ),
        "The prime minister was in Paris on 4 May.",
        False,
    ),
    (
        "an attorney general",
        "Attorney General Merrick Gard spoke. The general had ordered 40 air strikes.",
        "The general had ordered 40 air strikes.",
        False,
    ),
    (
        "a vice president",
        "Vice President Kamala Hart spoke in Velm. The president signed the bill on 4 May.",
        "The president signed the bill on 4 May.",
        True,
    ),
    (
        "a deputy mayor",
        "Deputy Mayor Ann Lee spoke in Velm. The mayor signed the plan on 4 May.",
        "The mayor signed the plan on 4 May.",
        True,
    ),
    (
        "a former president",
        "Former President Oban spoke in Velm. The president signed the bill on 4 May.",
        "The president signed the bill on 4 May.",
        True,
    ),
    (
        "an acting president",
        "Acting President Lars Holm spoke. The president signed the bill on 4 May.",
        "The president signed the bill on 4 May.",
        True,
    ),
    (
        "an ex-president",
        "Ex-President Lars Holm spoke. The president signed the bill on 4 May.",
        "The president signed the bill on 4 May.",
        True,
    ),
    (
        "a successor",
        (
            "Finance Minister Lars Holm resigned. Eva Berg was named finance minister. The"
            " finance minister lost 40 votes."
        ),
        "The finance minister lost 40 votes.",
        False,
    ),
    (
        "a man without a name",
        "A man stabbed Peter Hall in Hull. He was arrested in Leeds on 4 May.",
        "He was arrested in Leeds on 4 May.",
        True,
    ),
    (
        "a gunman",
        "A gunman shot Peter Hall in Hull. He fled to Leeds in May.",
        "He fled to Leeds in May.",
        True,
    ),
    (
        "an intruder",
        "An intruder shot Peter Hall in Hull. He fled to Leeds in May.",
        "He fled to Leeds in May.",
        True,
    ),
    (
        "his killer",
        "Peter Hall's killer was caught. He had fled to Leeds in May.",
        "He had fled to Leeds in May.",
        True,
    ),
    (
        "a goalkeeper",
        "The goalkeeper replaced Peter Hall. He saved 4 shots.",
        "He saved 4 shots.",
        True,
    ),
    (
        "a complainant",
        "The complainant named Peter Hall in court. He said 3 men had beaten him.",
        "3 men had beaten him.",
        True,
    ),
    (
        "the mother's son",
        "The mother of Lars Holm said he was 12. He had lost 40 pounds.",
        "He had lost 40 pounds.",
        True,
    ),
    (
        "a bare name met him",
        "Erdogan met Vladimir Putin in Sochi. He said Turkey would buy 40 jets.",
        "He said Turkey would buy 40 jets.",
        True,
    ),
    (
        "a bare name met another",
        "Starmer met Emmanuel Macron. He said Britain would send 40 tanks.",
        "He said Britain would send 40 tanks.",
        True,
    ),
    (
        "an unknown given name",
        "Zlatko Dalic replaced Marco Silva. He led Croatia to the final in 2018.",
        "He led Croatia to the final in 2018.",
        True,
    ),
    (
        "a bare name beat him",
        "Djokovic beat Rafael Nadal. He won 6-4 in Paris.",
        "He won 6-4 in Paris.",
        True,
    ),
    (
        "a surname that is a month",
        "Theresa May met Angela Merkel. She said Britain would pay 39 billion euros.",
        "She said Britain would pay 39 billion euros.",
        True,
    ),
    (
        "a name that is a place",
        "Park Geun-hye met Angela Merkel. She praised 40 firms.",
        "She praised 40 firms.",
        True,
    ),
    (
        "a name within a name",
        "Leeds held a vote on the case of Tom Lee. He had lost 40,000 pounds.",
        "He had lost 40,000 pounds.",
        True,
    ),
    (
        "a side with a title",
        "The champion Spain won 4-0. He lost 40 votes.",
        "He lost 40 votes.",
        True,
    ),
    (
        "a movement with a title",
        "The Islamist Hamas freed 40 people. He lost 40 votes.",
        "He lost 40 votes.",
        True,
    ),
    (
        "an inn",
        "Premier Inn cut 40 jobs. The premier sold 40 firms. He lost 40 votes.",
        "He lost 40 votes.",
        True,
    ),
    (
        "a company that bears his name",
        "Bill Ford spoke in Detroit. Ford employs 180,000 people.",
        "Ford employs 180,000 people.",
        False,
    ),
    (
        "a company that he founded",
        "Michael Dell founded the firm. Dell shipped 12 million computers.",
        "Dell shipped 12 million computers.",
        False,
    ),
    (
        "a company and its prices",
        "Bill Ford spoke in Detroit. Ford raised its prices by 4 percent.",
        "Ford raised its prices by 4 percent.",
        False,
    ),
    (
        "it stands for nothing",
        "Tesla recalled 2 million cars. It emerged in May that 40 people had died.",
        "It emerged in May that 40 people had died.",
        False,
    ),
    (
        "a number stands before the noun",
        "Tom Birch died in May. One of the survivors lost his leg in 2019.",
        "One of the survivors lost his leg in 2019.",
        True,
    ),
    (
        "an order stands for someone",
        "Tom Birch died in May. The first to lose his seat in 2019 was Leeds.",
        "The first to lose his seat in 2019 was Leeds.",
        True,
    ),
    (
        "a dissident",
        "A dissident met Tom Birch. He fled to Leeds in May.",
        "He fled to Leeds in May.",
        True,
    ),
    (
        "it later emerged",
        "Tesla recalled 2 million cars. It later emerged that 40 people had died.",
        "It later emerged that 40 people had died.",
        False,
    ),
    (
        "the new head of a firm",
        "Norvik Group hired a retailer. The company lost 40 pounds.",
        "The company lost 40 pounds.",
        True,
    ),
    (
        "a verb follows behind her",
        "Ann Lee died in May. The team behind her won 40 votes.",
        "The team behind her won 40 votes.",
        True,
    ),
]


@pytest.mark.parametrize(
    ("text", "expected", "needs_context"),
    [case[1:] for case in LEFT],
    ids=[case[0] for case in LEFT],
)
def test_reference_that_more_than_one_may_be_meant_by_stays(
    text: str, expected: str, needs_context: bool
) -> None:
    claim = last_claim(text)
    assert claim.text == expected
    assert claim.needs_context is needs_context


# (name of the case, text, claimant of its last claim).
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
    (
        "who rejects a report",
        "Israel rejected the report on Monday. The report said 40 people had been killed.",
        "the report",
    ),
    (
        "who dismisses a report",
        "The Kremlin dismissed the report. The report said Russia had lost 4,000 tanks.",
        "the report",
    ),
    (
        "who attacks what another wrote",
        (
            "The Leeds Trust wrote a report. The Home Office attacked the report. The report said"
            " 40 people had died."
        ),
        "the report",
    ),
    (
        "who reads a survey",
        "Ann Lee read the survey. The survey said 40 people had died.",
        "the survey",
    ),
    (
        "critics of someone",
        "Critics of Tom Birch said he had lost 40,000 pounds.",
        "Critics of Tom Birch",
    ),
    ("opponents", "Opponents of Tom Birch said 40 people had died.", "Opponents of Tom Birch"),
    ("a widow", "The widow of Tom Birch said 40 people had died.", "the widow of Tom Birch"),
    (
        "according to a friend",
        "40 people had died, according to a friend of Tom Birch.",
        "a friend of Tom Birch",
    ),
    (
        "who shot him",
        "The man who shot Tom Birch said 40 people had died.",
        "the man who shot Tom Birch",
    ),
    (
        "his lawyers",
        "Lawyers representing Tom Birch said 40 people had died.",
        "Lawyers representing Tom Birch",
    ),
    ("his campaign", "The Tom Birch campaign said 40 people had died.", "Tom Birch campaign"),
    ("two people", "Tom Birch and Ann Lee said 40 people had died.", "Tom Birch and Ann Lee"),
    (
        "neither",
        "Neither Tom Birch nor Ann Lee said 40 people had died.",
        "Neither Tom Birch nor Ann Lee",
    ),
    (
        "another hospital is named",
        (
            "St Mary's Hospital employs 4,000 people. Ann Lee works at Guy's. The hospital said"
            " 40 people had died."
        ),
        "the hospital",
    ),
    (
        "the new minister",
        (
            "Finance Minister Lars Holm resigned. Eva Berg was named finance minister. The"
            " finance minister said 40 people had died."
        ),
        "the finance minister",
    ),
    (
        "his widow by her title",
        "Peter Hall was killed by a lorry. Mrs Hall said the driver had drunk 4 pints.",
        "Mrs Hall",
    ),
    (
        "his wife by her title, and she",
        "Boris Johnson resigned. Mrs Johnson praised him. She said 40 people had died.",
        "Mrs Johnson",
    ),
    (
        "her father by his title, and he",
        "Emma Hall won 3 medals. Mr Hall paid $4,000. He said 40 people had died.",
        "Mr Hall",
    ),
    (
        "a name that men and women bear",
        "Andrea Rossi met Paolo Bruni. He said 40 people had died.",
        None,
    ),
    (
        "who told it, and not the listener",
        "Tom Birch left in May. He told the BBC he had paid 40,000 euros.",
        "Tom Birch",
    ),
    (
        "who printed what another wrote",
        "The Courier published a report by Amnesty. The report said 40 people had died.",
        "the report",
    ),
    (
        "who reported something else",
        "The Home Office reported a loss. The report said 40 people had died.",
        "the report",
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


@pytest.mark.parametrize("name", ["Xaa{} Bank lost 4 jobs. ", "Tom Xaa{} lost his job. He left. "])
def test_time_is_linear_in_the_number_of_names(name: str) -> None:
    def seconds(count: int) -> float:
        text = "".join(name.format(number) for number in range(count))
        start = time.perf_counter()
        extract_claims(text)
        return time.perf_counter() - start

    seconds(50)
    assert seconds(2_000) < 8 * seconds(500) + 0.5
