"""Printing pictures: what may be printed beside a voucher's value, told from the bytes and never from a name."""

import io
import re
from dataclasses import dataclass

from PIL import Image

from voucher_service.kernel.refusal import Kind, Refusal

LARGEST_BYTES = 1024 * 1024
LONGEST_SIDE = 4_000

_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_LEAST_CONTRAST = 4.5
_KNEE = 0.04045


@dataclass(eq=False)
class LogoIsNotReadable(Refusal):
    """Send a logo as a PNG or JPEG picture of at most 1 MiB and at most 4 000 points a side.

    FR: Envoyez un logo sous forme d'image PNG ou JPEG, d'au plus 1 Mio et d'au plus 4 000 points de côté.
    """

    kind = Kind.INVALID
    size_bytes: int


def kind_of(content: bytes) -> str:
    """Return the media type of a logo that can be printed; raises ``LogoIsNotReadable``."""
    if len(content) > LARGEST_BYTES:
        raise LogoIsNotReadable(len(content))
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_KINDS)) as picture:
            kind = _KINDS[str(picture.format)]
            if max(picture.size) > LONGEST_SIDE:
                raise LogoIsNotReadable(len(content))
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise LogoIsNotReadable(len(content)) from error
    return kind


def is_legible(colour: str) -> bool:
    """Say whether a colour ``#rrggbb`` is dark enough for text on white paper (WCAG 2.2, 1.4.3: 4.5 to 1)."""
    if not _COLOUR.fullmatch(colour):
        return False
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= _LEAST_CONTRAST


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= _KNEE else ((part + 0.055) / 1.055) ** 2.4)
