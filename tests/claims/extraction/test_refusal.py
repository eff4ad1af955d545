"""Submitted claims that cannot be checked are recognised, and no claim that can be is refused."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.errors import NotCheckable
from claims.extraction import check_checkable, find_refusal

ROOT = Path(__file__).parents[3]
GERMAN = "Die Bibliothek von Norrbeck wurde 1987 eröffnet."
# Every tenth file of single claims, and all claims of events: some 10,000.
FILES = (
    *sorted((ROOT / "training" / "data").glob("*.jsonl"))[::10],
    ROOT / "training" / "data" / "events" / "events.jsonl",
    ROOT / "evaluation" / "real" / "events.jsonl",
)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Is the library open?", "question"),
        ('"When did the library open?"', "question"),
        ("Did it open? In which year?", "question"),
        (GERMAN, "not-english"),
        ("Der Turm ist 412 Meter hoch.", "not-english"),
        ("Le pont a été fermé en 1990.", "not-english"),
        ("Мост закрыт.", "not-english"),
    ],
)
def test_uncheckable_claim_is_refused_with_the_reason(claim: str, reason: str) -> None:
    assert find_refusal(claim) == reason


@pytest.mark.parametrize(
    "claim",
    [
        "Ada Holm",
        "Ada Holm won.",
        "Emmanuel Macron visited Saint-Germain-en-Laye.",
        "Agnieszka Wrońska conducts “Otello” in Gdynia.",
        "The Czech referee Hana Jelínková sent goalkeeper Marek Šafář off herself.",
        "Ayuntamiento de San Sebastián de los Reyes approves new budget.",
        "Société Générale acquires Crédit du Nord entirely.",
        "Lech Wałęsa founded Solidarność in Gdańsk.",
        "The word “мост” means bridge.",
        "The mayor asked whether the bridge was closed.",
        "The mayor asked: “Is the bridge closed?”",
        "“Is the bridge closed?” asked the mayor.",
        "Who Wants to Be a Millionaire? was first shown in 1998.",
        "Did the library open in 1990? It opened in 1987.",
        "He will probably resign.",
        "Everybody should vote.",
    ],
)
def test_names_short_claims_and_reported_questions_are_not_refused(claim: str) -> None:
    assert find_refusal(claim) is None


def list_claims(shape: object) -> Iterator[str]:
    if isinstance(shape, dict):
        for name, value in shape.items():
            if name == "claim" and isinstance(value, str):
                yield value
            else:
                yield from list_claims(value)
    elif isinstance(shape, list):
        for value in shape:
            yield from list_claims(value)


def test_no_claim_of_the_events_or_of_the_training_data_is_refused() -> None:
    lines = (line for file in FILES for line in file.read_text(encoding="utf-8").splitlines())
    claims = {claim for line in lines for claim in list_claims(json.loads(line))}
    assert len(claims) > 5_000
    assert [claim for claim in claims if find_refusal(claim)] == []


def test_all_claims_at_fault_are_named() -> None:
    texts = ("Is it so?", "The library opened.", GERMAN)
    claims = [(f"/claims/{place}", text) for place, text in enumerate(texts)]
    with pytest.raises(NotCheckable) as caught:
        check_checkable(claims)
    assert [pointer for pointer, _ in caught.value.faults] == ["/claims/0", "/claims/2"]
    assert str(caught.value).startswith("claim 1: this is a question")
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults  # noqa: S301
    check_checkable(claims[1:2])
