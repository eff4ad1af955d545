"""Random kills of all processes while claims are submitted."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.faults.conftest import Plant

SEED = 20251104
SECONDS = 15.0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_accepted_claim_is_judged_once_under_random_kills(plant: Plant) -> None:
    chance = random.Random(SEED)
    workers = [plant.start_worker(), plant.start_worker()]
    beat = plant.start_beat()
    claims = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        claims += [plant.submit(f"The bridge is long {len(claims)}") for _ in range(5)]
        victim = chance.choice(["worker", "worker", "pool process", "beat", "store"])
        if victim == "worker":
            place = chance.randrange(len(workers))
            workers[place].kill()
            workers[place] = plant.start_worker()
        elif victim == "pool process":
            pool = chance.choice(workers).children()
            if pool:
                os.kill(chance.choice(pool), signal.SIGKILL)
        elif victim == "beat":
            beat.kill()
            beat = plant.start_beat()
        else:
            plant.kill_store()
            plant.server.start()
        time.sleep(chance.uniform(0.1, 0.5))
    plant.keep_running(*workers)
    plant.judge_all(*claims)
