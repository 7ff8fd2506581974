"""Print files: the papers of a print run, written file after file, and of a replacement, as one document."""

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from PIL import Image
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.keys import Keyring
from voucher_service.paper import booklets, replacement
from voucher_service.paper.stationery import Logo, Stationery
from voucher_service.vouchers.printing import codes as print_codes
from voucher_service.vouchers.printing import folder as print_folder
from voucher_service.vouchers.printing import logos as print_logos
from voucher_service.vouchers.printing import style as print_style
from voucher_service.vouchers.printing.codes import PrintedCode
from voucher_service.vouchers.printing.files import Part, PrintFile
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.replacements import TakenOut
from voucher_service.vouchers.printing.runs import PrintRun

_LOGO_POINTS = (900, 450)
_TELL_EVERY = 1_000

Tell = Callable[[int], None]


def write(
    session: Session,
    *,
    run: PrintRun,
    part: Part,
    folder: Path,
    keyring: Keyring,
    at: datetime,
    tell: Tell = lambda _vouchers: None,
) -> PrintFile:
    """Write one file of a print run; ``tell`` hears how many vouchers of it are drawn, now and then.

    The same papers give the same bytes. Raises ``KeyIsNotThisBatchs``.
    """
    campaign = session.get_one(Campaign, run.campaign_id)
    codes = print_codes.derive(
        session, run=run, keyring=keyring, first=part.first_booklet, last=part.last_booklet
    )
    ends = _Ends()
    with print_folder.writing(folder, part.name) as file:
        written = booklets.write(
            file,
            stationery=stationery(session, campaign=campaign),
            size=campaign.booklet_size,
            papers=ends.of(codes, tell),
            form=Format(run.form or Format.A4_3),
        )
    sha256, size_bytes = print_folder.digest(folder, part.name)
    return PrintFile(
        print_run_id=run.id,
        no=part.no,
        name=part.name,
        sha256=sha256,
        size_bytes=size_bytes,
        pages=written.pages,
        vouchers=written.vouchers,
        first_serial=ends.first,
        last_serial=ends.last,
        at=at,
    )


def of_replacement(session: Session, *, taken: TakenOut) -> bytes:
    """Return replaced papers as a document to print at once, a page each."""
    file = io.BytesIO()
    campaign = taken.campaign
    style = stationery(session, campaign=campaign)
    replacement.write(file, stationery=style, size=campaign.booklet_size, papers=taken.papers)
    return file.getvalue()


def stationery(session: Session, *, campaign: Campaign) -> Stationery:
    """Return what the vouchers of a campaign bear alike, as chosen now."""
    style = print_style.get(session, series=campaign.series)
    logos = print_logos.every(session, campaign_id=campaign.id)
    return Stationery(
        series=campaign.series,
        campaign=campaign.name,
        face_cents=campaign.face_cents,
        use_until=campaign.use_until,
        text=style.text,
        phone=style.phone,
        colour=style.colour,
        logos=tuple(_flat(logo.content) for logo in logos),
    )


class _Ends:
    """Sees papers pass: remembers the first and the last, and tells how many, now and then."""

    first = last = ""

    def of(self, codes: Iterator[PrintedCode], tell: Tell) -> Iterator[PrintedCode]:
        for count, paper in enumerate(codes, start=1):
            self.first, self.last = self.first or paper.serial, paper.serial
            yield paper
            if count % _TELL_EVERY == 0:
                tell(count)


def _flat(content: bytes) -> Logo:
    """Put a logo on white, no finer than a printer prints it."""
    with Image.open(io.BytesIO(content)) as picture:
        drawn = picture.convert("RGBA")
    drawn.thumbnail(_LOGO_POINTS)
    white = Image.new("RGBA", drawn.size, "white")
    white.alpha_composite(drawn)
    file = io.BytesIO()
    white.convert("RGB").save(file, "PNG")
    return Logo(file.getvalue(), *drawn.size)
