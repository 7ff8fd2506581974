"""Cover: the front of a booklet, whose bars are scanned at its handover, and its back: how to use it."""

from voucher_service.paper import fonts, symbols, wording
from voucher_service.paper.ink import INK, QUIET, Pen, width
from voucher_service.paper.stationery import Stationery
from voucher_service.paper.strip import HEIGHT, STUB, WIDTH

BARS_WIDE, BARS_HIGH = 75.0, 19.0

_LEFT, _RIGHT, _TOP = STUB + 9.0, WIDTH - 8.0, HEIGHT - 8.0
_SCAN = _RIGHT - BARS_WIDE - 10.0
_MIDDLE = (_SCAN + _RIGHT) / 2
_TALK = _SCAN - _LEFT - 5.0
_FRONT, _BACK = "front", "back"
_STEPS = (
    (
        "Choisissez un lieu agréé près de chez vous.",
        "Appelez-le, ou demandez la liste à qui vous a remis ce carnet.",
    ),
    ("Apportez vos pass.", "Le lieu lit le carré, ou le code écrit dessous. Il garde le pass."),
    (
        "Gardez vos pass comme de l’argent.",
        "Ne les pliez pas sur le carré. Ne donnez leur code à personne d’autre.",
    ),
    ("Perdus ou volés ?", "Prévenez vite la personne qui vous les a remis : elle peut les remplacer."),
)


def prepare(pen: Pen, stationery: Stationery, *, size: int) -> None:
    """Draw what the covers of all booklets of ``size`` vouchers bear."""
    with pen.form(_FRONT):
        _staples(pen)
        _front(pen, stationery, size)
    with pen.form(_BACK):
        _staples(pen)
        _back(pen, stationery)


def draw(pen: Pen, booklet: str, y: float) -> None:
    """Draw the front cover of a booklet, its lower edge at ``y``."""
    with pen.moved(0, y):
        pen.canvas.doForm(_FRONT)
        pen.symbol(symbols.bars(booklet), _MIDDLE - BARS_WIDE / 2, 45, BARS_WIDE, BARS_HIGH)
        pen.write(_MIDDLE, 36.4, booklet, 15, font=fonts.MONO, centred=True)


def draw_back(pen: Pen, y: float) -> None:
    """Draw a back cover, its lower edge at ``y``."""
    with pen.moved(0, y):
        pen.canvas.doForm(_BACK)


def _staples(pen: Pen) -> None:
    pen.block(8, _TOP - 0.9, 12, 0.9)
    with pen.moved(19, HEIGHT / 2):
        pen.canvas.rotate(90)
        pen.write(0, 0, "Agrafez le carnet dans cette marge", 7, colour=QUIET, centred=True)
    for y in (HEIGHT * 0.16, HEIGHT * 0.84):
        pen.rule(26, y - 6, 26, y + 6, weight=1.4)


def _front(pen: Pen, stationery: Stationery, size: int) -> None:
    face = stationery.face_cents
    if stationery.logos:
        pen.logos(stationery.logos, _LEFT, 76, _TALK, 14, gap=5)
    pen.write(_LEFT, 67, "Carnet de", 10, colour=QUIET)
    pen.fitted(
        _LEFT, 60, f"{size} pass numériques", (17, 15, 13, 11), _TALK, font=fonts.BOLD, colour=pen.accent
    )
    pen.fitted(_LEFT - 0.6, 43.6, wording.euros(size * face), (40, 32, 24), _TALK, font=fonts.BOLD)
    pen.fitted(_LEFT, 37, f"soit {size} pass de {wording.euros(face)}", (9, 8), _TALK, colour=QUIET)
    words = wording.until(stationery.use_until)
    pen.rule(_LEFT, 31.6, _LEFT + _TALK, 31.6)
    pen.fitted(_LEFT, 25, words[0].upper() + words[1:], (9, 8, 7), _TALK, font=fonts.BOLD)
    pen.note(_LEFT, 19, stationery.campaign, ((8, 2), (7, 3)), _TALK, colour=QUIET)
    pen.box(_SCAN, 8, _RIGHT - _SCAN, _TOP - 8)
    pen.write(_MIDDLE, 79.6, "Numéro du carnet", 9, font=fonts.BOLD, centred=True)
    pen.write(_MIDDLE, 74.6, "À scanner ou à saisir lors de la remise", 7, colour=QUIET, centred=True)
    pen.rule(_SCAN + 6, 28.4, _RIGHT - 6, 28.4)
    pen.write(_SCAN + 6, 20.6, "Remis le", 7.5, colour=QUIET)
    pen.write(_MIDDLE + 4, 20.6, "Par", 7.5, colour=QUIET)
    pen.rule(_SCAN + 6, 13.6, _MIDDLE, 13.6)
    pen.rule(_MIDDLE + 4, 13.6, _RIGHT - 6, 13.6)


def _back(pen: Pen, stationery: Stationery) -> None:
    pen.write(_LEFT, 83, "Comment utiliser vos pass", 15, font=fonts.BOLD, colour=pen.accent)
    y = 71.0
    for number, (first, then) in enumerate(_STEPS, start=1):
        pen.write(_LEFT, y - 1.6, str(number), 17, font=fonts.BOLD, colour=pen.accent)
        pen.write(_LEFT + 10, y + 1, first, 9.5, font=fonts.BOLD, colour=INK)
        pen.write(_LEFT + 10, y - 4, then, 8.5)
        y -= 13.6
    pen.rule(_LEFT, 17, _RIGHT, 17)
    words = wording.until(stationery.use_until)
    pen.write(_RIGHT, 10, words, 9, font=fonts.BOLD, to_the_right=True)
    if stationery.phone:
        pen.write(_LEFT, 10, "Appelez le", 9, colour=QUIET)
        room = _RIGHT - _LEFT - 18 - width(words, 9, fonts.BOLD) - 6
        pen.fitted(_LEFT + 18, 9.8, stationery.phone, (12, 10.5, 9), room, font=fonts.BOLD)
