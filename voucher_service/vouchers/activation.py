"""Activation: funders' money goes into vouchers, once the payer's mandate number is known.

No voucher is active without funds behind it: each funder's guard refuses what it has not paid.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, insert, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import journal
from voucher_service.vouchers import register

# The papers to activate: the current issue of each voucher of the range, if it is neither void nor active.
_CHOSEN = """
SELECT voucher.serial, voucher.colour, colour.face_cents, account.address, account.version
FROM booklet
JOIN voucher ON voucher.campaign_id = booklet.campaign_id AND voucher.booklet = booklet.number
JOIN colour ON colour.campaign_id = voucher.campaign_id AND colour.no = voucher.colour
CROSS JOIN LATERAL (SELECT coalesce(max(issue), 1) AS issue FROM replacement
                    WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS last
JOIN account ON account.campaign_id = voucher.campaign_id
            AND account.address = 'voucher/' || voucher.serial || '/' || last.issue
WHERE booklet.campaign_id = :campaign_id AND booklet.ordinal BETWEEN :first AND :last
  AND NOT EXISTS (SELECT FROM void WHERE void.campaign_id = voucher.campaign_id
                  AND void.serial = voucher.serial AND void.issue = last.issue)"""
_NEEDED = text(f"""
WITH chosen AS ({_CHOSEN})
SELECT share.funder, sum(share.advanced_cents * per.vouchers)::bigint AS needed,
       coalesce(max(account.balance), 0) AS available
FROM (SELECT colour, count(*) AS vouchers FROM chosen GROUP BY colour) AS per
JOIN colour_share AS share ON share.campaign_id = :campaign_id AND share.colour = per.colour
LEFT JOIN account ON account.campaign_id = :campaign_id AND account.address = 'funds/' || share.funder
WHERE share.advanced_cents > 0
GROUP BY share.funder ORDER BY share.funder""")
_WORTH = text(f"""
WITH chosen AS ({_CHOSEN})
SELECT count(*) AS vouchers, coalesce(sum(face_cents), 0)::bigint AS face_cents FROM chosen""")
_PER_FUNDER = """
SELECT share.funder, unit.colour AS unit, sum(share.advanced_cents) AS cents
FROM chosen
JOIN colour_share AS share ON share.campaign_id = :campaign_id AND share.colour = chosen.colour
JOIN LATERAL (SELECT own.colour FROM colour_share AS own
              JOIN colour ON colour.campaign_id = own.campaign_id AND colour.no = own.colour
              WHERE own.campaign_id = :campaign_id AND own.funder = share.funder AND own.advanced_cents = 1
                AND own.borne_cents = 1 AND colour.face_cents = 1) AS unit ON true
WHERE share.advanced_cents > 0
GROUP BY share.funder, unit.colour"""
_GUARDS = f"""
SELECT address, delta, seen, row_number() OVER (ORDER BY shared, address) AS place
FROM (SELECT address, face_cents AS delta, version AS seen, false AS shared FROM chosen
      UNION ALL SELECT 'funds/' || funder, -cents, NULL, true FROM ({_PER_FUNDER}) AS payer) AS held"""
_TRANSFERS = f"""
SELECT debit, credit, amount, colour, row_number() OVER (ORDER BY shared DESC, debit, credit)
FROM (SELECT 'activation' AS debit, address AS credit, face_cents AS amount, colour, false AS shared FROM chosen
      UNION ALL SELECT 'funds/' || funder, 'activation', cents, unit, true FROM ({_PER_FUNDER}) AS payer) AS move"""

_MARKED = """
SELECT number FROM booklet JOIN {marked} AS marked
  ON marked.campaign_id = booklet.campaign_id AND marked.booklet = booklet.number
WHERE booklet.campaign_id = :campaign_id AND ordinal BETWEEN :first AND :last
ORDER BY number LIMIT 20"""
_ACTIVE = text(_MARKED.format(marked="active_booklet"))
_EXPIRED = text(_MARKED.format(marked="expired_booklet"))


class Activation(Base):
    """Booklets became worth their face: the mandate that pays for them, and the range."""

    __tablename__ = "activation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    first_booklet: Mapped[int] = mapped_column(Integer)
    last_booklet: Mapped[int] = mapped_column(Integer)
    mandate_number: Mapped[str]
    mandated_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


class ActiveBooklet(Base):
    """A booklet that was activated: once."""

    __tablename__ = "active_booklet"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booklet: Mapped[Code] = mapped_column(primary_key=True)
    activation_id: Mapped[UUID] = mapped_column(ForeignKey("activation.id"))


@dataclass(frozen=True, slots=True)
class Advance:
    """What a funder puts into the vouchers of a range, and what it has paid and is in none yet; in cents."""

    funder: str
    needed_cents: int
    available_cents: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What activating a range would do: how many vouchers come to be worth how much, and out of whose funds."""

    vouchers: int
    face_cents: int
    advances: tuple[Advance, ...]


@dataclass(eq=False)
class FundsDoNotCover(Refusal):
    """The funds received do not cover these vouchers: see what each funder still has to pay.

    FR: Les fonds reçus ne couvrent pas ces pass : voyez ce que chaque financeur doit encore verser.
    """

    missing_cents: dict[str, int]


@dataclass(eq=False)
class BookletsAreActive(Refusal):
    """Some of these booklets are active already: choose a range that is not.

    FR: Certains de ces carnets sont déjà activés : choisissez une plage qui ne l'est pas.
    """

    booklets: tuple[str, ...]


@dataclass(eq=False)
class BookletsAreExpired(Refusal):
    """The time of some of these booklets is over: choose a range of booklets that may still be used.

    FR: Certains de ces carnets sont périmés : choisissez une plage de carnets qui peuvent encore servir.
    """

    booklets: tuple[str, ...]


@dataclass(eq=False)
class NothingToActivate(Refusal):
    """There is no voucher to activate in this range: check the first and the last booklet.

    FR: Il n'y a aucun pass à activer dans cette plage : vérifiez le premier et le dernier carnet.
    """

    kind = Kind.INVALID
    first_booklet: int
    last_booklet: int


def foresee(session: Session, *, series: str, first_booklet: int, last_booklet: int) -> Foreseen:
    """Say what activating a range of booklets would do, and do nothing.

    Raises what ``activate`` would raise.
    """
    _, bounds = _activable(session, series, first_booklet, last_booklet)
    payers = session.execute(_NEEDED, bounds).all()
    worth = session.execute(_WORTH, bounds).one()
    return Foreseen(worth.vouchers, worth.face_cents, tuple(Advance(*payer) for payer in payers))


def activate(
    session: Session,
    *,
    series: str,
    first_booklet: int,
    last_booklet: int,
    mandate_number: str,
    mandated_on: date,
    on: date,
    at: datetime,
    by: Actor,
) -> Activation:
    """Fill the vouchers of a range of booklets with their face, all or none.

    Raises ``NothingToActivate``, ``BookletIsUnknown``, ``BookletsAreActive``, ``BookletsAreExpired``,
    ``FundsDoNotCover`` (cents missing per funder), ``CampaignIsBlocked``.
    """
    campaign, bounds = _activable(session, series, first_booklet, last_booklet)
    posted = journal.post_set(
        session,
        journal.Act(campaign.id, "activate", on, by.user_id),
        chosen=_CHOSEN,
        guards=_GUARDS,
        transfers=_TRANSFERS,
        first=first_booklet,
        last=last_booklet,
    )
    fact = {
        "id": new_id(),
        "campaign_id": campaign.id,
        "first_booklet": first_booklet,
        "last_booklet": last_booklet,
        "mandate_number": mandate_number,
        "mandated_on": mandated_on,
        "entry_no": posted.no,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Activation).values(**fact))
    _mark(session, bounds | {"activation_id": fact["id"]})
    return session.get_one(Activation, fact["id"])


def search(
    session: Session,
    *,
    series: str,
    by: Actor,
    booklet: int | None = None,
    mandate: str = "",
    order: Order = Order.OLDEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Activation]:
    """List a campaign's activations to whoever may read of it: see ``funding.readers``.

    Those that hold the ``booklet`` th booklet, and whose mandate number holds ``mandate``. Raises
    ``CampaignIsUnknown``.
    """
    wanted = select(Activation).where(Activation.campaign_id == readers.get(session, series=series, by=by).id)
    if booklet is not None:
        wanted = wanted.where(Activation.first_booklet <= booklet, Activation.last_booklet >= booklet)
    if mandate:
        wanted = wanted.where(Activation.mandate_number.icontains(mandate, autoescape=True))
    newest = order is Order.NEWEST
    page = keyset.page(wanted, Activation.id, after=after, start=start, limit=limit, newest_first=newest)
    return list(session.scalars(page))


def _activable(session: Session, series: str, first: int, last: int) -> tuple[Campaign, dict[str, Any]]:
    """Return the campaign and the bounds of a range that may be activated now."""
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    bounds = {"campaign_id": campaign.id, "first": first, "last": last}
    if not 1 <= first <= last:
        raise NothingToActivate(first, last)
    register.refuse_unless_made(session, series=series, campaign_id=campaign.id, first=first, last=last)
    _refuse_what_is_active(session, bounds)
    _refuse_what_is_expired(session, bounds)
    _refuse_what_is_not_funded(session, bounds)
    return campaign, bounds


def _refuse_what_is_active(session: Session, bounds: dict[str, Any]) -> None:
    active = session.scalars(_ACTIVE, bounds).all()
    if active:
        raise BookletsAreActive(tuple(active))


def _refuse_what_is_expired(session: Session, bounds: dict[str, Any]) -> None:
    expired = session.scalars(_EXPIRED, bounds).all()
    if expired:
        raise BookletsAreExpired(tuple(expired))


def _refuse_what_is_not_funded(session: Session, bounds: dict[str, Any]) -> None:
    payers = session.execute(_NEEDED, bounds).all()
    if not payers:
        raise NothingToActivate(bounds["first"], bounds["last"])
    missing = {row.funder: row.needed - row.available for row in payers if row.needed > row.available}
    if missing:
        raise FundsDoNotCover(missing)


def _mark(session: Session, parameters: dict[str, Any]) -> None:
    session.execute(
        text("""
            INSERT INTO active_booklet (campaign_id, booklet, activation_id)
            SELECT campaign_id, number, :activation_id FROM booklet
            WHERE campaign_id = :campaign_id AND ordinal BETWEEN :first AND :last"""),
        parameters,
    )
