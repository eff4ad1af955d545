"""`assay up`: run the whole service until Ctrl-C."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

import click

from claims.cli.options import data_option
from claims.settings import DEFAULT_PORT, Settings
from claims.wiring import check_judge
from service.supervisor import LOOK_EVERY_S, Supervisor


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 takes any free one.",
)
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that judge.  [default: one for each core]"
)
def up(data_folder: Path | None, host: str, port: int, workers: int | None) -> None:
    """Run the service until Ctrl-C: store, API with dashboard, and workers."""
    settings = Settings()
    if settings.judge.startswith("hub:"):
        _say(f"Looking for the judge {settings.judge} ...")
    warning = check_judge(settings)
    if warning:
        _say(f"assay: {warning}")
    _run(
        Supervisor(
            settings,
            data_folder=data_folder or settings.find_data_folder(),
            host=host,
            port=port,
            workers=workers,
            say=_say,
        )
    )


def _run(supervisor: Supervisor) -> None:
    """Start, report, wait. SIGINT or SIGTERM stops gracefully; a second one at once."""
    signals = _note_signals()
    if not supervisor.start(is_cancelled=lambda: bool(signals)):
        return
    click.echo(f"Assay is ready at {supervisor.url}")
    while not signals and not supervisor.wait(LOOK_EVERY_S):
        pass
    if signals:
        _say("Stopping: work under way is finished. Once more to stop at once ...")
        supervisor.ask_to_stop()
    while not supervisor.wait(LOOK_EVERY_S):
        if len(signals) > 1:
            supervisor.ask_to_stop(grace_s=0.0)


def _note_signals() -> list[int]:
    """From now on the signals that end the service only add their number to this list.

    An exception from a handler could come anywhere, also in the middle of stopping; and a lock that
    a handler takes may be held by the very code that it interrupts.
    """
    signals: list[int] = []
    # SIGINT too: a shell without job control starts what runs beside it with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: signals.append(number))
    # A terminal that is closed ends the service gracefully, except where nohup is in front.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda number, frame: signals.append(number))
    return signals


def _say(line: str) -> None:
    with suppress(OSError):  # what is said may go to a file, on a full disk
        click.echo(line, err=True)
