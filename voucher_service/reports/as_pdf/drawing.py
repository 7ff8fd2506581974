"""Drawing: the look of a printed table, from its letterhead to the foot of its last page."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from voucher_service.paper import fonts
from voucher_service.reports.as_pdf.sheet import (
    AIR,
    LEADING,
    MARGIN,
    PADDING,
    ROOM_ABOVE,
    ROOM_BELOW,
    Band,
    Grid,
    shortened,
    wrap,
)
from voucher_service.reports.table import Kind, Table

_INK, _QUIET, _ACCENT = HexColor("#1d2430"), HexColor("#55606f"), HexColor("#17407a")
_RULE, _TINT = HexColor("#c9d1dc"), HexColor("#e9eff7")
_TO_THE_RIGHT = frozenset({Kind.INTEGER, Kind.CENTS, Kind.RATIO})
_BRAND = "PASS numérique"
_NOTE, _NOTE_LEADING = 8.0, 11.5
_REMINDER = 26.0


def measure(text: str, *, bold: bool) -> float:
    """Return the width of a text at a size of one point."""
    return float(stringWidth(text, fonts.BOLD if bold else fonts.REGULAR, 1))


def opened(file: BytesIO, grid: Grid, table: Table, language: str) -> Canvas:
    """Open a document whose first table is this one: its title and its author are the document's."""
    canvas = Canvas(
        file,
        grid.page,
        pageCompression=1,
        invariant=1,
        lang="en-GB" if language == "en" else "fr-FR",
        initialFontName=fonts.REGULAR,  # type: ignore[arg-type]  # the stub is wrong
    )
    canvas.setTitle(table.title.said(language))
    canvas.setSubject(table.as_of.said(language))
    canvas.setAuthor(table.issuer or _BRAND)
    canvas.setCreator(_BRAND)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


class Drawing:
    """A table being drawn downwards on a document, page after page; ``y`` is where the pen stands."""

    def __init__(
        self, canvas: Canvas, grid: Grid, kinds: Sequence[Kind], header: Band, table: Table, language: str
    ) -> None:
        """Begin on the document's present page; ``header`` is repeated above the rows of every page."""
        self.canvas = canvas
        self.grid, self.kinds, self.header, self.table, self.language = grid, kinds, header, table, language
        self.title, self.as_of = table.title.said(language), table.as_of.said(language)
        self.right = grid.page[0] - MARGIN
        self.y = grid.page[1] - ROOM_ABOVE

    def bookmark(self, number: int) -> None:
        """Let a reader go straight to this table of the document."""
        self.canvas.bookmarkPage(f"table-{number}")
        self.canvas.addOutlineEntry(self.title, f"table-{number}")

    def letterhead(self) -> None:
        """Draw who issues the document, what it is, the state it describes, and whom it concerns."""
        if self.table.issuer:
            self._text(self.right, self.y, _BRAND, 8.5, _QUIET, to_the_right=True)
        self._lines(self.table.issuer or _BRAND, 9.5, _ACCENT, self.right - MARGIN - 90, bold=True)
        self.y += 12
        self._rule(self.y - 8, _ACCENT, 1.2)
        self.y -= 36
        self._lines(self.title, 17, _INK, self.right - MARGIN, bold=True)
        self._text(MARGIN, self.y + 3, self.as_of, 9, _QUIET)
        self.y -= 20
        self._about()

    def _about(self) -> None:
        width = (self.right - MARGIN) / 2
        pairs = self.table.about
        for start in range(0, len(pairs), 2):
            lowest = self.y
            for side, (label, value) in enumerate(pairs[start : start + 2]):
                x, y = MARGIN + side * width, self.y
                self._text(x, y, label.said(self.language), 7.5, _QUIET)
                for line in wrap(value, width - 12, lambda text: measure(text, bold=False) * 9.5):
                    y -= 12.5
                    self._text(x, y, line, 9.5, _INK)
                lowest = min(lowest, y)
            self.y = lowest - 18
        self.y -= 6 if pairs else 0

    def room_left(self) -> float:
        """Return the height left for rows on the page being drawn."""
        return self.y - ROOM_BELOW - self.header.height

    def room_on_others(self) -> float:
        """Return the height for rows on each page after the first."""
        return self.grid.page[1] - ROOM_ABOVE - _REMINDER - ROOM_BELOW - self.header.height

    def turn(self) -> None:
        """Begin the next page, with a reminder of what the document is."""
        self.canvas.showPage()
        self.y = self.grid.page[1] - ROOM_ABOVE
        half = (self.right - MARGIN) / 2 - 6
        self._text(MARGIN, self.y, self._short(self.title, 8.5, half), 8.5, _ACCENT, bold=True)
        issuer = self._short(self.table.issuer or _BRAND, 8.5, half)
        self._text(self.right, self.y, issuer, 8.5, _QUIET, to_the_right=True)
        self.y -= _REMINDER - 8

    def rows(self, bands: Sequence[Band]) -> None:
        """Draw the headings, then the rows of this page."""
        self.canvas.setFillColor(_TINT)
        bottom = self.y - self.header.height
        self.canvas.rect(MARGIN, bottom, self.right - MARGIN, self.header.height, stroke=0, fill=1)
        self._band(self.header, _ACCENT)
        for band in bands:
            if band.bold:
                self._rule(self.y, _INK, 1)
            self._band(band, _INK)
            if band.closes and not band.bold:
                self._rule(self.y, _RULE, 0.5)

    def _band(self, band: Band, colour: Color) -> None:
        size, x = self.grid.size, MARGIN
        for lines, kind, width in zip(band.cells, self.kinds, self.grid.widths, strict=True):
            right = kind in _TO_THE_RIGHT
            for number, line in enumerate(lines):
                y = self.y - AIR / 2 - size * (LEADING * number + 1.02)
                at = x + width - PADDING if right else x + PADDING
                self._text(at, y, line, size, colour, bold=band.bold, to_the_right=right)
            x += width
        self.y -= band.height

    def laid_out(self, notes: Sequence[str]) -> list[str]:
        """Cut notes into lines as wide as the page."""
        wide = self.right - MARGIN
        return [
            line
            for note in notes
            for line in wrap(note, wide, lambda text: measure(text, bold=False) * _NOTE)
        ]

    def height_of(self, notes: Sequence[str]) -> float:
        """Return the height that these lines of notes take."""
        return 16 + _NOTE_LEADING * len(notes) if notes else 0.0

    def notes(self, lines: Sequence[str]) -> None:
        """Draw the notes under the last row."""
        self.y -= 18
        for line in lines:
            self._text(MARGIN, self.y, line, _NOTE, _QUIET)
            self.y -= _NOTE_LEADING

    def foot(self, number: int, count: int) -> None:
        """Draw the foot: the state described, and the page among how many."""
        self._rule(ROOM_BELOW - 12, _RULE, 0.5)
        page = f"Page {number} / {count}"
        state = self._short(f"{self.as_of} — {self.title}", 7.5, self.right - MARGIN - 80)
        self._text(MARGIN, ROOM_BELOW - 24, state, 7.5, _QUIET)
        self._text(self.right, ROOM_BELOW - 24, page, 7.5, _QUIET, to_the_right=True)

    def _lines(self, text: str, size: float, colour: Color, width: float, *, bold: bool) -> None:
        for line in wrap(text, width, lambda part: measure(part, bold=bold) * size):
            self._text(MARGIN, self.y, line, size, colour, bold=bold)
            self.y -= size * 1.3

    def _short(self, text: str, size: float, width: float) -> str:
        return shortened(text, width, lambda part: measure(part, bold=True) * size)

    def _rule(self, y: float, colour: Color, thickness: float) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(MARGIN, y, self.right, y)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: Color,
        *,
        bold: bool = False,
        to_the_right: bool = False,
    ) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.setFont(fonts.BOLD if bold else fonts.REGULAR, size)
        draw = self.canvas.drawRightString if to_the_right else self.canvas.drawString
        draw(x, y, text)
