"""Samples: a campaign's stationery and codes that no database made, to draw papers with."""

import io
from collections.abc import Iterator
from datetime import date

from PIL import Image, ImageDraw

from voucher_service.paper import booklets
from voucher_service.paper.booklets import Written
from voucher_service.paper.stationery import Logo, Stationery
from voucher_service.vouchers import code, register
from voucher_service.vouchers.printing.codes import PrintedCode
from voucher_service.vouchers.printing.formats import Format

SERIES = "FICTIF-2026"
EVERY_LETTER = "« Œuvre », cœur, œil, déjà, où, Noël, français, 5 € : l’été à Sète"


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 120)) -> bytes:
    """Draw a logo."""
    drawn = Image.new("RGB", size, "white")
    ImageDraw.Draw(drawn).ellipse((4, 4, size[1] - 4, size[1] - 4), fill="#7a1740")
    file = io.BytesIO()
    drawn.save(file, kind)
    return file.getvalue()


def stationery(**chosen: object) -> Stationery:
    """Give what the papers of a campaign have in common."""
    given: dict[str, object] = {
        "series": SERIES,
        "campaign": "Campagne de démonstration, fictive",
        "face_cents": 1_000,
        "use_until": date(2027, 12, 31),
        "text": EVERY_LETTER,
        "phone": "04 67 00 00 00",
        "logos": (Logo(picture(), 300, 120),),
    }
    return Stationery(**(given | chosen))  # type: ignore[arg-type]


def papers(count: int, size: int = 10) -> Iterator[PrintedCode]:
    """Give the papers of so many booklets."""
    for ordinal in range(1, count + 1):
        booklet = register.booklet_number(SERIES, ordinal)
        for position in range(1, size + 1):
            serial = register.serial_of(booklet, position)
            letters = code.derive(b"not a key, but of its size: 32 b", serial, 1)
            yield PrintedCode(serial, 1, booklet, position, code.grouped(letters))


def printed(count: int, form: Format, size: int = 10, **chosen: object) -> tuple[bytes, Written]:
    """Print so many booklets."""
    file = io.BytesIO()
    written = booklets.write(
        file, stationery=stationery(**chosen), size=size, papers=papers(count, size), form=form
    )
    return file.getvalue(), written
