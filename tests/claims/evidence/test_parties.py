"""Pages whose publisher is a party to the claim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.evidence.parties import mark_parties
from claims.extraction import read_claim
from tests.claims.samples import evidence

OTHER = "https://daily.example/story"


def is_party(
    claim: str,
    publisher: str | None = None,
    *,
    url: str = OTHER,
    source: str | None = None,
    claimant: str | None = None,
) -> bool:
    """Whether a page of this publisher is a party to the claim."""
    item = evidence(0.9, 0.05)
    page = replace(item.page, publisher=publisher, url=url, source=source)
    about = replace(read_claim(claim, article_text=None, claimed_at=None), claimant=claimant)
    (marked,) = mark_parties(about, [replace(item, page=page)])
    return marked.party


@pytest.mark.parametrize(
    ("claim", "publisher"),
    [
        ("Acme recalled 3,000 cars.", "Acme"),
        ("Acme has recalled 3,000 cars.", "Acme Inc."),
        ("Acme recalled 3,000 cars.", "Acme Newsroom"),
        ("Acme Motors recalled 3,000 cars in May.", "Acme Motors Ltd"),
        ("The Norra Water Company raised its fees.", "Norra Water"),
        ("3,000 cars were recalled by Acme Motors.", "ACME MOTORS"),
        ("Holm & Berg sold its stores.", "Holm and Berg"),
        ("The chief executive of Velm Bank resigned.", "Velm Bank"),
        ("The Ministry of Transport closed the bridge.", "Ministry of Transport"),
        ("Transport Minister Anna Berg resigned.", "Ministry of Transport"),
        ("The minister for transport resigned.", "Department for Transport"),
        ("The World Health Organisation counted 12 cases.", "World Health Organisation"),
        ("NASA launched the probe in 2021.", "NASA"),
        ("Mayor Ada Holm opened the library.", "Ada Holm"),
        ("Nordlink raised its prices.", "Nordlink plc (company notice)"),
        ("Nordlink raised its prices.", "Nordlink | Press"),
    ],
)
def test_publisher_named_as_the_actor_is_a_party(claim: str, publisher: str) -> None:
    assert is_party(claim, publisher)


@pytest.mark.parametrize(
    ("claim", "publisher"),
    [
        # A newspaper named after the place, or for a word of the claim.
        ("Springfield raised its fares.", "Springfield Gazette"),
        ("Springfield raised its fares.", "Springfield News"),
        ("A fire in Springfield killed eleven people.", "Springfield"),
        ("Nature reserves cover a tenth of the land.", "Nature"),
        ("Time off work was cut.", "TIME"),
        ("Police arrested three men.", "Police"),
        # Another organisation with a word of the name.
        ("Velm Bank raised its rates.", "Norra Bank"),
        ("Velm Bank raised its rates.", "Velm Bank Watch"),
        ("Transport Minister Anna Berg resigned.", "Ministry of Finance"),
        ("The prime minister resigned.", "Prime Ministry"),
        # The initials of a football club are those of a broadcaster.
        ("Barrow Boxing Club won the cup.", "BBC"),
        ("Eleven people died.", "Harbor Lantern"),
        ("Eleven people died.", None),
    ],
)
def test_other_publisher_is_no_party(claim: str, publisher: str | None) -> None:
    assert not is_party(claim, publisher)


@pytest.mark.parametrize(
    ("claim", "url", "publisher", "expected"),
    [
        ("Acme Motors recalled 3,000 cars.", "https://www.acmemotors.com/press", None, True),
        ("Acme Motors recalled 3,000 cars.", "https://acme-motors.co.uk/press", None, True),
        ("NASA launched the probe.", "https://science.nasa.gov/probe", None, True),
        ("The World Health Organization counted 12 cases.", "https://www.who.int/x", None, True),
        ("Apple said sales rose.", "https://www.apple.com/x", "Apple News and Updates", True),
        ("Boston raised its fares.", "https://www.boston.com/x", "Boston.com", False),
        ("Boston raised its fares.", "https://www.boston.com/x", None, False),
        ("Barrow Boxing Club won.", "https://www.bbc.co.uk/x", "BBC Sport", False),
        ("Acme Motors recalled 3,000 cars.", "https://acmemotors.blogspot.com/x", None, False),
        ("Acme Motors recalled 3,000 cars.", "https://[bad", None, False),
        ("Acme Motors recalled 3,000 cars.", "shelf:press/acmemotors.com", None, False),
    ],
)
def test_domain_of_the_actor_is_a_party(
    claim: str, url: str, publisher: str | None, expected: bool
) -> None:
    assert is_party(claim, publisher, url=url) is expected


def test_registered_source_and_claimant_are_compared() -> None:
    assert is_party("Velm Bank raised its rates.", source="velm-bank")
    assert is_party("Rates were raised.", "Velm Bank", claimant="Velm Bank")
    assert not is_party("Rates were raised.", "Velm Bank", claimant="Norra Bank")


def test_mark_of_an_earlier_check_is_removed() -> None:
    claim = read_claim("Eleven people died.", article_text=None, claimed_at=None)
    (marked,) = mark_parties(claim, [replace(evidence(0.9, 0.05), party=True)])
    assert not marked.party
