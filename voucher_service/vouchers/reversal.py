"""Reversal: a redemption made in error is given back (*annulation d'encaissement*).

By the venue until its payment run is frozen, by finance after. The value goes back to the voucher; once the
voucher's time is over it goes to what expired. What was frozen or paid already becomes a claim on the venue:
its due falls below zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, books, journal
from voucher_service.vouchers import expiry, redemption, register
from voucher_service.vouchers.redemption import Redemption, RedemptionIsUnknown

RunOf = Callable[[Session, Redemption], int | None]
"""Says in which payment run a redemption is frozen, or None; asked after the voucher's version was read."""


class Cause(StrEnum):
    """Why a redemption is given back."""

    WRONG_VOUCHER = "wrong-voucher"
    SERVICE_NOT_GIVEN = "service-not-given"
    TAKEN_TWICE = "taken-twice"
    OTHER_ERROR = "other-error"


class Reversal(Base):
    """A redemption was given back: once."""

    __tablename__ = "redemption_reversal"
    __table_args__ = (Index(None, "serial", "campaign_id", "issue"),)

    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    campaign_id: Mapped[int]
    serial: Mapped[Code]
    issue: Mapped[int] = mapped_column(SmallInteger)
    cause: Mapped[Cause]
    is_claim: Mapped[bool]
    reversed_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class RedemptionIsReversed(Refusal):
    """This redemption was already given back.

    FR: Cet encaissement a déjà été annulé.
    """

    redemption_id: UUID


@dataclass(eq=False)
class RedemptionIsFrozen(Refusal):
    """This redemption is in a payment run: ask the finance team to reverse it.

    FR: Cet encaissement est dans un lot de paiement : demandez son annulation au service financier.
    """

    redemption_id: UUID
    run: int


def reverse(
    session: Session,
    *,
    redemption_id: UUID,
    cause: Cause,
    on: date,
    at: datetime,
    by: Actor,
    run_of: RunOf,
) -> Reversal:
    """Give a redemption back.

    Raises ``RedemptionIsUnknown`` (also for another operator's), ``RedemptionIsReversed``, ``RedemptionIsFrozen``.
    """
    taken = redemption.get(session, redemption_id)
    if by.role is Role.VENUE and taken.operator_id != by.organisation_id:
        raise RedemptionIsUnknown(redemption_id)
    address, booklet = accounts.voucher(taken.serial, taken.issue), register.booklet_of(taken.serial)
    accounts.hold(session, campaign_id=taken.campaign_id, addresses=[address, accounts.booklet(booklet)])
    _, version = accounts.seen(session, campaign_id=taken.campaign_id, addresses=[address])[address]
    if session.get(Reversal, redemption_id) is not None:
        raise RedemptionIsReversed(redemption_id)
    run = run_of(session, taken)
    if run is not None and by.role is not Role.FINANCE:
        raise RedemptionIsFrozen(redemption_id, run)
    posted = _post(session, taken, {address: version}, on, by)
    values = {
        "redemption_id": redemption_id,
        "id": new_id(),
        "campaign_id": taken.campaign_id,
        "serial": taken.serial,
        "issue": taken.issue,
        "cause": cause,
        "is_claim": run is not None,
        "reversed_on": on,
        "entry_no": posted.no,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Reversal).values(**values))
    return session.get_one(Reversal, redemption_id)


def is_too_late(session: Session, taken: Redemption, *, on: date) -> bool:
    """Say whether a voucher could not serve again if its redemption were given back this day."""
    return on > session.get_one(Campaign, taken.campaign_id).present_until or expiry.has_expired(
        session, campaign_id=taken.campaign_id, booklet=register.booklet_of(taken.serial)
    )


def _post(session: Session, taken: Redemption, seen: dict[str, int], on: date, by: Actor) -> journal.Posted:
    booklet = register.booklet_of(taken.serial)
    holder = register.whereabouts(session, campaign_id=taken.campaign_id, booklets=[booklet])[booklet]
    expired = is_too_late(session, taken, on=on)
    value_to = accounts.EXPIRED if expired else accounts.voucher(taken.serial, taken.issue)
    paper_to = accounts.EXPIRED_PAPERS if expired else holder.place
    transfers = [
        journal.Transfer(accounts.due(taken.venue_no), value_to, taken.face_cents, taken.colour),
        journal.Transfer(accounts.USED, paper_to, 1, books.PAPERS),
    ]
    if expired:
        # The paper ends here: it will not move with the rest of its booklet.
        transfers.append(journal.Transfer(accounts.booklet(booklet), accounts.BOUND, 1, books.PAPERS))
    act = journal.Act(
        taken.campaign_id, "reverse", on, by.user_id, reverses=taken.entry_no, reverses_line=taken.line
    )
    return journal.post(session, act, transfers, seen=seen | {accounts.booklet(booklet): holder.version})
