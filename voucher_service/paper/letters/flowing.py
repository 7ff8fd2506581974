"""Flowing: the pieces of a printed letter, each of which knows its height and draws itself."""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from voucher_service.paper import fonts
from voucher_service.paper.letters.letter import Letter, Part, Place

INK, ACCENT, TINT, RULE = HexColor("#1d2430"), HexColor("#17407a"), HexColor("#e9eff7"), HexColor("#9fb2cc")
_LEADING = 1.42
_FIRST = 2
_SHORT = 8
"""Up to so many sentences are read on one page."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the letters are, in points: nothing on the letter is smaller than ``body``."""

    body: float
    heading: float
    title: float
    figure: float

    def style(self, *, bold: bool = False, size: float | None = None, **more: Any) -> ParagraphStyle:
        """Return a style of these letters."""
        points = size or self.body
        face = fonts.BOLD if bold else fonts.REGULAR
        told: dict[str, Any] = {"textColor": INK, "leading": points * _LEADING, "spaceAfter": points * 0.28}
        told |= {"allowWidows": 0, "allowOrphans": 0}
        return ParagraphStyle("", fontName=face, fontSize=points, **(told | more))


NORMAL = Size(body=14, heading=18, title=26, figure=28)
LARGE = Size(body=20, heading=25, title=31, figure=34)


class _Heading(Paragraph):
    """A title that the reader's table of contents names."""

    def __init__(self, part: Part, size: Size) -> None:
        """Keep where it leads."""
        self.part = part
        gap = size.body * 0.5
        style = size.style(bold=True, size=size.heading, textColor=ACCENT, spaceAfter=gap / 2, leftIndent=gap)
        super().__init__(escape(part.title), style)

    def draw(self) -> None:
        """Draw the title with its bar, and mark the place."""
        self.canv.bookmarkHorizontal(self.part.name, 0, self.height)
        self.canv.addOutlineEntry(self.part.title, self.part.name)
        self.canv.setFillColor(ACCENT)
        self.canv.rect(-4, 1, 4, self.height - 4, stroke=0, fill=1)
        super().draw()


class _Numbered(Flowable):
    """A number in a disc, as large as a line."""

    def __init__(self, number: int, size: Size) -> None:
        """Measure the disc."""
        super().__init__()
        self.number, self.size = number, size
        self.width = self.height = size.body * 1.6

    def wrap(self, *_: float) -> tuple[float, float]:
        """Take no more than the disc."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the disc and its number."""
        radius, points = self.width / 2, self.size.body
        self.canv.setFillColor(ACCENT)
        self.canv.circle(radius, radius, radius, stroke=0, fill=1)
        self.canv.setFillColor(white)
        self.canv.setFont(fonts.BOLD, points)
        self.canv.drawCentredString(radius, radius - points * 0.36, str(self.number))


def story(letter: Letter, size: Size, width: float) -> list[Flowable]:
    """Return the whole letter as pieces that flow from page to page."""
    pieces: list[Flowable] = [_figures(letter, size, width), Spacer(0, size.body * 1.2)]
    for part in letter.parts:
        pieces += _part(part, size, width)
    return pieces


def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """Set a text, none of whose characters is a command; a no-break space keeps its words together."""
    return Paragraph(escape(text), style)


def _figures(letter: Letter, size: Size, width: float) -> Table:
    """Say how many, how much and until when in large figures, as one sum."""
    large = size.style(bold=True, size=size.figure, textColor=ACCENT, alignment=1, spaceAfter=0)
    small = size.style(bold=True, size=size.body + 2, alignment=1, spaceBefore=4, spaceAfter=0)
    content = [paragraph(f"{letter.passes} = {letter.total}", large), paragraph(letter.until, small)]
    return _boxed([[content]], [width], fill=True, padding=size.body * 0.6)


def _part(part: Part, size: Size, width: float) -> list[Flowable]:
    style = size.style()
    lines: list[Flowable] = [paragraph(sentence, style) for sentence in part.sentences]
    if part.steps:
        lines = [_step(number, piece, size, width) for number, piece in enumerate(lines, start=1)]
    cards = [_card(number, place, size, width) for number, place in enumerate(part.places, start=1)]
    after = [paragraph(sentence, style) for sentence in part.after]
    if not cards and len(lines) + len(after) <= _SHORT:
        return [KeepTogether([_Heading(part, size), *lines, *after]), Spacer(0, size.body * 0.6)]
    # A title never stands alone at the foot of a page, and what is done in order is seen at once.
    first = len(lines) if part.steps else _FIRST
    head = KeepTogether([_Heading(part, size), *lines[:first], *cards[:1]])
    others = [KeepTogether([card]) for card in cards[1:]]
    return [head, *lines[first:], *others, *after, Spacer(0, size.body * 0.6)]


def _step(number: int, piece: Flowable, size: Size, width: float) -> Table:
    disc = _Numbered(number, size)
    table = Table([[disc, piece]], [disc.width + size.body * 0.7, width - disc.width - size.body * 0.7])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *_padding(0, 1)]))
    return table


def _card(number: int, place: Place, size: Size, width: float) -> Table:
    bold, plain = size.style(bold=True), size.style(spaceAfter=0)
    lines: list[Flowable] = [paragraph(place.name, bold), *(paragraph(line, plain) for line in place.address)]
    lines += [Spacer(0, size.body * 0.3), *(paragraph(line, plain) for line in place.hours)]
    if place.phone:
        lines += [Spacer(0, size.body * 0.3), paragraph(place.phone, bold)]
    disc = _Numbered(number, size)
    left = disc.width + 7
    pad = 9
    card = _boxed([[disc, lines]], [left + pad, width - left - pad], fill=False, padding=pad)
    card.spaceAfter = size.body * 0.6
    return card


def _boxed(cells: list[list[Any]], widths: list[float], *, fill: bool, padding: float) -> Table:
    table = Table(cells, widths, cornerRadii=[8, 8, 8, 8], splitInRow=1)
    look = [("BACKGROUND", (0, 0), (-1, -1), TINT)] if fill else [("BOX", (0, 0), (-1, -1), 1, RULE)]
    table.setStyle(TableStyle([*look, ("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(padding, padding)]))
    return table


def _padding(sides: float, ends: float) -> list[tuple[Any, ...]]:
    whole = ((0, 0), (-1, -1))
    return [
        # Without this a table asks every reader for a typeface that the document does not hold.
        ("FONTNAME", *whole, fonts.REGULAR),
        *((f"{side}PADDING", *whole, sides) for side in ("LEFT", "RIGHT")),
        *((f"{side}PADDING", *whole, ends) for side in ("TOP", "BOTTOM")),
    ]
