"""The schema number of a store's data, and the migrations from one number to the next.

A change to the meaning of a record or a key raises SCHEMA by one and adds a script
lua/upgrade_N.lua, which migrates data of N - 1 to N and sets the number, in one atomic step. Data
without a number is of 0. Two processes that start at once may both run a step: the second run then
finds nothing to do. Processes of the earlier release must have ended: they would go on writing the
earlier form.
"""

from __future__ import annotations

from claims.errors import StoreMisconfigured
from claims.store import keys
from claims.store.connection import StoreConnection

SCHEMA = 2


def upgrade(connection: StoreConnection) -> None:
    """Migrate the data to SCHEMA. Raises StoreMisconfigured for data of a later release."""
    number = str(connection.command("GET", keys.SCHEMA) or 0)
    if not number.isdecimal():
        raise StoreMisconfigured(
            f"the store's data has schema {number[:20]!r}, which is not a number: it is not"
            " data of Assay"
        )
    found = int(number)
    if found > SCHEMA:
        raise StoreMisconfigured(
            f"the store's data has schema {found}, and this release reads schema {SCHEMA} at most: "
            "run the release that wrote it, or a later one"
        )
    for step in range(found + 1, SCHEMA + 1):
        connection.run(f"upgrade_{step}")
