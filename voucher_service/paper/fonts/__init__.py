"""Fonts: the typeface embedded in every printed paper, so that it reads alike on every screen and printer.

The files are DejaVu Sans and DejaVu Sans Mono 2.37, stored whole with their licence.
"""

from functools import cache
from pathlib import Path

from reportlab import rl_config
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
MONO = "DejaVuSansMono-Bold"


@cache
def register() -> None:
    """Make the typeface known to the PDF writer; needed once before anything is measured or drawn."""
    # PDF takes bytes as they are: no need to write them in letters. Here, so that every document is alike.
    rl_config.useA85 = 0
    folder = Path(__file__).parent
    for name in (REGULAR, BOLD, MONO):
        registerFont(TTFont(name, folder / f"{name}.ttf"))
