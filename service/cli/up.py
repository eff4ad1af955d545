"""`assay up`: run the whole service until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType

import click

from claims.cli.options import data_option
from claims.settings import Settings
from service.supervisor import Supervisor


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8400,
    show_default=True,
    help="Port to listen on; 0 takes any free one.",
)
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that judge.  [default: one for each core]"
)
def up(data_folder: Path | None, host: str, port: int, workers: int | None) -> None:
    """Run the service until Ctrl-C: store, API with dashboard, and workers."""
    settings = Settings()
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
    """Start, report, wait. SIGTERM ends it like Ctrl-C; a second one kills what still runs."""
    # SIGINT too: a shell without job control starts what runs beside it with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        supervisor.start()
        click.echo(f"Assay is ready at {supervisor.url}")
        supervisor.wait()
    except KeyboardInterrupt:
        _say("Stopping ...")
        try:
            supervisor.stop()
        except KeyboardInterrupt:
            supervisor.stop(grace_s=0.0)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    click.echo(line, err=True)
