"""Print styles: what a campaign prints on its vouchers besides their value."""

from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command, query
from voucher_service.api.reply import Document, Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers.printing import logos as print_logos
from voucher_service.vouchers.printing import style as print_style
from voucher_service.vouchers.printing.pictures import LARGEST_BYTES
from voucher_service.vouchers.printing.style import COLOUR, LONGEST_PHONE, LONGEST_TEXT, Style

resource = Resource("print-styles", "Logos, sentence and telephone that campaigns print on their vouchers.")

_PICTURES = ("image/png", "image/jpeg")


class PrintStyleRequest(Wire):
    """A sentence, a telephone, and a colour dark enough to be read on white (``#rrggbb``)."""

    text = Text(longest=LONGEST_TEXT, shortest=0, load_default="")
    phone = Text(longest=LONGEST_PHONE, shortest=0, load_default="")
    colour = Text(longest=7, pattern="#[0-9a-fA-F]{6}", load_default=COLOUR)


class LogoShown(Wire):
    """A logo, at its place from left to right."""

    place = Whole(required=True)
    content_type = Text(required=True)
    size_bytes = Whole(required=True)


class PrintStyleShown(Wire):
    """What a campaign prints on its vouchers besides their value; version 0 as long as nobody chose anything."""

    series = Text(required=True)
    text = Text(shortest=0, required=True)
    phone = Text(shortest=0, required=True)
    colour = Text(required=True)
    version = Whole(required=True)
    logos = Many(LogoShown, required=True)


@resource.get("/campaigns/<series>/print-style")
@allow(Role.OPERATOR, Role.FINANCE)
@query()
@resource.response(200, PrintStyleShown)
def read(session: Session, series: str) -> Reply:
    """Read what a campaign prints on its vouchers."""
    return _reply(session, print_style.get(session, series=series))


@resource.put("/campaigns/<series>/print-style")
@allow(Role.OPERATOR, Role.FINANCE)
@command(edits=True)
@resource.arguments(PrintStyleRequest)
@resource.response(200, PrintStyleShown)
def change(session: Session, wanted: dict[str, Any], version: int, series: str) -> Reply:
    """Choose a campaign's sentence, telephone and colour."""
    style = print_style.change(session, series=series, version=version, at=clock.now(), by=actor(), **wanted)
    return _reply(session, style)


@resource.get("/campaigns/<series>/print-style/logos/<int:place>")
@allow(Role.OPERATOR, Role.FINANCE)
@query()
@resource.document(*_PICTURES, description="The logo.")
def read_logo(session: Session, series: str, place: int) -> Document:
    """Read a logo."""
    logo = print_logos.get(session, series=series, place=place)
    return Document(logo.content, logo.content_type, f"logo-{series}-{place}.{logo.content_type[6:]}")


@resource.put("/campaigns/<series>/print-style/logos/<int:place>")
@allow(Role.OPERATOR, Role.FINANCE)
@command(edits=True)
@resource.upload(*_PICTURES, largest=LARGEST_BYTES)
@resource.response(200, PrintStyleShown)
def put_logo(session: Session, file: Upload, version: int, series: str, place: int) -> Reply:
    """Put a logo at a place, 1 to 4 from left to right; its kind is told from its bytes."""
    style = print_logos.put(
        session,
        series=series,
        place=place,
        version=version,
        content=file.content,
        at=clock.now(),
        by=actor(),
    )
    return _reply(session, style)


@resource.delete("/campaigns/<series>/print-style/logos/<int:place>")
@allow(Role.OPERATOR, Role.FINANCE)
@command(edits=True)
@resource.response(200, PrintStyleShown)
def remove_logo(session: Session, version: int, series: str, place: int) -> Reply:
    """Take a logo away."""
    style = print_logos.remove(
        session, series=series, place=place, version=version, at=clock.now(), by=actor()
    )
    return _reply(session, style)


def _reply(session: Session, style: Style) -> Reply:
    logos = print_logos.sizes(session, series=style.series)
    return Reply(asdict(style) | {"logos": logos}, version=style.version)
