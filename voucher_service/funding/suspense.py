"""Suspense: money that was received and not understood leaves it, to the funder it came from or back to its sender.

Of each deposit, what exceeded the promise (or all of it, from nobody known) waits here. Finance says whose it is,
or sends it back, with a reason; in one decision or in several.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Row, cast, func, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, deposits, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.deposits import Deposit
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal


class Clearance(Base):
    """Money of one deposit left suspense: to ``funder``, or (where there is none) back to its sender.

    ``reference`` names the decision, or the transfer that sent the money back.
    """

    __tablename__ = "clearance"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "deposit"], ["deposit.campaign_id", "deposit.reference"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deposit: Mapped[Code] = mapped_column(primary_key=True)
    reference: Mapped[Code] = mapped_column(primary_key=True)
    funder: Mapped[Code | None] = mapped_column(ForeignKey("funder.code"))
    amount_cents: Mapped[int]
    reason: Mapped[str]
    decided_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one deposit waits in suspense; ``funder`` is who paid, where that is known; in cents."""

    reference: str
    funder: str | None
    received_on: date
    amount_cents: int
    waiting_cents: int


@dataclass(eq=False)
class DepositIsUnknown(Refusal):
    """The campaign received no deposit under this reference: look for it in the list of what waits.

    FR: La campagne n'a reçu aucun versement sous cette référence : cherchez-le dans la liste de ce qui attend.
    """

    kind = Kind.UNKNOWN
    deposit: str


@dataclass(eq=False)
class LessIsWaiting(Refusal):
    """Less than that of this deposit is waiting: attribute or send back what is left at most.

    FR: Il reste moins que cela en attente sur ce versement : attribuez ou renvoyez au plus ce qui reste.
    """

    waiting_cents: int


@dataclass(eq=False)
class PledgeIsTooSmall(Refusal):
    """This funder promises less than that: record what amends its convention first, or attribute less.

    FR: Ce financeur promet moins que cela : enregistrez d'abord l'avenant à sa convention, ou attribuez moins.
    """

    funder: str
    still_promised_cents: int


@dataclass(eq=False)
class ClearanceDiffers(Refusal):
    """This decision on the deposit was already recorded with other facts: give the new one another reference.

    FR: Cette décision sur le versement est déjà enregistrée autrement : donnez une autre référence à la nouvelle.
    """

    reference: str
    funder: str | None
    amount_cents: int


def attribute(
    session: Session,
    *,
    series: str,
    deposit: str,
    funder: str,
    amount_cents: int,
    reference: str,
    reason: str,
    decided_on: date,
    at: datetime,
    by: Actor,
) -> Clearance:
    """Say that money of a deposit in suspense is a funder's: it answers the promise, and can pay for vouchers.

    The same ``reference`` again changes nothing. Raises ``FunderIsNotInTheKey``, ``DepositIsUnknown``,
    ``AmountIsNotPositive``, ``LessIsWaiting``, ``PledgeIsTooSmall``, ``ClearanceDiffers``.
    """
    campaign = campaigns.get(session, series)
    if funder not in {part.funder for part in campaigns.key_of(session, campaign.id)}:
        raise FunderIsNotInTheKey(funder)
    return _clear(
        session,
        campaign,
        funder=funder,
        amount_cents=amount_cents,
        deposit=deposit,
        reference=reference,
        reason=reason,
        decided_on=decided_on,
        at=at,
        by=by.user_id,
    )


def send_back(
    session: Session,
    *,
    series: str,
    deposit: str,
    amount_cents: int,
    reference: str,
    reason: str,
    decided_on: date,
    at: datetime,
    by: Actor,
) -> Clearance:
    """Send money of a deposit in suspense back to whoever sent it.

    The same ``reference`` again changes nothing. Raises ``DepositIsUnknown``, ``AmountIsNotPositive``,
    ``LessIsWaiting``, ``MoneyIsShort``, ``ClearanceDiffers``.
    """
    campaign = campaigns.get(session, series)
    return _clear(
        session,
        campaign,
        funder=None,
        amount_cents=amount_cents,
        deposit=deposit,
        reference=reference,
        reason=reason,
        decided_on=decided_on,
        at=at,
        by=by.user_id,
    )


def waiting(
    session: Session, *, series: str, by: Actor, after: str | None = None, limit: int | None = None
) -> list[Waiting]:
    """List the deposits of which something waits in suspense, by reference.

    Raises ``CampaignIsUnknown``.
    """
    left = _left()
    wanted = select(Deposit.reference, Deposit.funder, Deposit.received_on, Deposit.amount_cents, left)
    wanted = wanted.where(Deposit.campaign_id == readers.get(session, series=series, by=by).id, left > 0)
    rows = session.execute(keyset.page(wanted, Deposit.reference, after=after, limit=limit))
    return [Waiting(*row) for row in rows]


def search(
    session: Session, *, series: str, by: Actor, after: int | None = None, limit: int | None = None
) -> list[Clearance]:
    """List what left suspense, in the order of its entries.

    Raises ``CampaignIsUnknown``.
    """
    campaign = readers.get(session, series=series, by=by)
    wanted = select(Clearance).where(Clearance.campaign_id == campaign.id)
    return list(session.scalars(keyset.page(wanted, Clearance.entry_no, after=after, limit=limit)))


def _clear(
    session: Session, campaign: Campaign, *, funder: str | None, amount_cents: int, **decided: Any
) -> Clearance:
    wanted = Clearance(campaign_id=campaign.id, funder=funder, amount_cents=amount_cents, **decided)
    if wanted.amount_cents <= 0:
        raise AmountIsNotPositive(wanted.amount_cents)
    known = session.get(Clearance, (wanted.campaign_id, wanted.deposit, wanted.reference))
    if known is not None:
        _refuse_difference(known, wanted)
        return known
    promised = [accounts.pledged(wanted.funder)] if wanted.funder else []
    # What waits is a sum, which no guard protects. So every clearance touches the row of the campaign's money, read
    # before that sum: of two clearances at once, the second is outrun and sums again.
    seen = accounts.seen(session, campaign_id=campaign.id, addresses=[campaign.money_side.value, *promised])
    source = _waiting_of(session, wanted)
    if wanted.funder is None:
        deposits.refuse_if_not_covered(session, campaign=campaign, amount_cents=wanted.amount_cents)
    else:
        _refuse_beyond_the_promise(wanted, wanted.funder, seen[promised[0]][0])
    posted = journal.post(
        session,
        journal.Act(campaign.id, "attribute" if wanted.funder else "send-back", wanted.decided_on, wanted.by),
        _transfers(session, campaign, wanted, source.funder),
        seen={address: version for address, (_, version) in seen.items()},
    )
    wanted.entry_no = posted.no
    session.add(wanted)
    session.flush()
    return wanted


def _refuse_difference(known: Clearance, wanted: Clearance) -> None:
    said = (wanted.funder, wanted.amount_cents, wanted.decided_on)
    if (known.funder, known.amount_cents, known.decided_on) != said:
        raise ClearanceDiffers(known.reference, known.funder, known.amount_cents)


def _waiting_of(session: Session, wanted: Clearance) -> Row[Any]:
    found = select(Deposit.funder, _left().label("left"))
    found = found.where(Deposit.campaign_id == wanted.campaign_id, Deposit.reference == wanted.deposit)
    source = session.execute(found).one_or_none()
    if source is None:
        raise DepositIsUnknown(wanted.deposit)
    if source.left < wanted.amount_cents:
        raise LessIsWaiting(source.left)
    return source


def _refuse_beyond_the_promise(wanted: Clearance, funder: str, promised_cents: int) -> None:
    if promised_cents < wanted.amount_cents:
        raise PledgeIsTooSmall(funder, promised_cents)


def _left() -> Any:
    # A sum of bigints is a numeric: as cents again, it is a whole number to whoever reads it.
    cleared = select(cast(func.coalesce(func.sum(Clearance.amount_cents), 0), BigInteger)).where(
        Clearance.campaign_id == Deposit.campaign_id, Clearance.deposit == Deposit.reference
    )
    return Deposit.amount_cents - Deposit.matched_cents - cleared.correlate(Deposit).scalar_subquery()


def _transfers(
    session: Session, campaign: Campaign, wanted: Clearance, sender: str | None
) -> list[journal.Transfer]:
    money, cents = campaign.money_side.value, wanted.amount_cents
    waited = books.UNATTRIBUTED
    if sender is not None:
        waited = books.unit_colour(session, campaign_id=campaign.id, funder=sender)
    leaving = journal.Transfer(accounts.SUSPENSE, money, cents, waited)
    if wanted.funder is None:
        return [leaving]
    # Through the money: its euros take the funder's colour, as if the deposit had been the funder's all along.
    colour = books.unit_colour(session, campaign_id=campaign.id, funder=wanted.funder)
    return [
        leaving,
        journal.Transfer(money, accounts.receivable(wanted.funder), cents, colour),
        journal.Transfer(accounts.pledged(wanted.funder), accounts.funds(wanted.funder), cents, colour),
    ]
