"""Reading: how a person reads each kind of cell, on paper or on screen."""

from datetime import date, datetime

from voucher_service.kernel.clock import PARIS
from voucher_service.kernel.money import in_euros
from voucher_service.reports.table import Cell, Kind, Ratio


def cell(value: Cell, kind: Kind, language: str = "fr") -> str:
    """Write one cell for a person; an absent value is an empty string."""
    if value is None:
        return ""
    match kind, value:
        case Kind.CENTS, int():
            return in_euros(value)
        case Kind.INTEGER, int():
            return f"{value:,}".replace(",", "\u202f")
        case Kind.RATIO, Ratio():
            return _ratio(value, language)
        case Kind.INSTANT, datetime():
            local = value.astimezone(PARIS)
            return f"{_day(local, language)} {local:%H:%M}"
        case Kind.DATE, date():
            return _day(value, language)
    return " ".join(str(value).split())


def _day(value: date, language: str) -> str:
    return f"{value:%Y-%m-%d}" if language == "en" else f"{value:%d/%m/%Y}"


def _ratio(value: Ratio, language: str) -> str:
    rate = value.per_mille
    parts = f"({value.numerator:,}\u00a0/\u00a0{value.denominator:,})".replace(",", "\u202f")
    if rate is None:
        return f"— {parts}"
    whole, tenth = divmod(abs(rate), 10)
    mark = "." if language == "en" else ","
    return f"{'-' if rate < 0 else ''}{whole}{mark}{tenth}\u202f% {parts}"
