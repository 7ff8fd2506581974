"""Formats: how vouchers lie on the paper that is printed."""

from enum import StrEnum


class Format(StrEnum):
    """How vouchers lie on A4 sheets."""

    A4_3 = "A4-3"
    """Three vouchers of 210 × 99 mm to a page, each with a stub to tear off."""
    A4_10 = "A4-10"
    """Ten labels of 99 × 57 mm to a page."""
    BOOKLET = "booklet"
    """A cover and its vouchers, 210 × 99 mm each, to be cut and stapled."""
