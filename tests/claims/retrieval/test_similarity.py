"""Detection of two sentences about the same subject."""

from __future__ import annotations

import pytest

from claims.retrieval.similarity import is_alike

CLAIM = "Crime in Alby has doubled since 2019."


@pytest.mark.parametrize(
    "other",
    [
        CLAIM,
        "Crime doubled in Alby.",
        "Says crime in the town of Alby is doubling because of the mayor, who came in 2019.",
        "Crime in Alby has not doubled since 2019.",
    ],
)
def test_similar_texts_are_alike(other: str) -> None:
    assert is_alike(CLAIM, other)
    assert is_alike(other, CLAIM)


@pytest.mark.parametrize("other", ["", "Crime", "The bridge at Alby is new.", "Unlike anything."])
def test_different_texts_are_not_alike(other: str) -> None:
    assert not is_alike(CLAIM, other)
    assert not is_alike(other, CLAIM)
