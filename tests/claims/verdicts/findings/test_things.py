"""What a number counts."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.things import things_after


@pytest.mark.parametrize(
    ("after", "things"),
    [
        (" people died", ("people",)),
        (" of the other mine workers, all men", ("mine", "workers")),
        (" Members of parliament", ("members",)),
        (" one two three four five", ("one", "two", "three", "four")),
        (". People", ()),
        ("", ()),
    ],
)
def test_words_of_the_noun(after: str, things: tuple[str, ...]) -> None:
    assert things_after(after) == things
