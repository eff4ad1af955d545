"""Repairs the files of a data folder with a damaged end, so that its server starts again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from claims.errors import InvalidInput
from claims.store.append_only_file import Damage, cut_off, find_damage
from claims.store.content import StoreContent, load_content
from claims.store.embedded import own_files


@dataclass(frozen=True, slots=True)
class Repair:
    """The damage, and the file with the end that was cut off; None for both without damage.

    `content` is the content of the store after the repair.
    """

    damage: Damage | None
    kept: Path | None
    content: StoreContent


def repair(data_folder: Path, *, force: bool) -> Repair:
    """Cut the damaged end off the data of a folder on which no server runs, and load the rest.

    The removed end is kept. Raises DataFolderInUse, StoreDamaged when the damage is not at the end,
    and InvalidInput when complete writes would be lost and `force` is False.
    """
    kept = None
    with own_files(data_folder) as folder:
        damage = find_damage(folder)
        if damage is not None:
            _check_loss(damage, force=force)
            kept = cut_off(damage, keep_in=folder.set_aside)
    return Repair(damage, kept, load_content(data_folder))


def _check_loss(damage: Damage, *, force: bool) -> None:
    if damage.lost_writes and not force:
        raise InvalidInput(
            f"{damage}: a cut would lose what was accepted then. Restore a backup (assay restore), "
            "or cut anyway with --force; what is cut off is kept"
        )
