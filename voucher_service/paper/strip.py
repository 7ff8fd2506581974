"""Strip: a voucher of 210 × 99 mm, three to a page, with a stub to tear off; the stub bears no code.

What all strips of a file have in common is drawn once and stamped; a voucher adds its square, its code and its number.
"""

from voucher_service.paper import fonts, symbols, wording
from voucher_service.paper.ink import QUIET, Pen
from voucher_service.paper.stationery import Stationery
from voucher_service.paper.symbols import SQUARE_SIDE
from voucher_service.vouchers.printing.codes import PrintedCode

WIDTH, HEIGHT = 210.0, 99.0
STUB = 48.0

_LEFT, _RIGHT = STUB + 9.0, WIDTH - 8.0
_PANEL, _FOOT, _TOP = 138.0, 8.0, HEIGHT - 8.0
_MIDDLE = (_PANEL + _RIGHT) / 2
_QR_FOOT = 57.5
_TALK = _PANEL - _LEFT - 6.0
_SHORT = 17
_FORM = "strip"


def prepare(pen: Pen, stationery: Stationery) -> None:
    """Draw what every voucher of the campaign bears."""
    with pen.form(_FORM):
        _stub(pen, stationery)
        _body(pen, stationery)
        _panel(pen)
        pen.cut(STUB, HEIGHT - 1, STUB, 1)


def draw(pen: Pen, paper: PrintedCode, y: float, *, size: int) -> None:
    """Draw a voucher whose lower edge is at ``y``; ``size`` vouchers make its booklet."""
    letters = 9.0 if len(paper.serial) <= _SHORT else 7.2
    place = f"{paper.position}/{size}"
    with pen.moved(0, y):
        pen.canvas.doForm(_FORM)
        square = symbols.square(paper.qr_payload)
        pen.symbol(square, _MIDDLE - SQUARE_SIDE / 2, _QR_FOOT, SQUARE_SIDE, SQUARE_SIDE)
        pen.write(_MIDDLE, 35.2, paper.code, 16, font=fonts.MONO, centred=True)
        pen.write(_PANEL + 5, 15, paper.serial, letters, font=fonts.BOLD)
        pen.write(_RIGHT - 5, 14.8, place, 13, font=fonts.BOLD, colour=pen.accent, to_the_right=True)
        pen.write(8, 66, paper.serial, letters, font=fonts.BOLD)
        pen.write(8, 52, place, 15, font=fonts.BOLD, colour=pen.accent)


def _stub(pen: Pen, stationery: Stationery) -> None:
    within = STUB - 13
    pen.block(8, _TOP - 0.9, 12, 0.9)
    pen.write(8, 82.4, "Souche à conserver", 9, font=fonts.BOLD, colour=pen.accent)
    pen.write(8, 77.4, "Elle ne permet pas de payer.", 6, colour=QUIET)
    pen.write(8, 70.6, "N° du pass", 7, colour=QUIET)
    pen.write(8, 58.6, "Pass", 7, colour=QUIET)
    pen.write(8, 44.6, "Valable jusqu’au", 7, colour=QUIET)
    pen.write(8, 40, wording.day(stationery.use_until), 8.5, font=fonts.BOLD)
    y = pen.note(8, 33, stationery.campaign, ((7, 2),), within, colour=QUIET)
    if stationery.phone:
        pen.fitted(8, y - 1.2, stationery.phone, (8.5, 7.5, 6.5), within, font=fonts.BOLD)
    pen.write(8, 15.4, "Remis le", 7, colour=QUIET)
    pen.rule(8, 10, STUB - 6, 10)


def _body(pen: Pen, stationery: Stationery) -> None:
    if stationery.logos:
        pen.logos(stationery.logos, _LEFT, 77, _TALK, 14)
    else:
        pen.block(_LEFT, _TOP - 0.9, 12, 0.9)
    pen.write(_LEFT, 69.4, "PASS NUMÉRIQUE", 10, font=fonts.BOLD, colour=pen.accent)
    pen.fitted(_LEFT, 64.6, stationery.campaign, (8.5, 7.5), _TALK, colour=QUIET)
    pen.fitted(_LEFT - 0.8, 44.6, wording.euros(stationery.face_cents), (52, 42, 34), _TALK, font=fonts.BOLD)
    pen.fitted(_LEFT, 36, wording.until(stationery.use_until), (10.5, 9.5, 8.5), _TALK, font=fonts.BOLD)
    pen.note(_LEFT, 29.4, stationery.text, ((8.5, 3), (7.2, 4)), _TALK)
    pen.rule(_LEFT, 15.6, _LEFT + _TALK, 15.6)
    if stationery.phone:
        pen.write(_LEFT, 10, "Une question ? Appelez le", 8, colour=QUIET)
        pen.fitted(_LEFT + 39, 9.8, stationery.phone, (11, 9.5, 8), _TALK - 39, font=fonts.BOLD)


def _panel(pen: Pen) -> None:
    pen.box(_PANEL, _FOOT, _RIGHT - _PANEL, _TOP - _FOOT)
    pen.write(_MIDDLE, 49.6, "Ne pas plier ce carré", 8, font=fonts.BOLD, centred=True)
    pen.write(_MIDDLE, 42.2, "Code à montrer ou à lire à voix haute", 6.5, colour=QUIET, centred=True)
    pen.rule(_PANEL + 5, 29, _RIGHT - 5, 29)
    pen.write(_PANEL + 5, 21.6, "N° du pass", 7, colour=QUIET)
    pen.write(_RIGHT - 5, 21.6, "Pass", 7, colour=QUIET, to_the_right=True)


def cuts(pen: Pen) -> None:
    """Draw where to cut a page of three."""
    for edge in (HEIGHT, 2 * HEIGHT):
        pen.cut(0, edge, WIDTH, edge)
