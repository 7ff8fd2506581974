"""Scanners: papers rasterised as a cheap scanner would see them, and read by two programs that are not ours."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

DOTS_PER_INCH = 150
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


def need(*programs: str) -> None:
    """Skip the test where a program that it looks through is not installed."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def rasterised(content: bytes, folder: Path) -> list[Path]:
    """Turn each page into a grey picture, 150 dots to the inch."""
    (folder / "pages.pdf").write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", "pages.pdf", "page"], cwd=folder, check=True
    )
    return sorted(folder.glob("page*.pgm"))


def seen_by_zbar(pages: Sequence[Path], expected: frozenset[str]) -> set[str]:
    """Return what zbar reads; each page is shown a second time, alone, where something was missed.

    It guesses where squares are by drawing lots: of ten on a page it may overlook one, as a hand does.
    """
    seen = _zbar(pages)
    for page in pages:
        if expected <= seen:
            break
        seen |= _zbar([page])
    return seen


def seen_by_zxing(pages: Sequence[Path]) -> set[str]:
    """Return what zxing reads."""
    seen: set[str] = set()
    for page in pages:
        with Image.open(page) as picture:
            seen |= {found.text for found in zxingcpp.read_barcodes(picture, formats=_FORMATS)}
    return seen


def _zbar(pages: Sequence[Path]) -> set[str]:
    symbols = ("-Sdisable", "-Sqrcode.enable", "-Scode128.enable")
    command = ["zbarimg", "--quiet", "--raw", *symbols, *map(str, pages)]
    return set(subprocess.run(command, capture_output=True, text=True, check=False).stdout.split())
