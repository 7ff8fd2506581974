"""QR: a square that a telephone reads, drawn as the outline of its dark modules."""

import re
from dataclasses import dataclass

import zxingcpp

_SIZE = re.compile(r'<svg width="(\d+)"')
_PATH = re.compile(r'<path d="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Square:
    """The outline of the dark modules, and the width of the square with its quiet zone, in modules."""

    width: int
    path: str


def square(content: str) -> Square:
    """Draw a QR code that holds this text."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = str(zxingcpp.write_barcode_to_svg(barcode))
    width, path = _SIZE.search(drawn), _PATH.search(drawn)
    if width is None or path is None:
        raise ValueError("the drawing of a QR code was not understood")
    return Square(int(width[1]), path[1])
