"""Words: how dates, amounts and counts are written in pages, in the reader's language."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, format_decimal, get_locale

from voucher_service.kernel.money import in_euros
from voucher_service.reports.table import Kind, Ratio, spoken
from voucher_service.web.labels import label

_NARROW = "\u202f"


def euros(cents: int | None) -> str:
    """Write an amount in cents as euros: ``12 345,00 €``, ``€12,345.00`` in English."""
    if cents is None:
        return "–"
    if _is_french():
        return in_euros(cents)
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{whole:,}.{rest:02d}"


def count(number: int | None) -> str:
    """Write a whole number with its thousands apart."""
    return "–" if number is None else str(format_decimal(number)).replace("\xa0", _NARROW)


def day(on: date | None) -> str:
    """Write a day in words: « 31 décembre 2027 »."""
    return "–" if on is None else _first(str(format_date(on, "d MMMM y", rebase=False)), on)


def short_day(on: date | None) -> str:
    """Write a day in figures: « 31/12/2027 »."""
    return "–" if on is None else str(format_date(on, "dd/MM/y", rebase=False))


def instant(at: datetime | None) -> str:
    """Write an instant as a clerk in Paris reads it: « 31 décembre 2027 à 14 h 05 »."""
    if at is None:
        return "–"
    pattern = "d MMMM y 'à' H 'h' mm" if _is_french() else "d MMMM y 'at' HH:mm"
    return str(format_datetime(at, pattern))


def hour(at: datetime | None) -> str:
    """Write the hour of an instant in Paris: « 14 h 05 »."""
    return "–" if at is None else str(format_datetime(at, "H 'h' mm" if _is_french() else "HH:mm"))


def iban(account: str) -> str:
    """Write an account's number as it is read aloud, in fours."""
    return " ".join(account[at : at + 4] for at in range(0, len(account), 4))


def rate(found: Ratio | None, *, of_money: bool = False) -> str:
    """Write a rate with what it was computed from, sums where it is ``of_money``: « 45,0 % (90 / 200) »."""
    if found is None or found.per_mille is None:
        return "–"
    share = f"{found.per_mille / 10:.1f}"
    share = f"{share.replace('.', ',')}{_NARROW}%" if _is_french() else f"{share}%"
    written = euros if of_money else count
    return f"{share} ({written(found.numerator)} / {written(found.denominator)})"


def cell(value: Any, kind: Kind) -> str:
    """Write a cell of a report as its column says."""
    writers: dict[Kind, Callable[[Any], str]] = {
        Kind.INTEGER: count,
        Kind.CENTS: euros,
        Kind.DATE: short_day,
        Kind.INSTANT: instant,
        Kind.RATIO: rate,
    }
    return writers.get(kind, said)(value)


def said(value: Any) -> str:
    """Write what a report calls something, in the reader's language."""
    return spoken(value, "fr" if _is_french() else "en")


def _first(written: str, on: date) -> str:
    return f"1er{written[1:]}" if on.day == 1 and _is_french() else written


def _is_french() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "fr"


FILTERS: dict[str, Any] = {
    "euros": euros,
    "count": count,
    "day": day,
    "short_day": short_day,
    "instant": instant,
    "hour": hour,
    "label": label,
    "iban": iban,
    "rate": rate,
    "cell": cell,
    "said": said,
}
"""What templates call: ``{{ paid_cents | euros }}``."""
