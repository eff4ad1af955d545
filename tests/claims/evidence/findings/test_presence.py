"""Forms of a name that count as a mention of it."""

from __future__ import annotations

import pytest

from claims.english.proper_names import find_names
from claims.evidence.findings.presence import is_mentioned


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The deal was signed by Anna Weidl.", "Weidl signed the deal."),
        ("The deal was signed in Norway.", "The Norwegian government signed the deal."),
        ("It was paid by the European Central Bank.", "The ECB paid it."),
        ("It was paid by the ECB.", "The European Central Bank paid it."),
        ("A plan was rejected by Germany.", "Berlin rejected the plan."),
        ("It was said by Pope Anselm III.", "The Pope said so."),
        ("A plan was made by the Ecuadorian army.", "The army of Ecuador made it."),
        ("It was taken by a US-led force.", "A force led by the United States took it."),
        ("It was paid by Manchester United.", "Man United paid it."),
        ("It was raised by the Federal Reserve.", "Rates went up, the Fed said."),
        ("It was raised by the Fed.", "Rates went up, the Federal Reserve said."),
        ("It was said by Alexander Holm.", "Alex Holm said so."),
        ("Rebuilding Queen's Bridge was dear.", "Crossings: Queen's Bridge, 14,200."),
        ("In May, Dr Ruth Okembe and Dr Simon Vail met.", "Okembe met Vail."),
    ],
)
def test_mentioned_under_another_form(claim: str, passage: str) -> None:
    names = find_names(claim)
    assert names
    assert all(is_mentioned(name, passage) for name in names)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("It was closed by Northgate Power.", "Southgate Power closed it."),
        ("The mayor is Jan Meier.", "The mayor, Jana Meier, spoke."),
        ("It happened in Oldbridge.", "It happened in Stonebridge."),
        ("It happened in Market Street.", "Crossings. Harbour Street, 2,500."),
        ("It was said by Lars Holm.", "It was said by Anna Holm."),
        ("It was paid by Manchester United.", "The Map shows West United."),
    ],
)
def test_other_names_are_no_mention(claim: str, passage: str) -> None:
    (name,) = find_names(claim)
    assert not is_mentioned(name, passage)
