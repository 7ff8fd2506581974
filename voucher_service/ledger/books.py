"""Books: one set of accounts per campaign, and the colours its euros may bear."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Identity, Integer, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code

PAPERS = 0
"""The colour of papers: units of PASS, not euros."""
UNATTRIBUTED = 1
"""The colour of euros whose funder is not known yet."""
_NOBODY = "-"


class Book(Base):
    """A set of books: one order of record, one unit of reporting."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class Colour(Base):
    """Whose euros a transfer moves: amounts of this colour are multiples of ``face_cents``."""

    __tablename__ = "colour"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    face_cents: Mapped[int]


class ColourShare(Base):
    """What one funder advanced of a colour's face (cash in the voucher), and what it bears in the end."""

    __tablename__ = "colour_share"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    colour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    funder: Mapped[Code] = mapped_column(primary_key=True)
    advanced_cents: Mapped[int]
    borne_cents: Mapped[int]


@dataclass(frozen=True, slots=True)
class Share:
    """One funder's cents in a colour's face."""

    funder: str
    advanced_cents: int
    borne_cents: int


def open_book(session: Session) -> int:
    """Open a new set of books, with its papers and its unattributed euros; return its number."""
    campaign_id = session.execute(insert(Book).returning(Book.id)).scalar_one()
    session.execute(
        insert(Colour),
        [{"campaign_id": campaign_id, "no": no, "face_cents": 1} for no in (PAPERS, UNATTRIBUTED)],
    )
    session.execute(
        insert(ColourShare),
        [
            {
                "campaign_id": campaign_id,
                "colour": UNATTRIBUTED,
                "funder": _NOBODY,
                "advanced_cents": 1,
                "borne_cents": 1,
            }
        ],
    )
    return campaign_id


def add_colour(session: Session, *, campaign_id: int, shares: Iterable[Share]) -> int:
    """Add a colour made of ``shares`` and return its number; its face is the sum of what they advance."""
    rows = list(shares)
    face = sum(share.advanced_cents for share in rows)
    if face != sum(share.borne_cents for share in rows) or face <= 0:
        raise ValueError("what is advanced and what is borne must be the same positive face")
    following = select(func.max(Colour.no) + 1).where(Colour.campaign_id == campaign_id)
    colour = session.execute(following).scalar_one()
    session.execute(insert(Colour).values(campaign_id=campaign_id, no=colour, face_cents=face))
    session.execute(
        insert(ColourShare),
        [
            {
                "campaign_id": campaign_id,
                "colour": colour,
                "funder": share.funder,
                "advanced_cents": share.advanced_cents,
                "borne_cents": share.borne_cents,
            }
            for share in rows
        ],
    )
    return colour


def colour_of(session: Session, *, campaign_id: int, shares: Iterable[Share]) -> int:
    """Return the colour of whole faces that is made of ``shares``; add it where there is none."""
    made_of = tuple(shares)
    wanted = {(share.funder, share.advanced_cents, share.borne_cents) for share in made_of}
    known: dict[int, set[tuple[str, int, int]]] = {}
    rows = session.execute(
        select(ColourShare.colour, ColourShare.funder, ColourShare.advanced_cents, ColourShare.borne_cents)
        .join(Colour, (Colour.campaign_id == ColourShare.campaign_id) & (Colour.no == ColourShare.colour))
        .where(ColourShare.campaign_id == campaign_id, Colour.face_cents > 1)
    )
    for colour, funder, advanced, borne in rows:
        known.setdefault(colour, set()).add((funder, advanced, borne))
    found = next((colour for colour, parts in known.items() if parts == wanted), None)
    return found or add_colour(session, campaign_id=campaign_id, shares=made_of)


def unit_colour(session: Session, *, campaign_id: int, funder: str) -> int:
    """Return the unit colour of ``funder``: each cent is advanced and borne by that funder alone."""
    found = select(ColourShare.colour).join(
        Colour, (Colour.campaign_id == ColourShare.campaign_id) & (Colour.no == ColourShare.colour)
    )
    found = found.where(
        ColourShare.campaign_id == campaign_id,
        ColourShare.funder == funder,
        ColourShare.advanced_cents == 1,
        ColourShare.borne_cents == 1,
        Colour.face_cents == 1,
    )
    colour = session.execute(found).scalar_one_or_none()
    if colour is not None:
        return colour
    return add_colour(session, campaign_id=campaign_id, shares=[Share(funder, 1, 1)])
