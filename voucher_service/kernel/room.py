"""Room: how much is left on the disk on which the service writes its files."""

import shutil
from dataclasses import dataclass
from pathlib import Path

_LEAST_PER_CENT = 10


@dataclass(frozen=True, slots=True)
class Room:
    """A disk, in bytes."""

    free_bytes: int
    total_bytes: int

    @property
    def is_scarce(self) -> bool:
        """Whether less than a tenth is left."""
        return self.free_bytes * 100 < self.total_bytes * _LEAST_PER_CENT


def of(folder: Path) -> Room:
    """Return the room on the disk of a folder."""
    usage = shutil.disk_usage(folder)
    return Room(usage.free, usage.total)
