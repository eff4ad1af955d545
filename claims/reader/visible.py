"""The visible part of a text from a page; a reader is shown nothing else. Pure functions."""

from __future__ import annotations

import re

from claims.text import fold_spaces

# Characters without a shape of their own (Default_Ignorable_Code_Point of Unicode, which has tags,
# zero-width characters, bidirectional controls and variation selectors), the blank of braille,
# controls that are no white space, surrogates, and code points for private use.
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)


# Beginnings of control tokens in the chat templates of models: "<|im_end|>", "</s>", "[INST]".
_CONTROL = re.compile(r"<(?=\S)|\[(?=/?\w*[A-Z]{3}\w*\])")


def break_tokens(line: str) -> str:
    """The line with a space in each token that a server may read as the end or start of a turn.

    Servers put a question into the template of the model as text, and some recognise these tokens
    anywhere in it.
    """
    return _CONTROL.sub(r"\g<0> ", line)


def list_visible_lines(text: str) -> list[str]:
    """The lines of a text without hidden characters, with single spaces; empty ones left out."""
    lines = (fold_spaces(HIDDEN.sub("", line)) for line in text.splitlines())
    return [line for line in lines if line]


def visible_line(text: str, *, most_chars: int) -> str:
    """The visible part of a text as one line, cut at a space where it is too long."""
    return cut_line(" ".join(list_visible_lines(text)), most_chars=most_chars)


def cut_line(line: str, *, most_chars: int) -> str:
    """The line, or as many whole words of it as fit with "…"; a longer word is cut."""
    if len(line) <= most_chars:
        return line
    end = line.rfind(" ", most_chars // 2, most_chars)
    return f"{line[: most_chars - 1 if end < 0 else end]}…"
