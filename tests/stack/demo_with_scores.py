"""Runs a demonstration whose store has the judge's answers of this run from the beginning.

    python -m tests.stack.demo_with_scores examples.demo SCORES

SCORES is the file of SharedScores. Pairs that it lacks are judged by the demonstration's workers.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

from claims.store import connect
from claims.store.embedded import find_server
from service.processes.supervisor import Supervisor
from tests.stack.judge_scores import SharedScores


def main(module: str, scores: SharedScores) -> None:
    """Run the module as a program."""
    start = Supervisor.start

    def start_with_scores(supervisor: Supervisor, **options: Any) -> bool:
        is_ready = start(supervisor, **options)
        store = connect(find_server(supervisor._data_folder) or "")
        if known := scores.list_scores():
            store.keep_scores(known)
        store.close()
        return is_ready

    Supervisor.start = start_with_scores  # type: ignore[method-assign]
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1], SharedScores(Path(sys.argv[2])))
