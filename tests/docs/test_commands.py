"""docs/reference/commands.md lists every command of `assay`, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from service.cli import COMMANDS, LazyGroup, assay

# Commands whose result is a file of its own form, or a text that is read by people.
WITHOUT_JSON = {
    *(
        "assay claimreview",
        "assay explain",
        "assay export",
        "assay mcp",
        "assay record",
        "assay score",
        "assay sources export",
    ),
    *("assay up", "assay worthiness"),
}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"
ROW = re.compile(r"^\| `assay ([a-z-]+)([^`]*)`", re.M)


def test_every_command_has_its_row_in_alphabetical_order() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert [name for name, _ in rows] == sorted(COMMANDS)


def test_the_subcommands_of_a_row_are_those_of_its_command() -> None:
    for name, rest in ROW.findall(PAGE.read_text("utf-8")):
        command = LazyGroup().get_command(click.Context(assay), name)
        if isinstance(command, click.Group):
            assert sorted(re.findall(r"[a-z]+(?:-[a-z]+)*", rest)) == sorted(command.commands), name


def iterate_commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with its whole name."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from iterate_commands(inner, f"{path} {name}")


def test_every_command_can_print_json() -> None:
    without = {
        path
        for path, command in iterate_commands(assay, "assay")
        if not any("--json" in parameter.opts for parameter in command.params)
    }
    assert without == WITHOUT_JSON
