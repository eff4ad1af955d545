"""Each claim has the links nearest to it in the text, at most five."""

from __future__ import annotations

from claims.extraction import give_links
from claims.types import Claim, Link, Span

TEXT = (
    "A heading\n"
    "The bridge is 42 metres long. It was opened in 1987, the board said; it cost two millions.\n"
    "The mayor resigned on Monday. Nobody knows why.\n"
    "Copper became dearer in March."
)


def link(words: str) -> Link:
    start = TEXT.index(words)
    return Link(f"https://{words.split()[0].lower()}.example/", Span(start, start + len(words)))


def claim(piece: str, sentence: str | None = None) -> Claim:
    start = TEXT.index(piece)
    return Claim(text=piece, sentence=sentence or piece, span=Span(start, start + len(piece)))


LINKS = [link(words) for words in ("heading", "bridge", "board said", "mayor", "Copper")]


def test_links_of_the_sentence_come_first_then_of_the_paragraph_then_the_nearest() -> None:
    sentence = "It was opened in 1987, the board said; it cost two millions."
    (cost,) = give_links([claim("it cost two millions", sentence)], text=TEXT, links=LINKS)
    assert cost.links == (
        "https://board.example/",
        "https://bridge.example/",
        "https://mayor.example/",
        "https://heading.example/",
        "https://copper.example/",
    )
    (why,) = give_links([claim("Nobody knows why.")], text=TEXT, links=LINKS)
    assert why.links[0] == "https://mayor.example/"


def test_claim_has_at_most_five_different_links() -> None:
    many = [Link(f"https://{n % 7}.example/", Span(n, n + 1)) for n in range(50)]
    (one,) = give_links([claim("Nobody knows why.")], text=TEXT, links=many)
    assert len(one.links) == len(set(one.links)) == 5


def test_claim_without_a_span_has_the_first_links() -> None:
    submitted = Claim(text="Nobody was hurt.", sentence="Nobody was hurt.")
    (one,) = give_links([submitted], text=TEXT, links=LINKS)
    assert one.links[0] == "https://heading.example/"
    assert give_links([submitted], text=TEXT, links=()) == (submitted,)
