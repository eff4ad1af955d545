"""The command `assay`: finds its subcommands, loads only the one that runs, words its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import cast

import click

from claims.errors import AssayError, TemporaryError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("claims.cli.check:check", "Check an article or claims here, without a server."),
    "explain": (
        "claims.cli.explain:explain",
        "Check one claim, and show what each piece of evidence adds.",
    ),
    "shelf": ("claims.cli.shelf:shelf", "Keep an archive of your own, searched for every claim."),
    "replay": (
        "service.cli.replay:replay",
        "Judge a check of a running service again, from what it read then.",
    ),
    "retry": (
        "service.cli.retry:retry",
        "Try again what a running service failed to check.",
    ),
    "score": ("claims.cli.score:score", "Judge (claim, evidence) pairs from a file."),
    "sources": ("service.cli.sources:sources", "Show and change the registered sources."),
    "submit": ("service.cli.submit:submit", "Hand an article in to a running service."),
    "up": ("service.cli.up:up", "Run the whole service until Ctrl-C."),
    "worthiness": ("claims.cli.worthiness:worthiness", "Rate how check-worthy sentences are."),
}
"""Name: where it is, and the line that `assay --help` shows without loading it."""

EXIT_TEMPORARY = 1
EXIT_PERMANENT = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded; None when there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return cast(click.Command, getattr(import_module(module), name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, loading none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="assay", prog_name="assay")
def assay() -> None:
    """Test claims against sources, with the evidence on the table."""


def main() -> None:
    """The console script. Exits 0; 1 when trying again may help; 2 on bad input; 130 on Ctrl-C."""
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        # The reader has seen enough, or the disk is full, which was said. What is still buffered
        # must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = status or EXIT_TEMPORARY
    if status == EXIT_INTERRUPTED:
        # At a regular exit Python would first wait for threads, and these perhaps for servers.
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one command line and say what is wrong with it in one line; the exit status."""
    try:
        result = assay.main(arguments, prog_name="assay", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _complain(_describe(error), error.exit_code)
    except click.Abort:
        return EXIT_INTERRUPTED
    except AssayError as error:
        temporary = isinstance(error, TemporaryError)
        return _complain(str(error), EXIT_TEMPORARY if temporary else EXIT_PERMANENT)
    # Without standalone mode click gives back the status of ctx.exit, else what the command did.
    return result if isinstance(result, int) else 0


def _complain(message: str, status: int) -> int:
    # What was typed is part of the message, and may hold anything that fits into a file name.
    line = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in message
    )
    click.echo(f"assay: {line}", err=True)
    return status


def _describe(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message.removesuffix('.')} (see: {error.ctx.command_path} --help)"
    return message
