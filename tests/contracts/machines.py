"""Runs a Hypothesis state machine against a server, with the same steps in every run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_machine(
    machine: type[RuleBasedStateMachine], *, url: str, examples: int, steps: int
) -> None:
    """Run `machine` on the server at `url`, with `examples` runs of up to `steps` steps.

    The profile `explore` draws other steps, and ten times as many runs.
    """
    explores = settings.get_current_profile_name() == "explore"
    run_state_machine_as_test(
        type(f"Bound{machine.__name__}", (machine,), {"url": url}),
        settings=settings(
            max_examples=examples * 10 if explores else examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not explores,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
