"""Film: what a camera sees of a voucher or of a cover, for a browser whose camera is a file.

Chromium plays it over and over: ``FAKE_CAMERA`` and ``--use-file-for-fake-video-capture=<file>``.
"""

from pathlib import Path

import zxingcpp
from PIL import Image

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
WIDTH, HEIGHT, FRAMES = 640, 480, 5
_SQUARE, _PAPER, _NO_COLOUR = 360, 225, 128
_BAR, _BARS_HIGH = 2, 120


def film(payload: str, path: Path) -> Path:
    """Write a film (Y4M, 4:2:0) of the square that bears ``payload``, held still before the camera."""
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    square = Image.fromarray(made.to_image(scale=4)).convert("L")
    return _written(square.resize((_SQUARE, _SQUARE)), path)


def film_of_bars(payload: str, path: Path) -> Path:
    """Write a film of the bars that a cover bears, held still before the camera."""
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(made.to_image(scale=_BAR)).convert("L")
    return _written(bars.resize((bars.width, _BARS_HIGH)), path)


def _written(symbol: Image.Image, path: Path) -> Path:
    frame = Image.new("L", (WIDTH, HEIGHT), _PAPER)
    frame.paste(symbol, ((WIDTH - symbol.width) // 2, (HEIGHT - symbol.height) // 2))
    colours = bytes([_NO_COLOUR]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + frame.tobytes() + colours) * FRAMES)
    return path
