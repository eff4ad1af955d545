"""What a sentence states, apart from its wording."""

from __future__ import annotations

import pytest

from claims.english.sentence_content import find_content


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eleven people died in the storm.", "The storm killed 11 people."),
        ("The library opened in 1978.", "In 1978, the library opened its doors to the public."),
        ("The bridge cost 1,200 dollars.", "The cost of the bridge was 1200 dollars."),
        ("Mayor Ada Holm signed it in March.", "It was signed by Ada Holm, the mayor, in March."),
        ("He didn’t pay.", "He didn't pay anything."),
    ],
)
def test_rewording_keeps_the_content(one: str, other: str) -> None:
    assert find_content(one) == find_content(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eleven people died in the storm.", "Twelve people died in the storm."),
        ("The library opened in 1978.", "The library opened in 1987."),
        ("The council approved the plan.", "The council rejected the plan."),
        ("He paid.", "He did not pay."),
        ("The company will move to Norrbeck.", "The company will move to Alby."),
        ("It opens in March.", "It opens in May 2020."),
        ("He died on Monday.", "He reportedly died on Monday."),
    ],
)
def test_other_figures_names_and_negations_are_other_content(one: str, other: str) -> None:
    assert find_content(one) != find_content(other)


def test_cosmetic_edits_of_a_sentence_keep_its_content() -> None:
    frames = ["{} {} in {}.", "In {2}, {0} {1}.", "As reported, {} {} in {}.", "“{} {}” — in {}."]
    for number in range(2, 52):
        stated = (f"{number} people", "were hurt in Alby", str(1900 + number))
        contents = {find_content(frame.format(*stated)) for frame in frames}
        assert len(contents) == 1, contents
