"""The command `assay`: lists its subcommands, imports the one that runs, prints its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import cast

import click
from click.shell_completion import CompletionItem

from claims.errors import AssayError, TemporaryError
from claims.settings import check_names

COMMANDS: Mapping[str, tuple[str, str]] = {
    "alerts": (
        "service.cli.alert_commands:alerts",
        "Add and test alerts: people are written to by mail or in a chat.",
    ),
    "backup": (
        "service.cli.maintenance:backup",
        "Write the data of a service, running or not, to a file.",
    ),
    "cancel": ("service.cli.changing:cancel", "End checks that wait or are under way."),
    "change": ("service.cli.changing:change", "Add and remove sources of a claim or article."),
    "check": ("claims.cli.check:check", "Check an article or claims without a running service."),
    "claimreview": (
        "service.cli.claim_review:claimreview",
        "Print the signed review of a claim as ClaimReview (JSON-LD).",
    ),
    "correct": ("service.cli.changing:correct", "Submit the corrected wording of a claim."),
    "delete": ("service.cli.changing:delete", "Delete claims or articles of a running service."),
    "doctor": ("service.cli.maintenance:doctor", "Check this deployment for faults."),
    "explain": (
        "claims.cli.explain:explain",
        "Check one claim, and show how much each piece of evidence counts.",
    ),
    "export": (
        "service.cli.export:export",
        "Write claims with verdicts as CSV, JSON lines, Markdown or HTML.",
    ),
    "get": ("service.cli.get:get", "Print an article or a claim of a running service."),
    "history": ("service.cli.history:history", "Print all checks of a claim."),
    "list": ("service.cli.listing:list_records", "List articles or claims, by filters."),
    "reader": (
        "service.cli.reader_commands:reader",
        "Test the second reader, a language model, and have claims read by it.",
    ),
    "recheck": ("service.cli.changing:recheck", "Check claims or articles again now."),
    "shelf": (
        "claims.cli.shelf:shelf",
        "Manage archives of your own, which are searched for every claim.",
    ),
    "keys": ("service.cli.api_keys:keys", "Make, list, rotate and revoke keys of the API."),
    "mcp": ("service.cli.mcp:mcp", "Serve a language model's agent: tools by MCP over stdio."),
    "record": ("service.cli.record:record", "Print the signed evidence record of a claim."),
    "repair": (
        "service.cli.maintenance:repair",
        "Cut a damaged end off the data of a stopped service.",
    ),
    "replay": (
        "service.cli.replay:replay",
        "Judge a check of a running service again, from the pages that it read.",
    ),
    "restore": (
        "service.cli.maintenance:restore",
        "Put the data of a backup into the data folder of a stopped service.",
    ),
    "retry": (
        "service.cli.retry:retry",
        "Retry the articles and claims that a running service failed to check.",
    ),
    "review": (
        "service.cli.review:review",
        "Accept, correct, reject or publish the verdict of a claim.",
    ),
    "score": ("claims.cli.score:score", "Judge (claim, evidence) pairs from a file."),
    "signing-key": (
        "service.cli.record:signing_key",
        "Print the public key with which the service signs records.",
    ),
    "sources": ("service.cli.sources:sources", "Show and change the registered sources."),
    "submit": ("service.cli.submit:submit", "Submit an article or claims to a running service."),
    "up": ("service.cli.up:up", "Run the whole service until Ctrl-C."),
    "verify-record": (
        "claims.cli.verify_record:verify_record_file",
        "Verify a signed evidence record.",
    ),
    "watch": (
        "service.cli.watch:watch",
        "Watch a submission until it is judged, or all changes of a running service.",
    ),
    "webhooks": (
        "service.cli.webhook_commands:webhooks",
        "Make and test webhooks, to which events are delivered.",
    ),
    "worthiness": ("claims.cli.worthiness:worthiness", "Rate how check-worthy sentences are."),
}
"""By name: the import path, and the help line that `assay --help` shows without importing it."""

EXIT_TEMPORARY = 1
EXIT_PERMANENT = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, the convention of shells


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The imported command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return cast(click.Command, getattr(import_module(module), name))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names that begin like this, without importing the commands."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=COMMANDS[name][1]) for name in names]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from COMMANDS, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="assay", prog_name="assay")
def assay() -> None:
    """Check claims against sources, and show the evidence for each verdict."""
    if (
        click.get_current_context().invoked_subcommand != "doctor"
    ):  # which continues, and reports the error
        check_names(os.environ)  # some commands read no settings


def main() -> None:
    """The console script. Exits 0; 1 on a temporary error; 2 on bad input; 130 on Ctrl-C."""
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        # The reader closed the pipe, or the disk is full and the error was printed. The rest of the
        # buffer goes to /dev/null, so that Python prints no second error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = status or EXIT_TEMPORARY
    if status == EXIT_INTERRUPTED:
        # At a regular exit Python waits for its threads, which may wait for servers.
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one command line, print an error in one line, and return the exit status."""
    try:
        result = assay.main(arguments, prog_name="assay", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _print_error(_describe(error), error.exit_code)
    except click.Abort:
        return EXIT_INTERRUPTED
    except AssayError as error:
        temporary = isinstance(error, TemporaryError)
        return _print_error(str(error), EXIT_TEMPORARY if temporary else EXIT_PERMANENT)
    # Without standalone mode click returns the status of ctx.exit, else the command's own value.
    return result if isinstance(result, int) else 0


def _print_error(message: str, status: int) -> int:
    # The message quotes the command line, which may hold any character of a file name.
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
