"""Table: what a report answers, before anyone decides whether it is printed, opened or parsed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence or a heading in both languages; French is what people meet first."""

    fr: str
    en: str

    def said(self, language: str = "fr") -> str:
        """Return the words in ``language``: ``en`` for English, French for anything else."""
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate that never travels without what it was computed from."""

    numerator: int
    denominator: int

    @property
    def per_mille(self) -> int | None:
        """The rate in thousandths, half rounded away from zero; None where there is no denominator."""
        if not self.denominator:
            return None
        doubled = 2000 * abs(self.numerator) // abs(self.denominator) + 1
        return doubled // 2 * (1 if self.numerator * self.denominator >= 0 else -1)


class Kind(StrEnum):
    """What a column holds, which decides how each renderer writes it."""

    TEXT = "text"
    INTEGER = "integer"
    CENTS = "cents"
    DATE = "date"
    INSTANT = "instant"
    RATIO = "ratio"


Cell = str | Wording | int | date | datetime | Ratio | UUID | None
Row = Sequence[Cell]


def spoken(cell: Cell, language: str) -> str:
    """Return a text cell in ``language``: what people typed is in their own words, what we call things is in both."""
    return cell.said(language) if isinstance(cell, Wording) else str(cell)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key for machines, its kind, its heading in both languages, and whether it adds up."""

    key: str
    kind: Kind
    fr: str
    en: str
    totalled: bool = False

    def heading(self, language: str = "fr") -> str:
        """Return the heading that people read."""
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class AsOf:
    """The state a table describes: acts effective up to ``on``, as known at ``position`` of the record.

    ``position`` is None for a table that reads nothing from the books, a list of venues for example.
    """

    on: date
    position: int | None = None

    def said(self, language: str = "fr") -> str:
        """Return the line printed on every page."""
        if language == "en":
            known = "" if self.position is None else f", as known at record position {self.position}"
            return f"As of {self.on:%Y-%m-%d}{known}"
        known = "" if self.position is None else f", telle que connue au rang {self.position} du registre"
        return f"Situation au {self.on:%d/%m/%Y}{known}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The answer of a report: what it is, what it describes, and its rows.

    ``rows`` holds one sequence of cells per row, in the order of ``columns``; it may be a generator, and is
    then read once, by one renderer. ``about`` says who and what the table concerns. Totals are the sums of
    the rows that were written, so a total can never disagree with its page.
    """

    name: str
    title: Wording
    as_of: AsOf
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    issuer: str = ""
    about: tuple[tuple[Wording, str], ...] = ()
    notes: tuple[Wording, ...] = ()


class Totals:
    """The running sums of a table's totalled columns, fed row by row as a renderer writes."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Start at zero for each totalled column."""
        self.sums = {index: 0 for index, column in enumerate(columns) if column.totalled}

    def add(self, row: Row) -> None:
        """Count one row; an empty cell counts for nothing."""
        for index in self.sums:
            cell = row[index]
            if isinstance(cell, int):
                self.sums[index] += cell
