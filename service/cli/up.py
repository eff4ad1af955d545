"""`assay up`: run the whole service until Ctrl-C."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

import click

from claims.cli.options import data_option
from claims.settings import DEFAULT_PORT, Settings
from claims.wiring import check_judge, check_reader
from service.processes.supervisor import LOOK_EVERY_S, Supervisor


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 chooses a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Number of processes that judge.  [default: one for each core]",
)
def up(data_folder: Path | None, host: str, port: int, workers: int | None) -> None:
    """Run the service until Ctrl-C: store, API with dashboard, and workers."""
    settings = Settings()
    if settings.judge.startswith("hub:"):
        _say(f"Looking for the judge {settings.judge} ...")
    check_judge(settings)
    folder = data_folder or settings.find_data_folder()
    warning = check_reader(settings.model_copy(update={"data_folder": str(folder)}))
    if warning:
        _say(f"assay: {warning}")
    _run(
        Supervisor(
            settings,
            data_folder=folder,
            host=host,
            port=port,
            workers=workers,
            say=_say,
        )
    )


def _run(supervisor: Supervisor) -> None:
    """Start, print the address, wait. A signal stops gracefully, a second one at once."""
    signals = _note_signals()
    if not supervisor.start(is_cancelled=lambda: bool(signals)):
        return
    click.echo(f"Assay is ready at {supervisor.url}")
    while not signals and not supervisor.wait(LOOK_EVERY_S):
        pass
    if signals:
        _say("Stopping after the work under way. Press Ctrl-C again to stop at once ...")
        supervisor.ask_to_stop()
    while not supervisor.wait(LOOK_EVERY_S):
        if len(signals) > 1:
            supervisor.ask_to_stop(grace_s=0.0)


def _note_signals() -> list[int]:
    """Install signal handlers that only add the number of the signal to the returned list.

    A handler may interrupt any code, also the code that stops the service, so it must not raise. It
    must take no lock, because the interrupted code may hold it.
    """
    signals: list[int] = []
    # SIGINT needs a handler: a shell without job control starts background processes with SIGINT
    # ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: signals.append(number))
    # A closed terminal stops the service gracefully, except under nohup.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda number, frame: signals.append(number))
    return signals


def _say(line: str) -> None:
    with suppress(OSError):  # stderr may be a file on a full disk
        click.echo(line, err=True)
