"""How often pages are marked as parties: all claims and pages of the real events, each mark read.

The list below has every mark; a person has read each and found it right.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from claims.evidence.parties import mark_parties
from claims.types import Claim, Evidence
from tests.claims.samples import evidence

ROOT = Path(__file__).parents[3]
EVENTS = ROOT / "evaluation" / "real" / "events.jsonl"
# Marked pages by publisher; each claim names it as the one who acts.
MARKED = {
    "Charities Office, regulatory letter": 3,
    "Edeltraud Pfister, judge (ret.)": 1,
    "Federal Office for Food Claims": 1,
    "Glimt": 1,
    "Institute for Learning Research, Merritt University": 1,
    "Institute of Marine Resources": 1,
    "Jakob Steer, organ builder": 1,
    "Ministry of Fisheries": 1,
    "Nordlink plc (company notice)": 4,
    "Radio Pennine": 1,
    "Unity Savings PLC": 1,
    "Verdano AG, press office": 2,
}


def page_of(publisher: str | None, name: str) -> Evidence:
    """Evidence on a page of this publisher."""
    item = evidence(0.9, 0.05)
    url = f"https://{name}.example/"
    return replace(item, page=replace(item.page, publisher=publisher, url=url))


def test_marks_on_the_pages_of_real_events_are_those_that_were_read() -> None:
    marked: Counter[str | None] = Counter()
    pairs = 0
    for line in EVENTS.read_text().splitlines():
        event = json.loads(line)
        pages = [page_of(page.get("publisher"), page["name"]) for page in event["pages"]]
        for one in event["claims"]:
            claim = Claim(text=one["claim"], sentence=one["claim"])
            found = mark_parties(claim, pages)
            pairs += len(found)
            marked.update(item.page.publisher for item in found if item.party)
    assert marked == MARKED
    assert pairs > 12_000


def test_no_page_of_the_example_article_is_a_party() -> None:
    expected = json.loads((ROOT / "examples" / "expected.json").read_text())
    publishers = (
        "The Windward Ledger",
        "Andean Policy Notes",
        "Sierra Sports",
        "Pacific Data Desk",
        "Coastline Monthly",
        "The Meridian Courier",
        "The Lowland Weekly",
        "Harbor Lantern",
        "Tri-Valley Post",
    )
    pages = [page_of(publisher, f"page{number}") for number, publisher in enumerate(publishers)]
    claims = [Claim(text=one["sentence"], sentence=one["sentence"]) for one in expected]
    assert claims
    assert not any(item.party for claim in claims for item in mark_parties(claim, pages))
