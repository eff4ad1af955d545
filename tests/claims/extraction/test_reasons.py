"""Sentences and lines without a claim, each with the reason why it is not checked."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims
from claims.extraction.reasons import Reason

SENTENCES = [
    ("question", "Is that enough to win back a country's ports?"),
    ("question", '"Who will pay for it?"'),
    ("opinion", "It was a chilling choice of words for a diplomat."),
    ("opinion", "It is hard to imagine a more convenient corridor for smugglers."),
    ("opinion", "In our view, the region deserves better than a war by press conference."),
    ("opinion", "It would be a disgrace to lose the pool."),
    ("opinion", "It was a great day for the town."),
    ("opinion", "Politicians should listen to the people more often."),
    ("opinion", "More research is needed."),
    ("opinion", "What comes next remains to be seen."),
    ("prediction", "More strikes will probably follow before the end of the year."),
    ("prediction", "Kelmar will surely win the league."),
    ("prediction", "The number of patients is expected to rise to 78 million by 2030."),
    ("prediction", "The shares could fall further if oil prices stay high."),
    ("prediction", "The talks will change nothing."),
    ("personal", "I grew up swimming there, and so did my children."),
    ("personal", "We apologise to our readers."),
    ("personal", "You would not have noticed."),
    ("instruction", "Visit our page to see the table."),
    ("instruction", "Stay tuned for updates."),
    ("instruction", "Please send your photos to the newsroom."),
    ("not-english", "Le gouvernement a annoncé jeudi qu'il ne vendrait pas ses actions."),
    ("not-english", "El presidente anunció una ayuda de 13 millones de dólares para la policía."),
    ("not-english", "Der Minister sagte am Montag, dass er nicht zurücktreten werde."),
    ("not-english", "Президент объявил о помощи."),
    ("not-english", "أعلن الرئيس عن مساعدة."),
    ("too-short", "Not again."),
    ("too-short", "Revision policy, definitions, map and table."),
    ("no-speaker", "“From January a licence is needed to grow tomatoes!”"),
    ("no-checkable-content", "The fair is for families who want nice values."),
]
LINES = [
    ("heading", "Council votes to close swimming pool"),
    ("heading", "## What we know"),
    ("byline", "By Jane Holloway, Local Democracy Reporter"),
    ("byline", "Jane Holloway, Reuters"),
    ("byline", "Desmond Achille, Port of Spain desk, 5 September 2025."),
    ("byline", "Desmond Achille, Port of Spain desk, September 5, 2025"),
    ("byline", "Reporting by Jane Holloway; editing by Tom Reyle."),
    ("byline", "Published 12 March 2024"),
    ("byline", "Tuesday, 12 March 2024, 10:30"),
    ("byline", "2024-03-12"),
    ("caption", "Photo: The Millbrook pool in winter."),
    ("caption", "The pool on Monday. (Photo by Jane Holloway)"),
    ("caption", "Image credit: Harbour Gazette."),
    ("boilerplate", "Advertisement"),
    ("boilerplate", "Read more: Five things to do this weekend."),
    ("boilerplate", "Share this article"),
    ("boilerplate", "Sign up for our newsletter."),
    ("boilerplate", "© 2024 Harbour Gazette."),
    ("boilerplate", "This article was originally published in March."),
    ("boilerplate", "5 min read"),
    ("boilerplate", "* * *"),
]
AROUND = "Three ministers resigned in Quito on Monday."


@pytest.mark.parametrize(("reason", "sentence"), SENTENCES)
def test_sentence_without_a_claim_is_not_checked_with_the_reason(
    reason: str, sentence: str
) -> None:
    text = f"{AROUND}\n\n{sentence}\n\n{AROUND}"
    found = extract_claims(text)
    assert [(item.sentence, item.reason) for item in found.not_checked] == [(sentence, reason)]
    assert [claim.text for claim in found.claims] == [AROUND, AROUND]


@pytest.mark.parametrize(("reason", "line"), LINES)
def test_line_around_the_text_is_not_checked_with_the_reason(reason: str, line: str) -> None:
    text = f"{line}\n\n{AROUND}"
    found = extract_claims(text)
    assert {item.reason for item in found.not_checked} <= {reason}
    assert [claim.text for claim in found.claims] == [AROUND]


@pytest.mark.parametrize(
    "sentence",
    [
        "The shop will open on 4 May.",
        "The terrorist listing would enable Norra to seize the gang's assets.",
        "President Noboa can bring foreign bases back to Ecuador without a referendum.",
        "The US government has published the names of the dead.",
        "US forces used the base until World War I ended.",
        "Under the new law, owners must register their boats in Velm.",
        "It is not known whether 300 people or more were on board.",
        "Chief executive Joe Read read the letter in Velm.",
        "The Kessik mine in Norra closed in 1998.",
        "Sales in Velm were better than in 2019.",
        "Call centres in Velm employ 3,000 people.",
        "Pedestrians may use the bridge from Monday.",
        "He denied that he should have known of the 300 letters.",
    ],
)
def test_sentence_that_only_looks_like_opinion_or_forecast_is_a_claim(sentence: str) -> None:
    assert [claim.sentence for claim in extract_claims(sentence).claims] == [sentence]


def test_line_equal_to_the_title_is_a_heading_even_with_a_stop() -> None:
    title = "Three ministers resigned in Quito"
    found = extract_claims(f"{title}.\n{AROUND}", title=title)
    assert [item.reason for item in found.not_checked] == ["heading"]


def test_single_line_without_a_stop_is_no_heading() -> None:
    assert extract_claims("Three ministers resigned in Quito on Monday").claims


def test_bullet_without_a_stop_is_a_claim_when_it_has_a_verb() -> None:
    found = extract_claims("What changes:\n- Import duty on gold falls from 15% to 6%\n- Taxes")
    assert [claim.text for claim in found.claims] == ["Import duty on gold falls from 15% to 6%."]
    assert [item.reason for item in found.not_checked] == ["too-short", "heading"]


def test_statement_of_an_unnamed_speaker_is_judged_like_the_articles_own() -> None:
    found = extract_claims('"It was a great day," one visitor said.')
    assert [item.reason for item in found.not_checked] == ["opinion"]


def test_every_reason_is_given_for_some_sentence() -> None:
    tested = {reason for reason, _ in SENTENCES + LINES} | {"too-long"}
    tested.add("beyond-limit")  # tested in tests/claims/extraction/test_selection.py
    tested.add("left-out")  # tested in tests/claims/extraction/test_listed_claims.py
    assert tested == {str(reason) for reason in Reason}
