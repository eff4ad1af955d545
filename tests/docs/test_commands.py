"""docs/reference/commands.md lists every command of `assay`, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click

from service.cli import COMMANDS, LazyGroup, assay

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"
ROW = re.compile(r"^\| `assay ([a-z]+)([^`]*)`", re.M)


def test_every_command_has_its_row_in_alphabetical_order() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert [name for name, _ in rows] == sorted(COMMANDS)


def test_the_subcommands_of_a_row_are_those_of_its_command() -> None:
    for name, rest in ROW.findall(PAGE.read_text("utf-8")):
        command = LazyGroup().get_command(click.Context(assay), name)
        if isinstance(command, click.Group):
            assert sorted(re.findall(r"[a-z]+", rest)) == sorted(command.commands), name
