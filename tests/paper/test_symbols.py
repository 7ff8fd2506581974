"""Symbols are the shapes that a scanner reads."""

import re

import zxingcpp
from PIL import Image, ImageDraw

from voucher_service.paper import symbols
from voucher_service.paper.symbols import Symbol

PAYLOAD = "PN1:7KQ2MXW9D4HTB"


def drawn(symbol: Symbol, scale: int = 6, high: int = 6) -> Image.Image:
    quiet = symbols.BARS_QUIET_MODULES
    size = ((symbol.columns + 2 * quiet) * scale, (symbol.rows + 2 * quiet) * high)
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    for rectangle in re.findall(r"(\d+) (\d+) (\d+) (\d+) re", symbol.path):
        x, y, wide, tall = map(int, rectangle)
        top = (quiet + symbol.rows - y - tall) * high
        left = (quiet + x) * scale
        pen.rectangle((left, top, left + wide * scale - 1, top + tall * high - 1), fill=0)
    return picture


def test_a_square_says_its_payload_at_level_q_in_25_modules() -> None:
    symbol = symbols.square(PAYLOAD)

    [seen] = zxingcpp.read_barcodes(
        drawn(symbol), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )

    assert (symbol.columns, symbol.rows) == (25, 25)
    assert (seen.text, seen.ec_level) == (PAYLOAD, "Q")


def test_no_two_rectangles_of_a_square_overlap() -> None:
    symbol = symbols.square(PAYLOAD)
    rectangles = [tuple(map(int, one)) for one in re.findall(r"(\d+) (\d+) (\d+) (\d+) re", symbol.path)]

    modules = [
        (x + across, y + up)
        for x, y, wide, tall in rectangles
        for across in range(wide)
        for up in range(tall)
    ]

    assert len(modules) == len(set(modules))


def test_bars_say_the_booklet_s_number() -> None:
    picture = drawn(symbols.bars("PN-2026-000123"), high=60)

    [seen] = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128]),
    )

    assert seen.text == "PN-2026-000123"
