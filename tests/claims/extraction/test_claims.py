"""Sentences and short paragraphs, each with the claims that are extracted from it."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims

# (name of the case, text, claims as (text, claimant)).
CASES = [
    # one sentence, one claim
    (
        "a plain statement stays as it is",
        "Ecuador has used the US dollar as its currency since 2000.",
        [("Ecuador has used the US dollar as its currency since 2000.", None)],
    ),
    (
        "connecting words are dropped",
        "But unemployment rose to 7.1 percent in May.",
        [("Unemployment rose to 7.1 percent in May.", None)],
    ),
    (
        "an inserted however is dropped",
        "The Norran government, however, has yet to sign the treaty of 2019.",
        [("The Norran government has yet to sign the treaty of 2019.", None)],
    ),
    (
        "a colouring participle is dropped",
        "Further compounding tensions, the Norran navy moved three ships to the strait.",
        [("The Norran navy moved three ships to the strait.", None)],
    ),
    (
        "a dateline is no part of the claim",
        "QUITO, Ecuador (AP) — Three ministers resigned on Monday.",
        [("Three ministers resigned on Monday.", None)],
    ),
    (
        "a bullet is no part of the claim",
        "What changes:\n\n- The minimum wage rises to 240 rupees a day.",
        [("The minimum wage rises to 240 rupees a day.", None)],
    ),
    # several claims in one sentence
    (
        "two figures of one verb",
        "Norra's ministry will pay $13.5 million for patrol boats and $6 million for radar sites.",
        [
            ("Norra's ministry will pay $13.5 million for patrol boats.", None),
            ("Norra's ministry will pay $6 million for radar sites.", None),
        ],
    ),
    (
        "two figures of a plan, and who announced it",
        (
            "Mayor Ann Lee announced that the city will spend £4 million on parks and £2 million"
            " on libraries to mark its jubilee as debts pile up in the housing department."
        ),
        [
            ("The city will spend £4 million on parks.", "Ann Lee"),
            (
                "The city will spend £2 million on libraries to mark its jubilee.",
                "Ann Lee",
            ),
            ("Debts pile up in the housing department.", None),
        ],
    ),
    (
        "two clauses joined by while",
        "Exports grew by 3 percent in June, while imports fell by 5 percent.",
        [("Exports grew by 3 percent in June.", None), ("Imports fell by 5 percent.", None)],
    ),
    (
        "while in front",
        "While exports grew by 3 percent, imports fell by 5 percent.",
        [("Exports grew by 3 percent.", None), ("Imports fell by 5 percent.", None)],
    ),
    (
        "two clauses joined by a semicolon",
        "Velm council voted 9 to 6 to close the pool; a petition was signed by 3,140 residents.",
        [
            ("Velm council voted 9 to 6 to close the pool.", None),
            ("A petition was signed by 3,140 residents.", None),
        ],
    ),
    (
        "two clauses joined by a bare and",
        "Inflation was 5.2% in December and food prices rose by 8.4%.",
        [("Inflation was 5.2% in December.", None), ("Food prices rose by 8.4%.", None)],
    ),
    (
        "one subject, two verbs, and the time holds for both",
        "On 2 September, a Norran strike hit a speedboat near Velm and killed 11 people.",
        [
            ("On 2 September, a Norran strike hit a speedboat near Velm.", None),
            ("On 2 September, a Norran strike killed 11 people.", None),
        ],
    ),
    (
        "one subject, three verbs",
        "Norvik Foods closed its plant in Leeds, laid off 300 workers and sold the site.",
        [
            ("Norvik Foods closed its plant in Leeds.", None),
            ("Norvik Foods laid off 300 workers.", None),
            ("Norvik Foods sold the site.", None),
        ],
    ),
    (
        "an insertion stays with the first verb only",
        "Tomas Beryl, the leader of the Harbour Party, was elected in May and has promised reform.",
        [
            ("Tomas Beryl, the leader of the Harbour Party, was elected in May.", None),
            ("Tomas Beryl has promised reform.", "Tomas Beryl"),
        ],
    ),
    (
        "a relative clause after a name is a claim of its own",
        "Acme Corp, which owns the site, sold 40 flats in 2020.",
        [("Acme Corp sold 40 flats in 2020.", None), ("Acme Corp owns the site.", None)],
    ),
    (
        "data behind an opinion are taken out of it",
        (
            "With recent data suggesting that approximately 70% of the river's water crosses"
            " Velm, the need for action has never been greater."
        ),
        [("Approximately 70% of the river's water crosses Velm.", None)],
    ),
    (
        "a vague frame around an event is left away",
        "This announcement comes just days after Norran forces sank a boat in the strait.",
        [("Norran forces sank a boat in the strait.", None)],
    ),
    # one claim that looks like several
    (
        "an ambiguous past form is not cut off",
        "The blast killed soldiers and injured civilians in Velm.",
        [("The blast killed soldiers and injured civilians in Velm.", None)],
    ),
    (
        "a range is one figure",
        "Prices rose by between 3 and 5 percent in 2023.",
        [("Prices rose by between 3 and 5 percent in 2023.", None)],
    ),
    (
        "hours and minutes are one measure",
        "The trial lasted 3 hours and 20 minutes.",
        [("The trial lasted 3 hours and 20 minutes.", None)],
    ),
    (
        "a list of people is not cut",
        "Ann Lee met the mayor, the governor, and the minister who was in charge.",
        [("Ann Lee met the mayor, the governor, and the minister who was in charge.", None)],
    ),
    (
        "a negation that may hold for both verbs is not cut",
        "Margit Solheim never married and left her drawings to the school in Oslo.",
        [("Margit Solheim never married and left her drawings to the school in Oslo.", None)],
    ),
    (
        "as in a comparison is not cut",
        "Prices in Velm are as high as they were in 2010.",
        [("Prices in Velm are as high as they were in 2010.", None)],
    ),
    (
        "a cleft sentence is not torn apart",
        "Minutes show that it was Joan Reyland, not Martin, who attended a dinner in May 2018.",
        [
            (
                (
                    "Minutes show that it was Joan Reyland, not Martin, who attended a dinner in"
                    " May 2018."
                ),
                "Minutes",
            )
        ],
    ),
    # reported speech: the claim is the content alone
    (
        "that-clause",
        "The ministry said that 40 people had fled the town of Velm.",
        [("40 people had fled the town of Velm.", "the ministry")],
    ),
    (
        "without that",
        "Councillor Dana Preece said the pool lost £212,000 in 2022.",
        [("The pool lost £212,000 in 2022.", "Dana Preece")],
    ),
    (
        "the speaker comes last",
        "The pool lost £212,000 in 2022, Dana Preece said.",
        [("The pool lost £212,000 in 2022.", "Dana Preece")],
    ),
    (
        "the speaker comes last and is described",
        "The pool lost £212,000 in 2022, said Dana Preece, who chairs the finance committee.",
        [("The pool lost £212,000 in 2022.", "Dana Preece")],
    ),
    (
        "a speaker with an office and a name",
        (
            "The utility spent $1.2 billion on cables in 2023, its spokeswoman, Carol Hines, told "
            "reporters."
        ),
        [("The utility spent $1.2 billion on cables in 2023.", "Carol Hines")],
    ),
    (
        "told somebody",
        "Harbour master Ida Crewe told reporters that 14 ships were waiting.",
        [("14 ships were waiting.", "Ida Crewe")],
    ),
    (
        "according to, in front",
        (
            "According to Norran officials, the boat had left Velm with drugs on board and"
            " belonged to the Harbour gang."
        ),
        [
            ("The boat had left Velm with drugs on board.", "Norran officials"),
            ("The boat belonged to the Harbour gang.", "Norran officials"),
        ],
    ),
    (
        "according to, at the end",
        "The bridge in Velm collapsed at 5 a.m., according to the ministry of transport.",
        [("The bridge in Velm collapsed at 5 a.m.", "the ministry of transport")],
    ),
    (
        "according to, in the middle",
        "A Norran strike, according to officials, killed 11 people on Monday.",
        [("A Norran strike killed 11 people on Monday.", "officials")],
    ),
    (
        "the article goes on after the speaker",
        (
            "A storm cut power to 120,000 homes, the utility Pacific Light said, and three people"
            " were killed by falling trees."
        ),
        [
            ("A storm cut power to 120,000 homes.", "Pacific Light"),
            ("Three people were killed by falling trees.", None),
        ],
    ),
    # reported speech: the claim is the statement with its speaker
    (
        "an announcement of intent without a figure",
        "Norra's ministry said that it would close the schools.",
        [("Norra's ministry said that it would close the schools.", "Norra's ministry")],
    ),
    (
        "a frame with a date stays, and it is told who called",
        (
            "On September 4, the Pentagon said that two Norran aircraft had flown near a US Navy"
            ' ship, and it called the flight "highly provocative."'
        ),
        [
            (
                (
                    "On September 4, the Pentagon said that two Norran aircraft had flown near a US"
                    " Navy ship."
                ),
                "Pentagon",
            ),
            ('The Pentagon called the flight "highly provocative."', "Pentagon"),
        ],
    ),
    (
        "a denial is not turned round",
        "Norra's ministry denied that 40 people had fled Velm.",
        [("Norra's ministry denied that 40 people had fled Velm.", "Norra's ministry")],
    ),
    (
        "a negated saying is not turned round",
        "Norvik Foods did not say that 300 jobs were lost in Velm.",
        [("Norvik Foods did not say that 300 jobs were lost in Velm.", "Norvik Foods")],
    ),
    (
        "an accusation",
        "The US Defense Department has accused Norran aircraft of flying near a US vessel.",
        [
            (
                "The US Defense Department has accused Norran aircraft of flying near a US vessel.",
                "US Defense Department",
            )
        ],
    ),
    (
        "a forecast of someone's",
        "Analysts expect growth of 3 percent in 2025.",
        [("Analysts expect growth of 3 percent in 2025.", "Analysts")],
    ),
    (
        "words in marks inside indirect speech",
        'Noboa said in Quito that partners would help and "blow them up".',
        [('Noboa said in Quito that partners would help and "blow them up".', "Noboa")],
    ),
    (
        "a participle that goes on for the speaker",
        (
            "According to Ann Lee, Velm council is intent on 'waging war' on litter in Velm, while "
            "also affirming that shopkeepers are eager to help."
        ),
        [
            (
                "According to Ann Lee, Velm council is intent on 'waging war' on litter in Velm.",
                "Ann Lee",
            ),
            ("Ann Lee affirmed that shopkeepers are eager to help.", "Ann Lee"),
        ],
    ),
    # direct speech
    (
        "a quotation with its speaker after it",
        '"We are ready for 400 guests," said Ann Lee.',
        [('Ann Lee said: "We are ready for 400 guests."', "Ann Lee")],
    ),
    (
        "curly marks and a frame",
        "“We are ready for 400 guests,” Mayor Ann Lee said in Velm on Monday.",
        [('Ann Lee said in Velm on Monday: "We are ready for 400 guests."', "Ann Lee")],
    ),
    (
        "single marks",
        "'We do not punish the sick,' said cooperation minister Ulrike Stern.",
        [('Ulrike Stern said: "We do not punish the sick."', "Ulrike Stern")],
    ),
    (
        "a quotation interrupted by its speaker",
        "'We will create 4 million jobs,' Anil Rao told lawmakers, 'without borrowing a rupee.'",
        [
            (
                (
                    'Anil Rao told lawmakers: "We will create 4 million jobs, without borrowing a'
                    ' rupee."'
                ),
                "Anil Rao",
            )
        ],
    ),
    (
        "a quotation that can be checked without its speaker",
        '"Unemployment in Velm fell by 3 percent in 2022," said Ann Lee.',
        [("Unemployment in Velm fell by 3 percent in 2022.", "Ann Lee")],
    ),
    (
        "a quotation after a colon, with a lead-in",
        'Outside court, Detective Inspector Carla Njoroge said: "We lost 40 files."',
        [('Outside court, Carla Njoroge said: "We lost 40 files."', "Carla Njoroge")],
    ),
    (
        "a name as a label",
        'Superintendent Wade Kimmel: "The bonus works where we offer it."',
        [
            (
                'Wade Kimmel said: "The bonus works where we offer it."',
                "Wade Kimmel",
            )
        ],
    ),
    (
        "direct speech without marks ends where the article goes on",
        (
            "Marco Vidal stated, Now they're gonna help us find these people, if that's what it"
            " takes, as he confirmed plans to ban two gangs."
        ),
        [
            (
                (
                    "Marco Vidal stated: \"Now they're gonna help us find these people, if that's"
                    ' what it takes."'
                ),
                "Marco Vidal",
            ),
            ("Marco Vidal confirmed plans to ban two gangs.", "Marco Vidal"),
        ],
    ),
    (
        "direct speech without marks after a colon",
        "Ann Lee said: We will not raise the fee of £30.",
        [('Ann Lee said: "We will not raise the fee of £30."', "Ann Lee")],
    ),
    (
        "a quotation goes on in the next sentence",
        '"We lost 40 files," said Ann Lee. "Nobody told the 300 owners."',
        [
            ('Ann Lee said: "We lost 40 files."', "Ann Lee"),
            ("Nobody told the 300 owners.", "Ann Lee"),
        ],
    ),
    (
        "a quotation over two paragraphs opens twice and closes once",
        "Ann Lee said: “We lost 40 files.\n\n“We told the 300 owners in May.”",
        [
            ('Ann Lee said: "We lost 40 files."', "Ann Lee"),
            ('Ann Lee said: "We told the 300 owners in May."', "Ann Lee"),
        ],
    ),
    (
        "speech without marks goes on as I and we",
        "Ann Lee stated, Now we have 40 new officers. We will hire 20 more in May.",
        [
            ('Ann Lee stated: "Now we have 40 new officers."', "Ann Lee"),
            ('Ann Lee said: "We will hire 20 more in May."', "Ann Lee"),
        ],
    ),
    # coreference and decontextualisation
    (
        "he is the one person named",
        "Marco Vidal flew to Quito on Monday. He met 14 mayors.",
        [
            ("Marco Vidal flew to Quito on Monday.", None),
            ("Marco Vidal met 14 mayors.", None),
        ],
    ),
    (
        "his becomes a possessive",
        "Marco Vidal flew to Quito on Monday. His comments were made during a trip of three days.",
        [
            ("Marco Vidal flew to Quito on Monday.", None),
            ("Marco Vidal's comments were made during a trip of three days.", None),
        ],
    ),
    (
        "she is the woman of the two",
        "Anna Voss beat Peter Lind by 300 votes. She took office in May.",
        [
            ("Anna Voss beat Peter Lind by 300 votes.", None),
            ("Anna Voss took office in May.", None),
        ],
    ),
    (
        "it is the organisation that was the subject",
        "Norvik Airlines employs 8,200 people. It was founded in 1993 and went public in 2006.",
        [
            ("Norvik Airlines employs 8,200 people.", None),
            ("Norvik Airlines was founded in 1993.", None),
            ("Norvik Airlines went public in 2006.", None),
        ],
    ),
    (
        "the airline is the only one",
        (
            "Norvik Airlines cut 300 jobs in May. Fuel costs rose by 22%. The airline, based in"
            " Oslo, employs 8,200 people."
        ),
        [
            ("Norvik Airlines cut 300 jobs in May.", None),
            ("Fuel costs rose by 22%.", None),
            ("Norvik Airlines, based in Oslo, employs 8,200 people.", None),
        ],
    ),
    (
        "the secretary is the one who has the title",
        "Secretary of State Marco Vidal flew to Quito on Monday. The secretary met 14 mayors.",
        [
            ("Secretary of State Marco Vidal flew to Quito on Monday.", None),
            ("Marco Vidal met 14 mayors.", None),
        ],
    ),
    (
        "a surname becomes the full name",
        "Marco Vidal and Anna Voss met in Quito on Monday. Voss left after 20 minutes.",
        [
            ("Marco Vidal and Anna Voss met in Quito on Monday.", None),
            ("Anna Voss left after 20 minutes.", None),
        ],
    ),
    (
        "she said, after what she said",
        (
            "Dana Preece said the pool lost £212,000 in 2022. She told the chamber that 14 jobs"
            " were at risk."
        ),
        [
            ("The pool lost £212,000 in 2022.", "Dana Preece"),
            ("14 jobs were at risk.", "Dana Preece"),
        ],
    ),
    (
        "a clause that needs the one before it keeps it",
        (
            "Norran forces sank a boat and killed 11 men in the strait, although their names"
            " remain undisclosed."
        ),
        [
            ("Norran forces sank a boat.", None),
            ("Norran forces killed 11 men in the strait.", None),
            (
                (
                    "Norran forces sank a boat and killed 11 men in the strait, although their"
                    " names remain undisclosed."
                ),
                None,
            ),
        ],
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_sentence_gives_the_claims_a_reader_takes_from_it(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    found = extract_claims(text, published_at="2025-09-04")
    assert [(claim.text, claim.claimant) for claim in found.claims] == expected
    assert not any(claim.needs_context for claim in found.claims)


OPEN = [
    ("two men could be meant", "Marco Vidal met Daniel Noboa in Quito. He flew home on Monday."),
    ("nobody was named", "He met 14 mayors in Quito."),
    ("a stranger was named last", "Anna Voss won. Her husband waited. He drove 300 miles."),
    ("they may be either", "Norran forces killed 11 smugglers. They had left Velm on Monday."),
    ("this announcement of nobody", "This announcement surprised 14 mayors in Quito."),
    ("the company is not named", "The company has cut 300 jobs in Velm since May."),
    ("these gangs are not named", "The new law allows Velm to seize the money of these gangs."),
    ("one day later than what", "One day later, a destroyer docked in Velm with 300 sailors."),
    (
        "it may be the thing bought",
        "The Arkwood Museum bought the Lindgate Hoard. It was shown in 1971.",
    ),
    ("the two of them", "The two met in Velm on Monday for 20 minutes."),
    ("the time of writing is not known", "Prices rose by 3 percent last month."),
]


@pytest.mark.parametrize("text", [case[1] for case in OPEN], ids=[case[0] for case in OPEN])
def test_reference_without_one_clear_antecedent_is_marked_and_left_as_it_is(text: str) -> None:
    claim = extract_claims(text).claims[-1]
    assert claim.needs_context
    assert claim.text == claim.sentence


def test_relative_time_needs_no_context_when_the_day_of_publication_is_known() -> None:
    text = "Prices rose by 3 percent last month."
    dated = extract_claims(text, published_at="2025-09-04T10:00:00Z").claims[0]
    assert not dated.needs_context
    assert str(dated.claimed_at) == "2025-09-04"


def test_date_of_publication_that_is_no_date_is_ignored() -> None:
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
def test_kinds_tell_what_a_claim_says(text: str, kinds: set[str]) -> None:
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
def test_sentence_that_opens_like_furniture_is_read(text: str) -> None:
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
def test_furniture_is_left_out(text: str) -> None:
    assert not extract_claims(f"The first line is of 2020.\n\n{text}").claims[1:]


@pytest.mark.parametrize("mark", ["“", '"'])
def test_quotation_that_goes_on_in_the_next_paragraph_is_read(mark: str) -> None:
    close = "”" if mark == "“" else mark
    text = f"{mark}We lost 40 houses,{close} said Tom Baird. {mark}The council did nothing."
    found = [(claim.text, claim.claimant) for claim in extract_claims(text).claims]
    assert found == [
        ('Tom Baird said: "We lost 40 houses."', "Tom Baird"),
        ('Tom Baird said: "The council did nothing."', "Tom Baird"),
    ]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "The strike killed 11 people, according to officials, but the army denied the report.",
            [
                ("The strike killed 11 people.", "officials"),
                ("The army denied the report.", "the army"),
            ],
        ),
        (
            '"Prices rose by 3% in 2020," Ann Lee claimed, but prices fell by 9% in London.',
            [("Prices rose by 3% in 2020.", "Ann Lee"), ("Prices fell by 9% in London.", None)],
        ),
        (
            '"We lost 40 houses in an hour," according to Tom Baird.',
            [('Tom Baird said: "We lost 40 houses in an hour."', "Tom Baird")],
        ),
        (
            "No. 10 said that Boeing hid the fault in 2018.",
            [("Boeing hid the fault in 2018.", "No. 10")],
        ),
        (
            "Tom Baird died in 2019. His family said: “He lost 3 friends in a year.”",
            [
                ("Tom Baird died in 2019.", None),
                ('Tom Baird\'s family said: "He lost 3 friends in a year."', "Tom Baird's family"),
            ],
        ),
        (
            "Nasa launched the probe in 2011. It reached Jupiter five years later.",
            [
                ("Nasa launched the probe in 2011.", None),
                ("It reached Jupiter five years later.", None),
            ],
        ),
        (
            "Conrad Black resigned in 2022. Black voters backed the plan by 80% to 12%.",
            [
                ("Conrad Black resigned in 2022.", None),
                ("Black voters backed the plan by 80% to 12%.", None),
            ],
        ),
        (
            "Conrad Black resigned in 2022. Black had led the firm for 12 years.",
            [
                ("Conrad Black resigned in 2022.", None),
                ("Conrad Black had led the firm for 12 years.", None),
            ],
        ),
        (
            "Boris Johnson resigned in 2022. The Johnson & Johnson vaccine was approved in 2021.",
            [
                ("Boris Johnson resigned in 2022.", None),
                ("The Johnson & Johnson vaccine was approved in 2021.", None),
            ],
        ),
    ],
)
def test_who_says_and_who_is_meant(text: str, claims: list[tuple[str, str | None]]) -> None:
    assert [(claim.text, claim.claimant) for claim in extract_claims(text).claims] == claims
