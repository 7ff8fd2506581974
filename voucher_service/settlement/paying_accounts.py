"""Paying accounts: from which account a campaign pays its venues, and on which budget line. The latest stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.identity.naming import clean_name
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import ibans


class PayingAccount(Base):
    """A campaign's account as it was given; ``imputation`` is the M57 account of its mandates, where known.

    ``most_payments`` and ``most_cents`` are what its bank takes in one file, where the contract with it says so.
    """

    __tablename__ = "paying_account"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    iban: Mapped[Code]
    bic: Mapped[Code | None]
    holder: Mapped[str]
    imputation: Mapped[Code | None]
    most_payments: Mapped[int | None]
    most_cents: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(eq=False)
class PayingAccountIsMissing(Refusal):
    """This campaign has no account to pay from: record its IBAN, then freeze the run.

    FR: Cette campagne n'a pas de compte payeur : enregistrez son IBAN, puis arrêtez le lot.
    """

    series: str


@dataclass(eq=False)
class FileLimitIsWrong(Refusal):
    """A file carries at least one payment of one cent: correct the limit, or leave it out.

    FR: Un fichier porte au moins un paiement d'un centime : corrigez la limite, ou laissez-la vide.
    """

    kind = Kind.INVALID


def record(
    session: Session,
    *,
    series: str,
    iban: str,
    holder: str,
    bic: str | None = None,
    imputation: str | None = None,
    most_payments: int | None = None,
    most_cents: int | None = None,
    at: datetime,
    by: Actor,
) -> PayingAccount:
    """Write down the account from which a campaign pays, and what its bank takes in one file; runs frozen keep theirs.

    Raises ``CampaignIsUnknown``, ``IbanIsWrong``, ``IbanIsOutsideSepa``, ``BicIsWrong``, ``NameIsMalformed``,
    ``FileLimitIsWrong``.
    """
    if min(most_payments or 1, most_cents or 1) < 1:
        raise FileLimitIsWrong
    campaign = campaigns.get(session, series)
    known_iban, known_bic = ibans.checked(iban, bic)
    last = select(func.coalesce(func.max(PayingAccount.no), 0)).where(
        PayingAccount.campaign_id == campaign.id
    )
    no = session.execute(last).scalar_one() + 1
    session.execute(
        insert(PayingAccount).values(
            campaign_id=campaign.id,
            no=no,
            iban=known_iban,
            bic=known_bic,
            holder=clean_name(holder),
            imputation=imputation,
            most_payments=most_payments,
            most_cents=most_cents,
            at=at,
            by=by.user_id,
        )
    )
    return session.get_one(PayingAccount, (campaign.id, no))


def find(session: Session, campaign: Campaign) -> PayingAccount | None:
    """Return the account from which a campaign pays now, if one was recorded."""
    last = select(PayingAccount).where(PayingAccount.campaign_id == campaign.id)
    return session.scalars(last.order_by(PayingAccount.no.desc()).limit(1)).one_or_none()


def of_campaign(session: Session, campaign: Campaign) -> Sequence[PayingAccount]:
    """Return every account that a campaign was given, the newest first."""
    mine = select(PayingAccount).where(PayingAccount.campaign_id == campaign.id)
    return session.scalars(mine.order_by(PayingAccount.no.desc())).all()


def needed(session: Session, campaign: Campaign) -> PayingAccount | None:
    """Return the account that a run will be paid from; a public accountant's campaign may do without.

    Raises ``PayingAccountIsMissing`` where the campaign orders its bank itself.
    """
    account = find(session, campaign)
    if account is None and campaign.money_side is MoneySide.BANK:
        raise PayingAccountIsMissing(campaign.series)
    return account
