"""The table of claims and verdicts that people read in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_STYLES = {
    "SUPPORTED": "green",
    "REFUTED": "red",
    "CONFLICTING_EVIDENCE": "yellow",
    "NOT_ENOUGH_EVIDENCE": "dim",
}
# Where stdout is no terminal (a pipe, a log) there is no width to ask for.
_WIDTH_OF_A_FILE = 150


def print_claims(claims: Iterable[dict[str, Any]]) -> None:
    """Print claims in their outside JSON shape to stdout: a row each, in the given order."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False)
    table.add_column("claim", ratio=4)
    table.add_column("verdict", no_wrap=True)
    table.add_column("support", justify="right")
    table.add_column("conf.", justify="right")
    table.add_column("deciding sentence", ratio=5)
    table.add_column("page", ratio=2)
    for claim in claims:
        table.add_row(*_row(claim))
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    Console(width=width, highlight=False).print(table)


def _row(claim: dict[str, Any]) -> tuple[Text, ...]:
    verdict = claim["verdict"]
    if verdict is None:
        return (Text(claim["text"]), Text(claim["status"], "dim"), *(Text("") for _ in range(4)))
    best = verdict["evidence"][0] if verdict["evidence"] else None
    return (
        Text(claim["text"]),
        Text(verdict["label"].replace("_", " ").lower(), _STYLES[verdict["label"]]),
        Text("-" if verdict["support"] is None else f"{verdict['support']:.2f}"),
        Text(f"{verdict['confidence']:.2f}"),
        Text(best["quote"] if best else ""),
        Text(_page_name(best["page"]) if best else ""),
    )


def _page_name(page: dict[str, Any]) -> str:
    return str(page["publisher"] or page["title"] or page["url"])
