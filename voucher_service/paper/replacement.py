"""Replacement: a voucher that takes the place of another, on plain A4, with what to say to the person who gets it."""

from collections.abc import Iterable
from typing import BinaryIO

from voucher_service.paper import fonts, strip
from voucher_service.paper.ink import A4_MM, QUIET, Pen, open_sheet
from voucher_service.paper.stationery import Stationery
from voucher_service.vouchers.printing.codes import PrintedCode

_LEFT, _FOOT = 22.0, 132.0
_WITHIN = A4_MM[0] - 2 * _LEFT
_SAID = (
    ("Ce pass remplace l’ancien.", "L’ancien papier ne vaut plus rien : si vous le retrouvez, jetez-le."),
    ("Rien d’autre ne change.", "La valeur et la date limite restent les mêmes."),
    ("Gardez-le comme de l’argent.", "Découpez-le en suivant les pointillés. Ne pliez pas le carré."),
    (
        "Il n’est imprimé qu’une fois.",
        "S’il est perdu à son tour, dites-le vite : il faudra le remplacer encore.",
    ),
)


def write(file: BinaryIO, *, stationery: Stationery, size: int, papers: Iterable[PrintedCode]) -> None:
    """Write each paper on a page of its own; ``size`` vouchers make its booklet."""
    title = f"Pass de remplacement {stationery.series}"
    canvas = open_sheet(file, title=title, subject=stationery.campaign)
    pen = Pen(canvas, stationery.colour)
    strip.prepare(pen, stationery)
    with pen.form("page"):
        _page(pen, stationery)
    for paper in papers:
        canvas.bookmarkPage(paper.serial)
        canvas.addOutlineEntry(paper.serial, paper.serial)
        canvas.doForm("page")
        strip.draw(pen, paper, _FOOT, size=size)
        canvas.showPage()
    canvas.save()


def _page(pen: Pen, stationery: Stationery) -> None:
    pen.block(_LEFT, 279, 14, 1.1)
    pen.write(_LEFT, 266, "Votre pass de remplacement", 20, font=fonts.BOLD, colour=pen.accent)
    pen.fitted(_LEFT, 258.6, stationery.campaign, (11, 9.5), _WITHIN, colour=QUIET)
    for edge in (_FOOT, _FOOT + strip.HEIGHT):
        pen.cut(0, edge, A4_MM[0], edge)
    y = 116.0
    for said, then in _SAID:
        pen.write(_LEFT, y, said, 12, font=fonts.BOLD)
        pen.write(_LEFT, y - 6.4, then, 11)
        y -= 19
    if stationery.phone:
        pen.rule(_LEFT, y, A4_MM[0] - _LEFT, y)
        pen.write(_LEFT, y - 10, "Une question ? Appelez le", 11, colour=QUIET)
        pen.fitted(_LEFT + 54, y - 10.2, stationery.phone, (14, 12), _WITHIN - 54, font=fonts.BOLD)
