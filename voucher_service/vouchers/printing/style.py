"""Printing style: what a campaign prints on its vouchers besides their value, its logos, a sentence and a telephone.

It may change at any time; papers that are printed already stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, insert, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers.printing import pictures

COLOUR = "#17407a"
LONGEST_TEXT, LONGEST_PHONE = 160, 18
"""As much as fits in the narrowest format; a telephone number that is cut short is worth nothing."""


class PrintStyle(Base):
    """A campaign's sentence, telephone and colour (``#rrggbb``); ``version`` also counts changes of its logos."""

    __tablename__ = "print_style"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True, autoincrement=False)
    text: Mapped[str]
    phone: Mapped[str]
    colour: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Style:
    """What a campaign prints on its vouchers, in version 0 as long as nobody chose anything."""

    series: str
    text: str
    phone: str
    colour: str
    version: int


@dataclass(eq=False)
class PrintStyleHasChanged(Refusal):
    """Someone else has changed what this campaign prints meanwhile: read it again, then make your change.

    FR: Quelqu'un d'autre a modifié entre-temps ce que cette campagne imprime : relisez, puis refaites la modification.
    """

    kind = Kind.STALE
    series: str


@dataclass(eq=False)
class ColourIsTooPale(Refusal):
    """This colour cannot be read on white paper: choose a darker one, written #rrggbb.

    FR: Cette couleur ne se lit pas sur du papier blanc : choisissez-en une plus foncée, écrite #rrvvbb.
    """

    kind = Kind.INVALID
    colour: str


@dataclass(eq=False)
class StyleTextIsTooLong(Refusal):
    """This text does not fit on a voucher: shorten it.

    FR: Ce texte ne tient pas sur un pass : raccourcissez-le.
    """

    kind = Kind.INVALID
    field: str
    longest: int


def get(session: Session, *, series: str) -> Style:
    """Return what a campaign prints.

    Raises ``CampaignIsUnknown``.
    """
    campaign = campaigns.get(session, series)
    row = session.get(PrintStyle, campaign.id, populate_existing=True)
    if row is None:
        return Style(series, "", "", COLOUR, 0)
    return Style(series, row.text, row.phone, row.colour, row.version)


def change(
    session: Session,
    *,
    series: str,
    version: int,
    at: datetime,
    by: Actor,
    text: str,
    phone: str,
    colour: str = COLOUR,
) -> Style:
    """Choose a campaign's sentence, telephone and colour, from the version that was read.

    Raises ``StyleTextIsTooLong``, ``ColourIsTooPale``, ``PrintStyleHasChanged``.
    """
    for field, value, longest in (("text", text, LONGEST_TEXT), ("phone", phone, LONGEST_PHONE)):
        if len(value) > longest:
            raise StyleTextIsTooLong(field, longest)
    if not pictures.is_legible(colour):
        raise ColourIsTooPale(colour)
    chosen = {"text": text, "phone": phone, "colour": colour.lower()}
    return step(session, series=series, version=version, at=at, by=by, chosen=chosen)


def step(
    session: Session, *, series: str, version: int, at: datetime, by: Actor, chosen: Mapping[str, str]
) -> Style:
    """Count a change of what a campaign prints, from the version that was read; what is not chosen stays.

    Raises ``PrintStyleHasChanged``.
    """
    campaign_id = campaigns.get(session, series).id
    read = get(session, series=series)
    if read.version != version:
        raise PrintStyleHasChanged(series)
    values: dict[str, Any] = {"text": read.text, "phone": read.phone, "colour": read.colour, **chosen}
    values |= {"version": version + 1, "at": at, "by": by.user_id}
    if version == 0:
        # A twin's first choice is a unique violation: the command runs again, and finds it.
        session.execute(insert(PrintStyle).values(campaign_id=campaign_id, **values))
        return get(session, series=series)
    same = update(PrintStyle).where(PrintStyle.campaign_id == campaign_id, PrintStyle.version == version)
    changed = session.execute(same.values(**values).returning(PrintStyle.version))
    if changed.one_or_none() is None:
        raise PrintStyleHasChanged(series)
    return get(session, series=series)
