"""Symbols: what scanners read, a voucher's square (QR) and a cover's bars (Code 128), as shapes to fill.

A symbol is one path of rectangles as tall as they can be, so that no printer leaves a hair of white between two
modules.
"""

import re
from dataclasses import dataclass
from typing import Any

import zxingcpp

QR_QUIET_MODULES = 4
BARS_QUIET_MODULES = 10
SQUARE_SIDE = 25.4
"""One inch: of its 25 modules each is a whole number of dots of a printer of 150, 300 or 600 dots per inch."""

_DARK = re.compile(rb"\x00+")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol without its quiet zone: its size in modules, and the PDF operators that fill it (y upwards)."""

    columns: int
    rows: int
    path: str


def square(payload: str) -> Symbol:
    """Make a QR code of level Q: a quarter of it may be lost, and it is still read."""
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    rows, columns, pixels = _drawn(made)
    return Symbol(columns, rows, _path(_merged(rows, columns, pixels)))


def bars(payload: str) -> Symbol:
    """Make a Code 128, one module high: whoever draws it stretches it."""
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128)
    _, columns, pixels = _drawn(made)
    return Symbol(columns, 1, _path([(start, 0, end - start, 1) for start, end in _runs(pixels[:columns])]))


def _drawn(made: zxingcpp.Barcode) -> tuple[int, int, bytes]:
    image: Any = made.to_image(scale=1, add_quiet_zones=False)
    rows, columns = image.shape
    return rows, columns, bytes(image)


def _merged(rows: int, columns: int, pixels: bytes) -> list[tuple[int, int, int, int]]:
    # A run that stands right above an equal one is the same rectangle.
    rectangles, standing = list[tuple[int, int, int, int]](), dict[tuple[int, int], int]()
    for row in range(rows + 1):
        runs = _runs(pixels[row * columns : (row + 1) * columns])
        going = {run: standing.get(run, row) for run in runs}
        for (start, end), began in standing.items():
            if (start, end) not in going:
                rectangles.append((start, rows - row, end - start, row - began))
        standing = going
    return rectangles


def _runs(line: bytes) -> list[tuple[int, int]]:
    return [run.span() for run in _DARK.finditer(line)]


def _path(rectangles: list[tuple[int, int, int, int]]) -> str:
    return " ".join(map("%d %d %d %d re".__mod__, rectangles)) + " f"
