"""Film: what a camera sees of a voucher, for a browser whose camera is a file.

Chromium plays it over and over: ``FAKE_CAMERA`` and ``--use-file-for-fake-video-capture=<file>``.
"""

from pathlib import Path

import zxingcpp
from PIL import Image

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
WIDTH, HEIGHT, FRAMES = 640, 480, 5
_SQUARE, _PAPER, _NO_COLOUR = 360, 225, 128


def film(payload: str, path: Path) -> Path:
    """Write a film (Y4M, 4:2:0) of the square that bears ``payload``, held still before the camera."""
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    square = Image.fromarray(made.to_image(scale=4)).convert("L")
    frame = Image.new("L", (WIDTH, HEIGHT), _PAPER)
    frame.paste(square.resize((_SQUARE, _SQUARE)), ((WIDTH - _SQUARE) // 2, (HEIGHT - _SQUARE) // 2))
    colours = bytes([_NO_COLOUR]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + frame.tobytes() + colours) * FRAMES)
    return path
