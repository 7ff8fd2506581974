"""Pledges: what a funder promised by convention, amended or withdrawn; never money to spend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal


class PledgeKind(StrEnum):
    """A convention, or what later changed it."""

    PLEDGE = "pledge"
    AMENDMENT = "amendment"
    WITHDRAWAL = "withdrawal"


class Pledge(Base):
    """A funder's promise, or a change to it: ``amount_cents`` is added (below zero: taken back)."""

    __tablename__ = "pledge"
    __table_args__ = (Index(None, "campaign_id", "funder"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    funder: Mapped[Code]
    kind: Mapped[PledgeKind]
    amount_cents: Mapped[int]
    reference: Mapped[str]
    dated_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


_SIGN: Mapping[PledgeKind, Callable[[int], bool]] = {
    PledgeKind.PLEDGE: lambda cents: cents > 0,
    PledgeKind.AMENDMENT: lambda cents: cents != 0,
    PledgeKind.WITHDRAWAL: lambda cents: cents < 0,
}


@dataclass(eq=False)
class FunderIsNotInTheKey(Refusal):
    """This funder has no part in the campaign's key: its promise would pay for nothing.

    FR: Ce financeur n'a pas de part dans la clé de la campagne : sa promesse ne paierait rien.
    """

    funder: str


@dataclass(eq=False)
class PledgeIsMostlyPaid(Refusal):
    """Less than that is still promised: what was paid is given back by a refund, not by an amendment.

    FR: La promesse restante est plus petite : ce qui est versé se rend par une restitution, non par un avenant.
    """

    still_promised_cents: int


@dataclass(eq=False)
class AmountIsNotPositive(Refusal):
    """The amount must be above zero.

    FR: Le montant doit être supérieur à zéro.
    """

    kind = Kind.INVALID
    amount_cents: int


def pledge(
    session: Session,
    *,
    series: str,
    funder: str,
    kind: PledgeKind,
    amount_cents: int,
    reference: str,
    dated_on: date,
    at: datetime,
    by: Actor,
) -> Pledge:
    """Record a funder's promise, or add ``amount_cents`` to it (an amendment may take away).

    Raises ``FunderIsNotInTheKey``, ``AmountIsNotPositive`` or ``PledgeIsMostlyPaid``.
    """
    campaign = campaigns.get(session, series)
    if funder not in {part.funder for part in campaigns.key_of(session, campaign.id)}:
        raise FunderIsNotInTheKey(funder)
    if not _SIGN[kind](amount_cents):
        raise AmountIsNotPositive(amount_cents)
    promised, receivable = accounts.pledged(funder), accounts.receivable(funder)
    balance, version = accounts.seen(session, campaign_id=campaign.id, addresses=[promised])[promised]
    if balance + amount_cents < 0:
        raise PledgeIsMostlyPaid(still_promised_cents=balance)
    colour = books.unit_colour(session, campaign_id=campaign.id, funder=funder)
    debit, credit = (receivable, promised) if amount_cents > 0 else (promised, receivable)
    posted = journal.post(
        session,
        journal.Act(campaign.id, "pledge", dated_on, by.user_id),
        [journal.Transfer(debit, credit, abs(amount_cents), colour)],
        seen={promised: version},
    )
    fact = {
        "id": new_id(),
        "campaign_id": campaign.id,
        "funder": funder,
        "kind": kind,
        "amount_cents": amount_cents,
        "reference": reference,
        "dated_on": dated_on,
        "entry_no": posted.no,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Pledge).values(**fact))
    return session.get_one(Pledge, fact["id"])


def withdraw(
    session: Session, *, series: str, funder: str, reference: str, dated_on: date, at: datetime, by: Actor
) -> Pledge:
    """Withdraw all that a funder still promises; what it paid stays.

    Raises ``PledgeIsMostlyPaid`` where nothing is promised any more.
    """
    campaign = campaigns.get(session, series)
    promised = accounts.pledged(funder)
    left = accounts.seen(session, campaign_id=campaign.id, addresses=[promised]).get(promised, (0, 0))[0]
    if left == 0:
        raise PledgeIsMostlyPaid(still_promised_cents=0)
    return pledge(
        session,
        series=series,
        funder=funder,
        kind=PledgeKind.WITHDRAWAL,
        amount_cents=-left,
        reference=reference,
        dated_on=dated_on,
        at=at,
        by=by,
    )


def search(
    session: Session, *, series: str, by: Actor, after: UUID | None = None, limit: int | None = None
) -> list[Pledge]:
    """List what was promised to a campaign, amended and withdrawn, to whoever may read of it: see ``readers``.

    Raises ``CampaignIsUnknown``.
    """
    wanted = select(Pledge).where(Pledge.campaign_id == readers.get(session, series=series, by=by).id)
    return list(session.scalars(keyset.page(wanted, Pledge.id, after=after, limit=limit)))
