"""Ink: a sheet of paper being drawn on, in millimetres from its lower left corner."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from voucher_service.paper import fonts
from voucher_service.paper.stationery import Logo
from voucher_service.paper.symbols import Symbol

INK, QUIET, RULE = HexColor("#1d2430"), HexColor("#4b5563"), HexColor("#9aa5b4")
A4_MM = (210.0, 297.0)
_BRAND = "PASS numérique"
_LEADING = 1.34
_DOT = 72 / 150
_LONGEST_LOGO = 4.0


def open_sheet(file: BinaryIO, *, title: str, subject: str) -> Canvas:
    """Open a document of A4 pages in French, the same bytes each time for the same content."""
    fonts.register()
    canvas = Canvas(
        file,
        A4,
        pageCompression=1,
        invariant=1,
        lang="fr-FR",
        initialFontName=fonts.REGULAR,  # type: ignore[arg-type]  # the stub is wrong
    )
    canvas.setTitle(title)
    canvas.setSubject(subject)
    canvas.setAuthor(_BRAND)
    canvas.setCreator(_BRAND)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


class Pen:
    """What draws on a canvas: sizes of letters in points, everything else in millimetres."""

    def __init__(self, canvas: Canvas, accent: str) -> None:
        """Draw on ``canvas``; ``accent`` is the campaign's colour, ``#rrggbb``."""
        self.canvas, self.accent = canvas, HexColor(accent)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        font: str = fonts.REGULAR,
        colour: Color = INK,
        centred: bool = False,
        to_the_right: bool = False,
    ) -> None:
        """Write a line of text whose foot stands at ``y``."""
        shift = width(text, size, font) * (0.5 if centred else 1.0 if to_the_right else 0.0)
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString((x - shift) * mm, y * mm, text)

    def paragraph(
        self, x: float, y: float, lines: Sequence[str], size: float, *, colour: Color = INK
    ) -> float:
        """Write lines one under the other; return where the next would stand."""
        for line in lines:
            self.write(x, y, line, size, colour=colour)
            y -= size * _LEADING / mm
        return y

    def note(
        self,
        x: float,
        y: float,
        text: str,
        sizes: Sequence[tuple[float, int]],
        within: float,
        *,
        colour: Color = INK,
    ) -> float:
        """Write a text in the first of these sizes that needs no more than its number of lines; cut what is too long.

        Return where the next line would stand.
        """
        laid = [(size, most, laid_out(text, size, within)) for size, most in sizes]
        size, most, lines = next((each for each in laid if len(each[2]) <= each[1]), laid[-1])
        if len(lines) > most:
            lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), size, within)]
        return self.paragraph(x, y, lines, size, colour=colour)

    def fitted(
        self, x: float, y: float, text: str, sizes: Sequence[float], within: float, **look: object
    ) -> None:
        """Write a line in the largest of these sizes that fits; what is still too long ends in an ellipsis."""
        font = str(look.get("font", fonts.REGULAR))
        size = next((size for size in sizes if width(text, size, font) <= within), sizes[-1])
        self.write(x, y, shortened(text, size, within, font), size, **look)  # type: ignore[arg-type]

    def rule(
        self, x: float, y: float, x_end: float, y_end: float, *, colour: Color = RULE, weight: float = 0.5
    ) -> None:
        """Draw a thin line."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(weight)
        self.canvas.line(x * mm, y * mm, x_end * mm, y_end * mm)

    def cut(self, x: float, y: float, x_end: float, y_end: float) -> None:
        """Draw a dashed line with scissors at its beginning: cut here."""
        length = max(abs(x_end - x), abs(y_end - y))
        with self.moved(x, y):
            self.canvas.rotate(-90 if x == x_end else 0)
            self.canvas.setDash(2.6, 2.6)
            self.rule(0, 0, 4.5, 0, colour=QUIET, weight=0.6)
            self.rule(10, 0, length, 0, colour=QUIET, weight=0.6)
            self.write(5.2, -1.55, "✂", 12, colour=QUIET)

    def box(
        self, x: float, y: float, wide: float, high: float, *, radius: float = 2.0, weight: float = 0.8
    ) -> None:
        """Draw a frame with round corners in the campaign's colour."""
        self.canvas.setStrokeColor(self.accent)
        self.canvas.setLineWidth(weight)
        self.canvas.roundRect(x * mm, y * mm, wide * mm, high * mm, radius * mm)

    def block(self, x: float, y: float, wide: float, high: float, *, colour: Color | None = None) -> None:
        """Fill a rectangle, with the campaign's colour where none is named."""
        self.canvas.setFillColor(colour or self.accent)
        self.canvas.rect(x * mm, y * mm, wide * mm, high * mm, stroke=0, fill=1)

    def symbol(self, symbol: Symbol, x: float, y: float, wide: float, high: float) -> None:
        """Fill a symbol in black, stretched to this size, without a quiet zone, its corner on a printer's dot."""
        across, upwards = wide * mm / symbol.columns, high * mm / symbol.rows
        right, up = self.canvas.absolutePosition(x * mm, y * mm)
        left, foot = x * mm + _to_dot(right), y * mm - _to_dot(A4[1] - up)
        self.canvas.addLiteral(
            f"q 0 0 0 rg {across:.5f} 0 0 {upwards:.5f} {left:.4f} {foot:.4f} cm {symbol.path} Q"
        )

    def logos(
        self, logos: Sequence[Logo], x: float, y: float, within: float, high: float, *, gap: float = 6.0
    ) -> None:
        """Stand logos side by side, all of one height, as high as they can be in this room."""
        shapes = [min(logo.width / logo.height, _LONGEST_LOGO) for logo in logos]
        room = within - gap * (len(logos) - 1)
        tallest = min(high, room / sum(shapes)) if shapes else 0.0
        for logo, shape in zip(logos, shapes, strict=True):
            across, upwards = shape * tallest, shape * tallest * logo.height / logo.width
            at = (x * mm, (y + (high - upwards) / 2) * mm, across * mm, upwards * mm)
            self.canvas.drawImage(ImageReader(BytesIO(logo.content)), *at)
            x += across + gap

    @contextmanager
    def moved(self, x: float, y: float) -> Iterator[None]:
        """Draw from another origin, for the length of a ``with`` block."""
        self.canvas.saveState()
        self.canvas.translate(x * mm, y * mm)
        yield
        self.canvas.restoreState()

    @contextmanager
    def form(self, name: str) -> Iterator[None]:
        """Draw, once, what is then stamped on many pages."""
        self.canvas.beginForm(name, 0, 0, *A4)
        yield
        self.canvas.endForm()


def width(text: str, size: float, font: str = fonts.REGULAR) -> float:
    """Return the width of a text in millimetres."""
    return float(stringWidth(text, font, size)) / mm


def laid_out(text: str, size: float, within: float, font: str = fonts.REGULAR) -> list[str]:
    """Cut a text into lines between words; its own line ends stay."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width(longer, size, font) > within:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return [shortened(line, size, within, font) for line in lines]


def shortened(text: str, size: float, within: float, font: str = fonts.REGULAR) -> str:
    """Return a text, or as much of its beginning as fits followed by an ellipsis."""
    if width(text, size, font) <= within:
        return text
    kept = text
    while kept and width(kept + "…", size, font) > within:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _to_dot(at: float) -> float:
    return round(at / _DOT) * _DOT - at
