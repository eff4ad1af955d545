"""Detection of the news agency that a page names as its source."""

from __future__ import annotations

import pytest

from claims.english.boilerplate import find_marks

STORY = "The harbour of Kelm was closed on Monday after a crane fell onto the quay."


def marks(text: str, *credit: str) -> set[str]:
    return set(find_marks(text, credited=credit))


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (f"KELM (AP) — {STORY}", "AP"),
        (f"LONDON, Sept 4 (Reuters) - {STORY}", "Reuters"),
        (f"(AFP) – {STORY}", "AFP"),
        (f"Kelm (dpa/rgt) - {STORY}", "dpa"),
        (f"A headline\nKELM, Ostmark (Reuters): {STORY}", "Reuters"),
        (f"By Agence France-Presse\n{STORY}", "AFP"),
        (f"By JANE DOE, Associated Press\n{STORY}", "AP"),
        (f"By Jane Doe | Reuters\n{STORY}", "Reuters"),
        (f"By our aviation staff, with Reuters\n{STORY}", "Reuters"),
        (f"Source: dpa\n{STORY}", "dpa"),
        (f"{STORY}\nAgency: AFP | Last updated 18:20", "AFP"),
        (f"{STORY}\nThis story was provided by The Associated Press.", "AP"),
        (
            f"{STORY}\nThis article was originally published by The Conversation.",
            "The Conversation",
        ),
        (f"{STORY}\nThe Associated Press contributed to this report.", "AP"),
        (f"{STORY}\n© 2025 Thomson Reuters. All rights reserved.", "Reuters"),
        (f"{STORY}\nCopyright 2025 The Associated Press.", "AP"),
        (f"{STORY} " * 100 + "\n© dpa-infocom, dpa:251019-930", "dpa"),
    ],
)
def test_mark_gives_the_name_of_its_wire(text: str, wire: str) -> None:
    assert marks(text) == {wire}


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        f'{STORY} "It was loud," a worker told Reuters.',
        f"The Associated Press was founded in 1846. {STORY}",
        f"Shares of Thomson Reuters rose. {STORY}",
        f"By the way, nobody from Reuters was there. {STORY}",
        f"The vote on the harbour (AP style asks for a capital) was late. {STORY}",
        f"SCRANTON (Pa.) — {STORY}",
        f"Sources: a harbour pilot. {STORY}",
        "",
    ],
)
def test_mention_of_a_wire_is_no_mark(text: str) -> None:
    assert marks(text) == set()


def test_wire_among_the_credited_authors_is_a_mark() -> None:
    assert marks(STORY, "Jane Doe", "The Associated Press") == {"AP"}
    assert marks(STORY, "By REUTERS") == {"Reuters"}
    assert marks(STORY, "Jane Reuters", "AP Smith") == set()


def test_marks_are_sought_at_the_ends_of_a_long_text_only() -> None:
    lines = f"{STORY}\n" * 20
    assert marks(f"{lines}Source: dpa\n{lines}") == set()
    assert marks(f"{lines}Source: dpa\n") == {"dpa"}
    for long_line in ("By " * 400_000, "(AP" * 400_000):
        assert marks(long_line) == set()
