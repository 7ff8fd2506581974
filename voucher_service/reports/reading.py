"""Reading: how a person reads each kind of cell, on paper or on screen."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from voucher_service.kernel.clock import PARIS
from voucher_service.kernel.money import in_euros
from voucher_service.reports.table import Cell, Kind, Ratio, spoken

# Not the no-break spaces, which French punctuation needs.
_BREAKS = re.compile(r"[\x00-\x20\x7f\u2028\u2029]+")


def cell(value: Cell, kind: Kind, language: str = "fr") -> str:
    """Write one cell for a person, hours as a clerk in Paris reads them; empty where it is absent."""
    return "" if value is None else _READ[kind](value, language)


def _text(value: Cell, language: str) -> str:
    return _BREAKS.sub(" ", spoken(value, language)).strip()


def _integer(value: int, _: str) -> str:
    return f"{value:,}".replace(",", "\u202f")


def _cents(value: int, _: str) -> str:
    return in_euros(value)


def _date(value: date, language: str) -> str:
    return f"{value:%Y-%m-%d}" if language == "en" else f"{value:%d/%m/%Y}"


def _instant(value: datetime, language: str) -> str:
    local = value.astimezone(PARIS)
    return f"{_date(local, language)} {local:%H:%M}"


def _ratio(value: Ratio, language: str) -> str:
    parts = f"({_integer(value.numerator, language)}\u00a0/\u00a0{_integer(value.denominator, language)})"
    rate = value.per_mille
    if rate is None:
        return f"— {parts}"
    whole, tenth = divmod(abs(rate), 10)
    mark = "." if language == "en" else ","
    return f"{'-' if rate < 0 else ''}{whole}{mark}{tenth}\u202f% {parts}"


_READ: dict[Kind, Callable[[Any, str], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.CENTS: _cents,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.RATIO: _ratio,
}
