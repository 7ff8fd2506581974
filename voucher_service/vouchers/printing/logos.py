"""Printing logos: whose vouchers these are, at a glance; at most four, from left to right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers.printing import pictures
from voucher_service.vouchers.printing import style as print_style
from voucher_service.vouchers.printing.style import Style

PLACES = range(1, 5)


class PrintLogo(Base):
    """A logo, at its place from left to right."""

    __tablename__ = "print_logo"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    content_type: Mapped[str]


@dataclass(frozen=True, slots=True)
class LogoSize:
    """What is said of a logo without its bytes."""

    place: int
    content_type: str
    size_bytes: int


@dataclass(eq=False)
class LogoPlaceIsUnknown(Refusal):
    """There is no logo at this place: places are numbered 1 to 4, from left to right.

    FR: Il n'y a pas de logo à cette place : les places sont numérotées de 1 à 4, de gauche à droite.
    """

    kind = Kind.UNKNOWN
    place: int


def put(
    session: Session, *, series: str, place: int, version: int, content: bytes, at: datetime, by: Actor
) -> Style:
    """Put a logo at a place, instead of the one that is there; ``version`` is the style's that was read.

    Raises ``LogoPlaceIsUnknown``, ``LogoIsNotReadable``, ``PrintStyleHasChanged``.
    """
    if place not in PLACES:
        raise LogoPlaceIsUnknown(place)
    content_type = pictures.kind_of(content)
    style = print_style.step(session, series=series, version=version, at=at, by=by, chosen={})
    campaign_id = campaigns.get(session, series).id
    session.execute(delete(PrintLogo).where(_at(campaign_id, place)))
    values = {"campaign_id": campaign_id, "place": place, "content": content, "content_type": content_type}
    session.execute(insert(PrintLogo).values(**values))
    return style


def remove(session: Session, *, series: str, place: int, version: int, at: datetime, by: Actor) -> Style:
    """Take a logo away; ``version`` is the style's that was read.

    Raises ``LogoPlaceIsUnknown``, ``PrintStyleHasChanged``.
    """
    get(session, series=series, place=place)
    style = print_style.step(session, series=series, version=version, at=at, by=by, chosen={})
    session.execute(delete(PrintLogo).where(_at(campaigns.get(session, series).id, place)))
    return style


def get(session: Session, *, series: str, place: int) -> PrintLogo:
    """Return the logo at a place, with its bytes, or raise ``LogoPlaceIsUnknown``."""
    its = _at(campaigns.get(session, series).id, place)
    logo = session.scalars(select(PrintLogo).where(its)).one_or_none() if place in PLACES else None
    if logo is None:
        raise LogoPlaceIsUnknown(place)
    return logo


def every(session: Session, *, campaign_id: int) -> list[PrintLogo]:
    """Return a campaign's logos with their bytes, from left to right."""
    wanted = select(PrintLogo).where(PrintLogo.campaign_id == campaign_id)
    return list(session.scalars(wanted.order_by(PrintLogo.place)))


def sizes(session: Session, *, series: str) -> list[LogoSize]:
    """Say which logos a campaign has, without their bytes, from left to right.

    Raises ``CampaignIsUnknown``.
    """
    wanted = select(PrintLogo.place, PrintLogo.content_type, func.length(PrintLogo.content)).where(
        PrintLogo.campaign_id == campaigns.get(session, series).id
    )
    return [LogoSize(*row) for row in session.execute(wanted.order_by(PrintLogo.place))]


def _at(campaign_id: int, place: int) -> Any:
    return (PrintLogo.campaign_id == campaign_id) & (PrintLogo.place == place)
