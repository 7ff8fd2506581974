"""Booklets: one file of vouchers for the printer, in the format asked for, with a bookmark for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

from voucher_service.paper import cover, label, strip
from voucher_service.paper.ink import Pen, open_sheet
from voucher_service.paper.stationery import Stationery
from voucher_service.vouchers.printing.codes import PrintedCode
from voucher_service.vouchers.printing.formats import Format

_STRIPS, _LABELS = 3, label.COLUMNS * label.ROWS


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds."""

    pages: int
    vouchers: int


def write(
    file: BinaryIO, *, stationery: Stationery, size: int, papers: Iterable[PrintedCode], form: Format
) -> Written:
    """Write the papers, booklet after booklet; ``size`` vouchers make one. The same papers give the same bytes."""
    title = f"Pass numériques {stationery.series}"
    canvas = open_sheet(file, title=title, subject=f"{stationery.campaign} ({form})")
    press = _PRESSES[form](Pen(canvas, stationery.colour), stationery, size)
    for number, booklet in groupby(papers, key=lambda paper: paper.booklet):
        press.booklet(number, booklet)
    press.turn()
    canvas.save()
    return Written(press.pages, press.vouchers)


class _Press:
    """Fills page after page, place after place; a new page begins when the last place is taken."""

    places = _STRIPS

    def __init__(self, pen: Pen, stationery: Stationery, size: int) -> None:
        self.pen, self.size = pen, size
        self.pages = self.vouchers = self.taken = 0
        self.prepare(stationery)

    def prepare(self, stationery: Stationery) -> None:
        strip.prepare(self.pen, stationery)

    def booklet(self, number: str, papers: Iterator[PrintedCode]) -> None:
        for count, paper in enumerate(papers):
            place = self.place()
            if not count:
                self.bookmark(number)
            self.draw(paper, place)

    def place(self) -> int:
        if self.taken == self.places:
            self.turn()
        self.taken += 1
        return self.taken - 1

    def bookmark(self, number: str) -> None:
        self.pen.canvas.bookmarkPage(number)
        self.pen.canvas.addOutlineEntry(number, number)

    def draw(self, paper: PrintedCode, place: int) -> None:
        strip.draw(self.pen, paper, _foot(place), size=self.size)
        self.vouchers += 1

    def cuts(self) -> None:
        strip.cuts(self.pen)

    def turn(self) -> None:
        if self.taken:
            self.cuts()
            self.pen.canvas.showPage()
            self.pages, self.taken = self.pages + 1, 0


class _Labels(_Press):
    places = _LABELS

    def prepare(self, stationery: Stationery) -> None:
        label.prepare(self.pen, stationery)

    def draw(self, paper: PrintedCode, place: int) -> None:
        label.draw(self.pen, paper, place, size=self.size)
        self.vouchers += 1

    def cuts(self) -> None:
        label.cuts(self.pen)


class _Covered(_Press):
    """Each booklet begins on a page of its own with its cover, and ends with its back where there is room."""

    def prepare(self, stationery: Stationery) -> None:
        strip.prepare(self.pen, stationery)
        cover.prepare(self.pen, stationery, size=self.size)

    def booklet(self, number: str, papers: Iterator[PrintedCode]) -> None:
        self.turn()
        self.bookmark(number)
        cover.draw(self.pen, number, _foot(self.place()))
        for paper in papers:
            self.draw(paper, self.place())
        if self.taken < self.places:
            cover.draw_back(self.pen, _foot(self.place()))


_PRESSES = {Format.A4_3: _Press, Format.A4_10: _Labels, Format.BOOKLET: _Covered}


def _foot(place: int) -> float:
    return (_STRIPS - 1 - place) * strip.HEIGHT
