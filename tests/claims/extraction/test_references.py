"""Coreference of names, pronouns and descriptions."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims
from tests.claims.extraction.listing import last_claim, write_claims
from tests.claims.timing import processor_seconds

# By case: a text, and the text of its last claim.
RESOLVED = {
    "she, where only a man is named before it": (
        (
            "Nadia Feroz won the race in Velm. Her coach, Alan Birch, watched. Birch said she"
            " had run the last lap in 58 seconds."
        ),
        "Alan Birch said Nadia Feroz had run the last lap in 58 seconds.",
    ),
    "he, where only a newspaper is named before it": (
        (
            "Senator Neil Vance denied the report. The Daily Courier said on Monday he had met"
            " the investors in Velm."
        ),
        "The Daily Courier said on Monday Neil Vance had met the investors in Velm.",
    ),
    "her as the object of a verb is not its subject": (
        (
            "Marta Ilves and Karin Saar reached the final. Saar won in 11.02 seconds; Ilves,"
            " who had beaten her in June, was third."
        ),
        "Marta Ilves had beaten Karin Saar in June.",
    ),
    "his before a noun": (
        "Viktor Hane left in March. The court froze his account in Velm on 4 May.",
        "The court froze Viktor Hane's account in Velm on 4 May.",
    ),
    "he is nobody whom his own clause names": (
        (
            "The journalist Karim Odell wrote of the tenor Luca Ferrante. He visited Ferrante"
            " in Velm 14 times."
        ),
        "Karim Odell visited Luca Ferrante in Velm 14 times.",
    ),
    "the subject, where the other man only owns something": (
        (
            "Peter Lowe was jailed on Thursday. His lawyer, Simon Achter, spoke in Velm. He won"
            " 14 cases in 2023."
        ),
        "Simon Achter won 14 cases in 2023.",
    ),
    "a daughter by her name alone": (
        "Lars Ekholm has a bakery in Velm. His daughter Elin joined in May. She bakes 300 loaves.",
        "Elin bakes 300 loaves.",
    ),
    "in his years he never": (
        "Inspector Dov Kaplan retired in 2010. In his 31 years he never fired his gun in Velm.",
        "In his 31 years Dov Kaplan never fired his gun in Velm.",
    ),
    "a title of two words": (
        (
            "Health Minister Greta Voss met Finance Minister Olaf Reim. The finance minister"
            " said the plan would cost 300 million crowns."
        ),
        "Olaf Reim said the plan would cost 300 million crowns.",
    ),
    "a secretary by the office": (
        (
            "Foreign Secretary Greta Voss met Transport Minister Olaf Reim. The foreign"
            " secretary said the plan would cost 300 million crowns."
        ),
        "Greta Voss said the plan would cost 300 million crowns.",
    ),
    "an office that is no other person's": (
        (
            "A court jailed Howard Moss, formerly vice-president of Velm Rail. Judge Ida"
            " Castell held him guilty in 33 cases."
        ),
        "Judge Ida Castell held Howard Moss guilty in 33 cases.",
    ),
    "a person by what she does": (
        "Yara Monzell opened a plant in Velm. Monzell promised that it would employ 300 people.",
        "Yara Monzell promised that it would employ 300 people.",
    ),
    "a company by what it does": (
        "Volmark recalled 86,000 vans in May. The carmaker said it had found a fault in Velm.",
        "Volmark said it had found a fault in Velm.",
    ),
    "a ministry of something": (
        (
            "The Ministry of Transport gave the contract to Brenner Rail. The ministry has paid"
            " 40 million euros."
        ),
        "The Ministry of Transport has paid 40 million euros.",
    ),
}


@pytest.mark.parametrize("case", RESOLVED)
def test_reference_is_replaced_by_its_clear_antecedent(case: str) -> None:
    text, expected = RESOLVED[case]
    claim = last_claim(text)
    assert claim.text == expected
    assert not claim.needs_context


# By case: a text, and its claims.
ANTECEDENTS = {
    "he is the one person named": (
        "Marco Vidal flew to Quito on Monday. He met 14 mayors.",
        "Marco Vidal flew to Quito on Monday.",
        "Marco Vidal met 14 mayors.",
    ),
    "his becomes a possessive": (
        "Marco Vidal flew to Quito on Monday. His comments were made during a trip of three days.",
        "Marco Vidal flew to Quito on Monday.",
        "Marco Vidal's comments were made during a trip of three days.",
    ),
    "she is the woman of the two": (
        "Anna Voss beat Peter Lind by 300 votes. She took office in May.",
        "Anna Voss beat Peter Lind by 300 votes.",
        "Anna Voss took office in May.",
    ),
    "it is the organisation that was the subject": (
        "Norvik Airlines employs 8,200 people. It was founded in 1993 and went public in 2006.",
        "Norvik Airlines employs 8,200 people.",
        "Norvik Airlines was founded in 1993.",
        "Norvik Airlines went public in 2006.",
    ),
    "the airline is the only one": (
        (
            "Norvik Airlines cut 300 jobs in May. Fuel costs rose by 22%. The airline, based in"
            " Oslo, employs 8,200 people."
        ),
        "Norvik Airlines cut 300 jobs in May.",
        "Fuel costs rose by 22%.",
        "Norvik Airlines, based in Oslo, employs 8,200 people.",
    ),
    "the secretary is the one who has the title": (
        "Secretary of State Marco Vidal flew to Quito on Monday. The secretary met 14 mayors.",
        "Secretary of State Marco Vidal flew to Quito on Monday.",
        "Marco Vidal met 14 mayors.",
    ),
    "a surname becomes the full name": (
        "Marco Vidal and Anna Voss met in Quito on Monday. Voss left after 20 minutes.",
        "Marco Vidal and Anna Voss met in Quito on Monday.",
        "Anna Voss left after 20 minutes.",
    ),
    "she said, after what she said": (
        (
            "Dana Preece said the pool lost £212,000 in 2022. She told the chamber that 14 jobs"
            " were at risk."
        ),
        "The pool lost £212,000 in 2022. | Dana Preece",
        "14 jobs were at risk. | Dana Preece",
    ),
    "a clause that needs the one before it keeps it": (
        (
            "Norran forces sank a boat and killed 11 men in the strait, although their names"
            " remain undisclosed."
        ),
        "Norran forces sank a boat.",
        "Norran forces killed 11 men in the strait.",
        (
            "Norran forces sank a boat and killed 11 men in the strait, although their names"
            " remain undisclosed."
        ),
    ),
}


@pytest.mark.parametrize("case", ANTECEDENTS)
def test_reference_to_the_only_antecedent_is_replaced(case: str) -> None:
    text, *claims = ANTECEDENTS[case]
    found = extract_claims(text, published_at="2025-09-04").claims
    assert write_claims(found) == claims
    assert not any(claim.needs_context for claim in found)


# The same, for claims that may need context.
NAMES = {
    "it may be the probe": (
        "Nasa launched the probe in 2011. It reached Jupiter five years later.",
        "Nasa launched the probe in 2011.",
        "It reached Jupiter five years later.",
    ),
    "a colour that is a surname as well": (
        "Conrad Black resigned in 2022. Black voters backed the plan by 80% to 12%.",
        "Conrad Black resigned in 2022.",
        "Black voters backed the plan by 80% to 12%.",
    ),
    "a surname at the start of a sentence": (
        "Conrad Black resigned in 2022. Black had led the firm for 12 years.",
        "Conrad Black resigned in 2022.",
        "Conrad Black had led the firm for 12 years.",
    ),
    "a company that bears his name": (
        "Boris Johnson resigned in 2022. The Johnson & Johnson vaccine was approved in 2021.",
        "Boris Johnson resigned in 2022.",
        "The Johnson & Johnson vaccine was approved in 2021.",
    ),
}


@pytest.mark.parametrize("case", NAMES)
def test_name_is_completed_only_where_it_is_the_name_of_a_person(case: str) -> None:
    text, *claims = NAMES[case]
    assert write_claims(extract_claims(text).claims) == claims


@pytest.mark.parametrize("name", ["Xaa{} Bank lost 4 jobs. ", "Tom Xaa{} lost his job. He left. "])
def test_time_is_linear_in_the_number_of_names(name: str) -> None:
    def seconds(count: int) -> float:
        text = "".join(name.format(number) for number in range(count))
        return processor_seconds(lambda: extract_claims(text))

    seconds(50)
    assert seconds(2_000) < 8 * seconds(500) + 0.5
