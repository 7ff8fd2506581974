"""Deposits: a funder's money enters a campaign, or goes back to it.

What answers a pledge becomes the funder's own funds; what exceeds it, or comes from nobody known, waits in
suspense and pays for no voucher. A campaign paid by a public accountant has engagements instead of bank
receipts: a number, an exercice and an amount.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, funders, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.pledges import AmountIsNotPositive
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal, statements


class Deposit(Base):
    """Money received, or credits committed: known by the bank's reference, or by the engagement's number."""

    __tablename__ = "deposit"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    reference: Mapped[Code] = mapped_column(primary_key=True)
    funder: Mapped[Code | None] = mapped_column(ForeignKey("funder.code"))
    amount_cents: Mapped[int]
    matched_cents: Mapped[int]
    exercice: Mapped[int | None]
    received_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


class FunderRefund(Base):
    """Unspent money that went back to its funder."""

    __tablename__ = "funder_refund"
    __table_args__ = (Index(None, "campaign_id", "funder"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    funder: Mapped[Code]
    amount_cents: Mapped[int]
    reference: Mapped[str]
    paid_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(eq=False)
class DepositDiffers(Refusal):
    """This bank reference was already received with another amount, funder or date: check the statement.

    FR: Cette référence bancaire est déjà enregistrée avec un autre montant, financeur ou date : vérifiez le relevé.
    """

    reference: str
    amount_cents: int


@dataclass(eq=False)
class ExerciceIsMissing(Refusal):
    """An engagement names its exercice: give the budget year.

    FR: Un engagement porte un exercice : indiquez l'année budgétaire.
    """

    kind = Kind.INVALID
    reference: str


@dataclass(eq=False)
class FundsAreShort(Refusal):
    """Less than that is unspent: what is in vouchers, or owed to venues, cannot be given back.

    FR: Le montant non employé est plus petit : ce qui est dans les pass, ou dû aux lieux, ne se rend pas.
    """

    available_cents: int


@dataclass(eq=False)
class MoneyIsShort(Refusal):
    """The campaign's money does not cover this outflow.

    FR: L'argent de la campagne ne couvre pas cette sortie.
    """

    money_cents: int


def receive(
    session: Session,
    *,
    series: str,
    reference: str,
    amount_cents: int,
    received_on: date,
    at: datetime,
    by: Actor,
    funder: str | None = None,
    exercice: int | None = None,
) -> Deposit:
    """Record money received (or an engagement) once per ``reference``; the same one again changes nothing.

    Raises ``AmountIsNotPositive``, ``DepositDiffers``, ``ExerciceIsMissing``, ``FunderIsUnknown``.
    """
    campaign = campaigns.get(session, series)
    if amount_cents <= 0:
        raise AmountIsNotPositive(amount_cents)
    if campaign.money_side == "commitment" and exercice is None:
        raise ExerciceIsMissing(reference)
    if funder is not None:
        funders.get(session, funder)
    known = session.get(Deposit, (campaign.id, reference))
    if known is not None:
        if (known.amount_cents, known.funder, known.received_on) != (amount_cents, funder, received_on):
            raise DepositDiffers(reference, known.amount_cents)
        return known
    matched, transfers, seen = _transfers(session, campaign, funder, amount_cents)
    posted = journal.post(
        session, journal.Act(campaign.id, "deposit", received_on, by.user_id), transfers, seen=seen
    )
    session.execute(
        insert(Deposit).values(
            campaign_id=campaign.id,
            reference=reference,
            funder=funder,
            amount_cents=amount_cents,
            matched_cents=matched,
            exercice=exercice,
            received_on=received_on,
            entry_no=posted.no,
            at=at,
            by=by.user_id,
        )
    )
    return session.get_one(Deposit, (campaign.id, reference))


def find(session: Session, *, campaign_id: int, reference: str) -> Deposit | None:
    """Return the deposit that a campaign received under this reference, if it did."""
    return session.get(Deposit, (campaign_id, reference))


def refund(
    session: Session,
    *,
    series: str,
    funder: str,
    amount_cents: int,
    reference: str,
    paid_on: date,
    at: datetime,
    by: Actor,
) -> FunderRefund:
    """Give unspent money back to its funder.

    Raises ``AmountIsNotPositive``, ``FundsAreShort``, ``MoneyIsShort``.
    """
    if amount_cents <= 0:
        raise AmountIsNotPositive(amount_cents)
    return give_back(
        session,
        campaign=campaigns.get(session, series),
        funder=funder,
        source=accounts.funds(funder),
        amount_cents=amount_cents,
        reference=reference,
        paid_on=paid_on,
        at=at,
        by=by,
    )


def give_back(
    session: Session,
    *,
    campaign: Campaign,
    funder: str,
    source: str,
    amount_cents: int,
    reference: str,
    paid_on: date,
    at: datetime,
    by: Actor,
) -> FunderRefund:
    """Give back what is a funder's at ``source``, out of the campaign's money.

    Raises ``FundsAreShort``, ``MoneyIsShort``.
    """
    money = campaign.money_side.value
    seen = accounts.seen(session, campaign_id=campaign.id, addresses=[source, money])
    available = seen.get(source, (0, 0))[0]
    if available < amount_cents:
        raise FundsAreShort(available)
    refuse_if_not_covered(session, campaign=campaign, amount_cents=amount_cents)
    colour = books.unit_colour(session, campaign_id=campaign.id, funder=funder)
    posted = journal.post(
        session,
        journal.Act(campaign.id, "refund", paid_on, by.user_id),
        [journal.Transfer(source, money, amount_cents, colour)],
        seen={address: version for address, (_, version) in seen.items()},
    )
    fact = FunderRefund(
        id=new_id(),
        campaign_id=campaign.id,
        funder=funder,
        amount_cents=amount_cents,
        reference=reference,
        paid_on=paid_on,
        entry_no=posted.no,
        at=at,
        by=by.user_id,
    )
    session.add(fact)
    session.flush()
    return fact


def refuse_if_not_covered(session: Session, *, campaign: Campaign, amount_cents: int) -> None:
    """Raise ``MoneyIsShort`` where the campaign's money is less than ``amount_cents``.

    The caller reads the version of the money side's account first and posts with it, so that two outflows
    cannot each rely on the same euros.
    """
    money = -statements.balance(session, campaign_id=campaign.id, address=campaign.money_side.value)
    if money < amount_cents:
        raise MoneyIsShort(money)


def search(
    session: Session, *, series: str, by: Actor, after: str | None = None, limit: int | None = None
) -> list[Deposit]:
    """List a campaign's deposits by reference, to whoever may read of it: see ``readers``.

    Raises ``CampaignIsUnknown``.
    """
    wanted = select(Deposit).where(Deposit.campaign_id == readers.get(session, series=series, by=by).id)
    return list(session.scalars(keyset.page(wanted, Deposit.reference, after=after, limit=limit)))


def refunds(
    session: Session, *, series: str, by: Actor, after: UUID | None = None, limit: int | None = None
) -> list[FunderRefund]:
    """List what went back to a campaign's funders, in its order, to whoever may read of it: see ``readers``.

    Raises ``CampaignIsUnknown``.
    """
    campaign = readers.get(session, series=series, by=by)
    wanted = select(FunderRefund).where(FunderRefund.campaign_id == campaign.id)
    return list(session.scalars(keyset.page(wanted, FunderRefund.id, after=after, limit=limit)))


def _transfers(
    session: Session, campaign: Campaign, funder: str | None, amount_cents: int
) -> tuple[int, list[journal.Transfer], dict[str, int]]:
    money = campaign.money_side.value
    if funder is None:
        unknown = journal.Transfer(money, accounts.SUSPENSE, amount_cents, books.UNATTRIBUTED)
        return 0, [unknown], {}
    promised = accounts.pledged(funder)
    colour = books.unit_colour(session, campaign_id=campaign.id, funder=funder)
    balance, version = accounts.seen(session, campaign_id=campaign.id, addresses=[promised]).get(
        promised, (0, None)
    )
    matched = min(balance, amount_cents)
    transfers = []
    if matched:
        transfers = [
            journal.Transfer(money, accounts.receivable(funder), matched, colour),
            journal.Transfer(promised, accounts.funds(funder), matched, colour),
        ]
    if matched < amount_cents:
        transfers.append(journal.Transfer(money, accounts.SUSPENSE, amount_cents - matched, colour))
    return matched, transfers, {} if version is None else {promised: version}
