"""Results: what was measured, each figure beside the floor that this machine set in the same run."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_WIDTH = 120


class BenchmarkError(Exception):
    """A figure would not be worth printing: the message says what went wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, the floor it is compared with, and what that floor is."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    against: str = ""

    @property
    def ratio(self) -> float | None:
        """The value over its floor: for rates more is better, for times and sizes less is."""
        return self.value / self.floor if self.floor else None

    def as_json(self) -> dict[str, Any]:
        """Return what ``results.json`` says of it."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 4),
        }


def write(rows: Sequence[Row], path: Path) -> None:
    """Write every figure to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n", encoding="utf-8")


def show(rows: Sequence[Row], *, caption: str) -> None:
    """Print every figure as a table."""
    table = Table(caption=caption)
    for heading in ("benchmark", "value", "unit", "floor", "ratio", "the floor is"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(row.name, _short(row.value), row.unit, _short(row.floor), ratio, row.against)
    Console(width=_WIDTH).print(table)


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
