"""Data augmentation by rules: variants of our own pairs that look like web pages, and confusions.

Each rule is a function from a pair (and a stock of other pages) to a pair, or None where it does
not apply. Rules that only surround the evidence keep the label; rules that alter it change the
label.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from claims.english.sentences import split_sentences
from training.pairs import Pair

# Share of the pairs that each rule is tried on, in [0, 1]; the other pairs stay unchanged.
SHARES = {
    "surrounded": 0.12,
    "joined": 0.06,
    "dressed": 0.12,
    "altered": 0.10,
    "swapped": 0.05,
    "elsewhere": 0.03,
}
# Shares for pairs that get no other variant. They teach that a claim of several parts is supported
# only if every part is; claims of a single fact do not show that.
PARTS = {"added": 0.25}
# Probability of each label for the claim that is added to a supported one. A claim with another
# label gets a supported claim added.
_ADDED = {"SUPPORTED": 0.8, "NEI": 0.12, "REFUTED": 0.08}
_JOINED_BY = {", and ": 0.6, ". ": 0.25, "; ": 0.15}
# First words of a claim that become lower case when the claim follows another in one sentence.
_SMALL = frozenset(
    "A About After All An At Before Between By Every For From He Her His In Its It More Most No "
    "None On One Only Some Several She The Their There These They This Three Two Under When".split()
)

FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d+)*(?![\w])|(?<![\w.,])\d+(?:\.\d+)?(?!\w)")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
NAME = re.compile(r"\b[A-Z][\w'’-]+ [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?\b")
MONTHS = (
    "January February March April May June July August September October November December".split()
)
_FURNITURE_ABOVE = (
    "Home | News | {topic} | Contact",
    "Skip to main content",
    "Menu Search Sign in",
    "{topic} › Latest",
    "By our reporter · {date}",
    "Published {date}, updated an hour later",
    "{date} — 3 min read",
    "We use cookies to make this site work. Accept all | Settings",
    "Image: archive",
    "Share this article",
)
_FURNITURE_BELOW = (
    "Read also: What the week brings",
    "Sign up for our newsletter",
    "© All rights reserved. Terms | Privacy",
    "Comments (14)",
    "More on this topic",
    "Follow us for updates.",
    "Advertisement",
    "Related articles",
)


def compose(
    pairs: Sequence[Pair],
    *,
    seed: int = 0,
    shares: dict[str, float] = SHARES,
    pages: PageStock | None = None,
) -> list[Pair]:
    """`pairs` with a share of them replaced by variants; same length and order.

    `shares` has the share of each rule, with a sum of at most 1. Other pages and claims come from
    `pages` (default: those of `pairs`). The result depends only on the arguments.
    """
    rng = random.Random(f"compose {seed}")
    pages = pages or PageStock(pairs)
    found = []
    for pair in pairs:
        rule = rng.choices([*shares, ""], [*shares.values(), 1 - sum(shares.values())])[0]
        found.append((RULES[rule](pair, pages, rng) if rule else None) or pair)
    return found


class PageStock:
    """Lookup of pages by file, for distractors, and of claims by page and label."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._by_file: dict[str, list[Pair]] = defaultdict(list)
        self._about: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
        for pair in pairs:
            self._by_file[pair.group.split(":")[0]].append(pair)
            self._about[pair.group, pair.evidence, pair.label].append(pair)

    def another_claim(self, pair: Pair, label: str, rng: random.Random) -> Pair | None:
        """A random pair with the same page, this label and another claim; None without one."""
        some = [
            one
            for one in self._about.get((pair.group, pair.evidence, label), ())
            if one.claim != pair.claim
        ]
        return rng.choice(some) if some else None

    def another(self, pair: Pair, rng: random.Random) -> Pair | None:
        """A random pair of another group of the same file; None after eight failed draws."""
        choice = self._by_file[pair.group.split(":")[0]]
        for _ in range(8):
            other = rng.choice(choice)
            if other.group != pair.group:
                return other
        return None


def surround(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Add one to three sentences of another page before, after or around the evidence."""
    other = pages.another(pair, rng)
    if other is None:
        return None
    sentences = [sentence.text for sentence in split_sentences(other.evidence)]
    count = rng.randint(1, min(3, len(sentences)))
    start = rng.randrange(len(sentences) - count + 1)
    chosen = sentences[start : start + count]
    cut = rng.randint(0, len(chosen))
    parts = [" ".join(chosen[:cut]), pair.evidence, " ".join(chosen[cut:])]
    return replace(pair, evidence=" ".join(part for part in parts if part))


def join(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Add another page as a paragraph above or below, if both have at most 180 words together."""
    other = pages.another(pair, rng)
    if other is None or len(f"{other.evidence} {pair.evidence}".split()) > 180:
        return None
    both = [pair.evidence, other.evidence]
    rng.shuffle(both)
    return replace(pair, evidence="\n".join(both))


def dress(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Add the boilerplate of a web page around the evidence: menu, title, date line, links."""
    date = f"{rng.randint(1, 28)} {rng.choice(MONTHS)} {rng.randint(2009, 2026)}"
    words = {"topic": pair.kind.capitalize(), "date": date}
    above = [rng.choice(_FURNITURE_ABOVE).format(**words) for _ in range(rng.randint(1, 3))]
    below = [rng.choice(_FURNITURE_BELOW) for _ in range(rng.randint(0, 2))]
    return replace(pair, evidence="\n".join([*above, pair.evidence, *below]))


def alter_figure(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Change a figure of a supported claim in the page, so that the page refutes the claim.

    Applies only to a figure that occurs once in the claim and once in the page. The page changes
    and not the claim, so that the claim has no artefact that reveals the label.
    """
    if pair.label != "SUPPORTED":
        return None
    figures = [
        match
        for match in FIGURE.findall(pair.claim)
        if pair.claim.count(match) == 1 and len(re.findall(whole_word(match), pair.evidence)) == 1
    ]
    if not figures:
        return None
    figure = rng.choice(figures)
    other = other_figure(figure, rng)
    if other is None or re.search(whole_word(other), pair.evidence):
        return None
    evidence = re.sub(whole_word(figure), other, pair.evidence)
    return replace(pair, evidence=evidence, label="REFUTED", kind="quantity")


def swap_names(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Exchange two full names in the page, so that a supported claim about one is not supported."""
    if pair.label != "SUPPORTED":
        return None
    names = sorted({name for name in NAME.findall(pair.evidence) if pair.evidence.count(name) == 1})
    mine = [name for name in names if name in pair.claim]
    others = [name for name in names if name not in pair.claim]
    if len(mine) != 1 or not others:
        return None
    first, second = mine[0], rng.choice(others)
    trade = {first: second, second: first}
    either = re.compile("|".join(re.escape(name) for name in trade))
    evidence = either.sub(lambda match: trade[match.group()], pair.evidence)
    return replace(pair, evidence=evidence, label="NOT_SUPPORTED", kind="entity")


def put_elsewhere(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Replace the page with one of another group, which leaves the claim open (NEI)."""
    other = pages.another(pair, rng)
    return other and replace(pair, evidence=other.evidence, label="NEI", kind="elsewhere")


def add_part(pair: Pair, pages: PageStock, rng: random.Random) -> Pair | None:
    """Join another claim about the same page to this one, in random order.

    The joined claim is refuted if one part is, and supported only if both parts are.
    """
    labels = _ADDED if pair.label == "SUPPORTED" else {"SUPPORTED": 1.0}
    (label,) = rng.choices([*labels], [*labels.values()])
    other = pages.another_claim(pair, label, rng)
    if other is None:
        return None
    first, second = rng.sample([pair.claim, other.claim], 2)
    whole = other.label if pair.label == "SUPPORTED" else pair.label
    return replace(pair, claim=join_claims(first, second, rng), label=whole, kind="parts")


def join_claims(first: str, second: str, rng: random.Random) -> str:
    """Two claims as one text, of one or two sentences."""
    (between,) = rng.choices([*_JOINED_BY], [*_JOINED_BY.values()])
    if between != ". " and second.split(" ", 1)[0] in _SMALL:
        second = second[0].lower() + second[1:]
    return re.sub(r"\.(?=[\"”’']?$)", "", first) + between + second


def whole_word(word: str) -> str:
    """Pattern of a word or figure that is not part of a longer one."""
    return rf"(?<![\w.,]){re.escape(word)}(?![\w]|[.,]\d)"


def other_figure(figure: str, rng: random.Random) -> str | None:
    """A different figure of the same form and similar size; None when only zeros would be left."""
    if _YEAR.fullmatch(figure):
        return str(int(figure) + rng.choice([-10, -3, -2, -1, 1, 2, 3, 10]))
    digits = [place for place, mark in enumerate(figure) if mark.isdigit()]
    place = rng.choice(digits)
    choice = [d for d in "0123456789" if d != figure[place] and not (d == "0" and place == 0)]
    other = figure[:place] + rng.choice(choice) + figure[place + 1 :]
    return other if other.strip("0.,") else None


Rule = Callable[[Pair, PageStock, random.Random], Pair | None]
RULES: dict[str, Rule] = {
    "surrounded": surround,
    "joined": join,
    "dressed": dress,
    "altered": alter_figure,
    "swapped": swap_names,
    "elsewhere": put_elsewhere,
    "added": add_part,
}
