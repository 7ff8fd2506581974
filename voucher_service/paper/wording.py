"""Wording: dates, amounts and telephone numbers as a paper says them, in French."""

from datetime import date

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_SPACE = "\u00a0"
_CENTS = 100


def day(on: date) -> str:
    """Write a day in words: ``31 décembre 2027``, ``1er janvier 2027``."""
    number = "1er" if on.day == 1 else str(on.day)
    return _SPACE.join((number, _MONTHS[on.month - 1], str(on.year)))


def until(on: date) -> str:
    """Say until when a paper is good: ``valable jusqu'au 31 décembre 2027``."""
    return f"valable jusqu’au {day(on)}"


def euros(cents: int) -> str:
    """Write an amount as a paper shows it: ``10 €``, ``12,50 €``; cents only where there are some."""
    whole, rest = divmod(cents, _CENTS)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{grouped},{rest:02d}{_SPACE}€" if rest else f"{grouped}{_SPACE}€"
