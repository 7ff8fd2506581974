"""Label: a voucher of 99 × 57 mm, ten to a page, on sheets of labels or cut apart."""

from voucher_service.paper import fonts, symbols, wording
from voucher_service.paper.ink import A4_MM, QUIET, Pen
from voucher_service.paper.stationery import Stationery
from voucher_service.paper.symbols import SQUARE_SIDE
from voucher_service.vouchers.printing.codes import PrintedCode

WIDTH, HEIGHT = 99.0, 57.0
COLUMNS, ROWS = 2, 5

_MARGIN = ((A4_MM[0] - COLUMNS * WIDTH) / 2, (A4_MM[1] - ROWS * HEIGHT) / 2)
_LEFT, _RIGHT = 5.0, WIDTH - 4.0
_QR_LEFT, _QR_FOOT = _RIGHT - 4.0 - SQUARE_SIDE, 24.2
_TALK = _QR_LEFT - 4.1 - _LEFT
_SHORT = 21
_FORM = "label"


def prepare(pen: Pen, stationery: Stationery) -> None:
    """Draw what every voucher of the campaign bears."""
    with pen.form(_FORM):
        # The campaign's sentence stands above the rule, where it has one: the logos, the price and the date make room.
        talks = bool(stationery.text)
        logo, top = ((47.4, 5.6), 44.6) if talks else ((44.5, 8.5), 40.4)
        if stationery.logos:
            pen.logos(stationery.logos, _LEFT, logo[0], _TALK, logo[1], gap=3)
        else:
            top = 50.0
        pen.fitted(_LEFT, top - 0.4, "PASS NUMÉRIQUE", (7.5,), _TALK, font=fonts.BOLD, colour=pen.accent)
        pen.fitted(_LEFT, top - 3.8, stationery.campaign, (6.5, 6), _TALK, colour=QUIET)
        price, until, sizes = (32.8, 28.5, (24, 20)) if talks else (25.6, 20.6, (30, 24, 20))
        face = wording.euros(stationery.face_cents)
        pen.fitted(_LEFT - 0.4, price, face, sizes, _TALK, font=fonts.BOLD)
        good = wording.until(stationery.use_until)
        pen.fitted(_LEFT, until, good, (8, 7.5, 7, 6.5), _TALK - 1, font=fonts.BOLD)
        pen.note(_LEFT, 25, stationery.text, ((7, 3), (6, 4)), _TALK)
        pen.write(_QR_LEFT + SQUARE_SIDE / 2, 18, "Ne pas plier ce carré", 6.5, font=fonts.BOLD, centred=True)
        pen.rule(_LEFT, 15.6, _RIGHT, 15.6)
        if stationery.phone:
            pen.write(61, 10.6, "Une question ? Appelez le", 6.2, colour=QUIET)
            pen.fitted(61, 5.4, stationery.phone, (9, 8, 7, 6), _RIGHT - 61, font=fonts.BOLD)


def draw(pen: Pen, paper: PrintedCode, place: int, *, size: int) -> None:
    """Draw a voucher at a place of the page, 0 to 9 as one reads; ``size`` vouchers make its booklet."""
    row, column = divmod(place, COLUMNS)
    with pen.moved(_MARGIN[0] + column * WIDTH, _MARGIN[1] + (ROWS - 1 - row) * HEIGHT):
        pen.canvas.doForm(_FORM)
        pen.symbol(symbols.square(paper.qr_payload), _QR_LEFT, _QR_FOOT, SQUARE_SIDE, SQUARE_SIDE)
        pen.write(_LEFT, 9.4, paper.code, 14, font=fonts.MONO)
        letters = 6.8 if len(paper.serial) <= _SHORT else 6.0
        pen.write(_LEFT, 5, f"N° {paper.serial}", letters, colour=QUIET)
        pen.write(
            _LEFT + 44.5,
            5,
            f"{paper.position}/{size}",
            8,
            font=fonts.BOLD,
            colour=pen.accent,
            to_the_right=True,
        )


def cuts(pen: Pen) -> None:
    """Draw where to cut a page of ten."""
    across, upwards = _MARGIN
    for row in range(ROWS + 1):
        pen.cut(0, upwards + row * HEIGHT, A4_MM[0], upwards + row * HEIGHT)
    for column in range(COLUMNS + 1):
        pen.cut(across + column * WIDTH, A4_MM[1], across + column * WIDTH, 0)
