"""Money: integer cents, and how people read them."""

from typing import NewType

Cents = NewType("Cents", int)
"""An amount in euro cents; never a float."""


def in_euros(cents: int) -> str:
    """Write an amount as French readers expect it: ``1234500`` is ``12 345,00 €`` (narrow no-break spaces)."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{'-' if cents < 0 else ''}{grouped},{rest:02d}\u202f€"


def as_decimal(cents: int) -> str:
    """Write an amount for a payment file: ``1000`` is ``10.00``."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"
