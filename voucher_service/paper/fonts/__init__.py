"""Fonts: the typeface embedded in every printed paper, so that it reads alike on every screen and printer.

The files are DejaVu Sans 2.37, stored whole with their licence.
"""

from functools import cache
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"


@cache
def register() -> None:
    """Make the typeface known to the PDF writer; needed once before anything is measured or drawn."""
    folder = Path(__file__).parent
    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, folder / f"{name}.ttf"))
