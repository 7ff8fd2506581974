"""Rows: the cells of one line, read into a venue's terms, and the problems met on the way."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import TypeVar

from stdnum.fr import siret as siret_number

from voucher_service.network.directory.lines import Candidate, Doubt, Fault, Line, Problem
from voucher_service.network.profile import LONGEST, Flaw, flaws, is_on_earth
from voucher_service.network.spelling import plain, tidy
from voucher_service.network.vocabulary import Coded

C = TypeVar("C", bound=Coded)

_QUOTED = 80
_MONTHS = ("jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec")
_MONTH_AND_YEAR = re.compile(r"([a-z]+) (\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2}) (\d{1,2}) (\d{4})")
_YES = frozenset({"oui", "o", "vrai", "true", "1", "x"})
_REFUSING = (Flaw, Fault)


def titles_of(vocabulary: type[C]) -> dict[str, tuple[C, ...]]:
    """Return how each answer of a vocabulary may be written: its code, or its French title."""
    return {plain(word): (answer,) for answer in vocabulary for word in (answer.value, answer.french)}


class Row:
    """The cells of one line; what cannot be understood is noted, never dropped in silence."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        """Begin to read these cells; ``problems`` gathers what is met on the way."""
        self._cells = cells
        self.problems: list[Problem] = []

    def note(self, code: Flaw | Fault | Doubt, column: str = "", text: str = "") -> None:
        """Note a problem, quoting at most 80 printable characters of what was met."""
        quoted = "".join(char if char.isprintable() else "\ufffd" for char in text[:_QUOTED])
        self.problems.append(Problem(code, column, quoted))

    def text(self, column: str) -> str:
        """Return a cell's text, empty where there is none; a character that cannot be printed is noted."""
        text = tidy(self._cells.get(column, ""))
        if text.isprintable():
            return text
        self.note(Flaw.UNPRINTABLE, column, text)
        return ""

    def optional(self, column: str) -> str | None:
        """Return a cell's text, or nothing where the cell is empty."""
        return self.text(column) or None

    def yes(self, column: str) -> bool:
        """Tell whether the cell says yes."""
        return plain(self.text(column)) in _YES

    def codes(
        self, column: str, separator: str, meanings: Mapping[str, Sequence[C]], doubt: Doubt
    ) -> tuple[C, ...]:
        """Return the answers named in a cell, each once, an unknown one noted; « : » opens a gloss."""
        found: dict[C, None] = {}
        for part in self.text(column).split(separator):
            word = plain(part.split(" : ")[0])
            if word and word not in meanings:
                self.note(doubt, column, part)
            found.update(dict.fromkeys(meanings.get(word, ())))
        return tuple(found)

    def position(self, latitude: str, longitude: str) -> tuple[float, float] | tuple[None, None]:
        """Return a whole and possible position in degrees, a decimal comma allowed, or none."""
        if not self.text(latitude) or not self.text(longitude):
            self.note(Doubt.NO_POSITION)
            return None, None
        north, east = self._number(latitude), self._number(longitude)
        if north is None or east is None or not is_on_earth(north, east) or (north, east) == (0, 0):
            self.note(Doubt.BAD_POSITION, latitude, f"{self.text(latitude)} {self.text(longitude)}")
            return None, None
        return north, east

    def _number(self, column: str) -> float | None:
        try:
            number = float(self.text(column).replace(",", "."))
        except ValueError:
            return None
        return number if isfinite(number) else None

    def postcode(self, column: str) -> str:
        """Return a postcode; the leading zero that spreadsheets drop is put back, and that is noted."""
        text = self.text(column).replace(" ", "")
        if re.fullmatch(r"[1-9][0-9]{3}", text):
            self.note(Doubt.POSTCODE_PADDED, column, text)
            return f"0{text}"
        return text

    def siret(self, column: str, *, wrong: Fault | Doubt) -> str | None:
        """Return a SIRET whose digits agree; zeros are none, any other text is noted as ``wrong``."""
        text = self.text(column)
        if not text.strip("0 "):
            self.note(Doubt.NO_SIRET, column)
            return None
        if siret_number.is_valid(text):
            return siret_number.compact(text)
        self.note(wrong, column, text)
        return None

    def day(self, column: str) -> date | None:
        """Return a date: ``2022-07-31``, ``31/07/2022``, or a month's first day (``juil-22``)."""
        text = self.text(column)
        if not text:
            return None
        try:
            return _day(text)
        except ValueError:
            self.note(Doubt.BAD_DATE, column, text)
            return None

    def line(self, number: int, candidate: Candidate) -> Line:
        """Close the reading: a line with a flaw or a fault has no candidate."""
        for flaw in flaws(candidate.profile):
            self.note(flaw)
        if max(len(candidate.source), len(candidate.source_id), len(candidate.operator_name or "")) > LONGEST:
            self.note(Flaw.TOO_LONG)
        return Line(number, None if _is_refused(self.problems) else candidate, tuple(self.problems))


def _is_refused(problems: Iterable[Problem]) -> bool:
    return any(isinstance(problem.code, _REFUSING) for problem in problems)


def _day(text: str) -> date:
    if match := _DAY_FIRST.fullmatch(plain(text)):
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    if match := _MONTH_AND_YEAR.fullmatch(plain(text)):
        word, year = match[1], int(match[2])
        month = next((n for n, name in enumerate(_MONTHS, start=1) if word.startswith(name)), 0)
        return date(year if year > 99 else 2000 + year, month, 1)  # noqa: PLR2004 -- two digits of this century
    return date.fromisoformat(text[:10])
