"""Payment runs: what was owed to venues, frozen at one moment.

Nothing is marked: a run is frozen because it exists, approved because an approval names it, paid because the
bank's statement said so of each payment. Its content is a set of redemptions, never a stretch of time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import keyset
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, statements
from voucher_service.settlement.outcomes import LIVE, Fate, PaymentOutcome
from voucher_service.vouchers.redemption import Redemption

_RUN_OF = text(f"SELECT (SELECT line.run_no {LIVE}) FROM redemption WHERE redemption.id = :redemption_id")
_HOLD_PAYING = text("""
SELECT account.version FROM account
JOIN (SELECT DISTINCT campaign_id, 'run/' || run_no AS address FROM run_payment
      WHERE end_to_end_id = ANY(CAST(:references AS text[]))) AS paying USING (campaign_id, address)
ORDER BY campaign_id, address FOR UPDATE OF account""")


class PaymentRun(Base):
    """A run as it was frozen; ``position`` is the place in the record up to which redemptions were looked at.

    ``total_cents`` is gross, ``netted_cents`` what of it is taken back, ``net_cents`` what is ordered to be paid. Its
    figures and its hash are those of the freeze: what is left of it is said by ``changes.standing``.
    """

    __tablename__ = "payment_run"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "paying_account_no"],
            ["paying_account.campaign_id", "paying_account.no"],
            name="fk_payment_run_paying_account",
        ),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True)
    cut_off_on: Mapped[date]
    position: Mapped[int]
    paying_account_no: Mapped[int | None]
    payments: Mapped[int]
    redemptions: Mapped[int]
    total_cents: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    minimum_cents: Mapped[int] = mapped_column(server_default="0")
    is_last: Mapped[bool] = mapped_column(server_default="false")
    approvals_needed: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    netted_cents: Mapped[int] = mapped_column(server_default="0")
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))

    @property
    def net_cents(self) -> int:
        """What the run was frozen to move, in cents."""
        return self.total_cents - self.netted_cents


class RunPayment(Base):
    """One transfer of a run, to one operator: whom it pays, where, and how the bank will name it.

    ``amount_cents`` is gross; ``claim_cents`` is what the operator owed back when the run was frozen, and
    ``netted_cents`` what of that the payment takes: all where a bank pays, nothing where a public accountant does.
    ``is_first`` where nothing was ever paid to this operator on this account.
    """

    __tablename__ = "run_payment"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    amount_cents: Mapped[int]
    claim_cents: Mapped[int]
    iban: Mapped[Code]
    bic: Mapped[Code | None]
    holder: Mapped[str]
    siret: Mapped[Code]
    end_to_end_id: Mapped[Code] = mapped_column(unique=True)
    is_first: Mapped[bool] = mapped_column(server_default="false")
    netted_cents: Mapped[int] = mapped_column(server_default="0")

    @hybrid_property
    def net_cents(self) -> int:
        """What is ordered to be paid, in cents."""
        return self.amount_cents - self.netted_cents

    @property
    def masked_iban(self) -> str:
        """The IBAN as people other than the payers see it: ``FR76 **** 5432``."""
        return f"{self.iban[:4]} **** {self.iban[-4:]}"


class RunLine(Base):
    """A redemption in a run; ``attempt`` counts the times that it was in a run before and came back.

    ``voucher_version`` is the version of the voucher's account on which the freeze relied.
    """

    __tablename__ = "run_line"
    __table_args__ = (Index(None, "run_no", "payment_no", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    run_no: Mapped[int]
    payment_no: Mapped[int]
    voucher_version: Mapped[int]


@dataclass(eq=False)
class RunIsUnknown(Refusal):
    """This campaign has no payment run of this number.

    FR: Cette campagne n'a pas de lot de paiement portant ce numéro.
    """

    kind = Kind.UNKNOWN
    series: str
    run: int


@dataclass(eq=False)
class RunPaymentIsUnknown(Refusal):
    """No payment bears this reference: read it in the run (for example PN-2026-R3-1).

    FR: Aucun paiement ne porte cette référence : lisez-la dans le lot (par exemple PN-2026-R3-1).
    """

    kind = Kind.UNKNOWN
    reference: str


def get(session: Session, *, series: str, run: int) -> PaymentRun:
    """Return a run by its campaign's series and its number (``PN-2026/1``).

    Raises ``CampaignIsUnknown``, ``RunIsUnknown``.
    """
    frozen = session.get(PaymentRun, (campaigns.get(session, series).id, run))
    if frozen is None:
        raise RunIsUnknown(series, run)
    return frozen


def subject(run: PaymentRun) -> str:
    """Name a run as the subject of people's duties: ``run/PN-2026/3``."""
    return f"run/{run.series}/{run.no}"


def search(
    session: Session, *, series: str, after: int | None = None, limit: int | None = None
) -> list[PaymentRun]:
    """List a campaign's runs, the newest first.

    Raises ``CampaignIsUnknown``.
    """
    wanted = select(PaymentRun).where(PaymentRun.campaign_id == campaigns.get(session, series).id)
    return list(
        session.scalars(keyset.page(wanted, PaymentRun.no, after=after, limit=limit, newest_first=True))
    )


def payments(session: Session, run: PaymentRun) -> Sequence[RunPayment]:
    """Return the payments of a run in their order."""
    mine = (RunPayment.campaign_id == run.campaign_id) & (RunPayment.run_no == run.no)
    return session.scalars(select(RunPayment).where(mine).order_by(RunPayment.no)).all()


def payment(session: Session, run: PaymentRun, *, number: int) -> RunPayment:
    """Return a payment of a run by its number, or raise ``RunPaymentIsUnknown``."""
    found = session.get(RunPayment, (run.campaign_id, run.no, number))
    if found is None:
        raise RunPaymentIsUnknown(f"{run.series}/{run.no}/{number}")
    return found


def staying(session: Session, run: PaymentRun) -> Sequence[RunPayment]:
    """Return the payments of a run in their order, without those that were taken out of it before it left."""
    taken_out = exists().where(
        PaymentOutcome.campaign_id == RunPayment.campaign_id,
        PaymentOutcome.run_no == RunPayment.run_no,
        PaymentOutcome.payment_no == RunPayment.no,
        PaymentOutcome.fate == Fate.WITHDRAWN,
    )
    mine = (RunPayment.campaign_id == run.campaign_id) & (RunPayment.run_no == run.no)
    return session.scalars(select(RunPayment).where(mine, ~taken_out).order_by(RunPayment.no)).all()


def count_lines(session: Session, run: PaymentRun, numbers: Sequence[int]) -> int:
    """Count the redemptions that these payments of a run are for."""
    mine = (RunLine.campaign_id == run.campaign_id) & (RunLine.run_no == run.no)
    counted = select(func.count()).where(mine, RunLine.payment_no.in_(numbers))
    return session.scalars(counted).one()


def run_of(session: Session, redemption: Redemption) -> int | None:
    """Return the run in which a redemption is frozen or paid; none once its payment came back or was taken out."""
    run: int | None = session.scalars(_RUN_OF, {"redemption_id": redemption.id}).one()
    return run


def hold(session: Session, *, campaign_id: int, numbers: Iterable[int]) -> None:
    """Keep others from approving, changing, exporting or settling these runs until the act is over."""
    addresses = [accounts.run(number) for number in numbers]
    accounts.hold(session, campaign_id=campaign_id, addresses=addresses)


def hold_paying(session: Session, references: Iterable[str]) -> None:
    """Keep others from changing the runs in which these payments are, until the act is over: for who settles them."""
    session.execute(_HOLD_PAYING, {"references": sorted(references)})


def refuse_if_not_covered(session: Session, campaign: Campaign) -> None:
    """Raise ``MoneyIsShort`` where all that is frozen and not paid yet exceeds the campaign's money."""
    deposits.refuse_if_not_covered(session, campaign=campaign, amount_cents=_unpaid_cents(session, campaign))


def is_covered(session: Session, campaign: Campaign, *, more_cents: int) -> bool:
    """Say whether the campaign's money covers what is frozen and not paid yet, and so many cents more."""
    money = -statements.balance(session, campaign_id=campaign.id, address=campaign.money_side.value)
    return money >= _unpaid_cents(session, campaign) + more_cents


def _unpaid_cents(session: Session, campaign: Campaign) -> int:
    flows = statements.flows(session, campaign_id=campaign.id, prefixes=["run/"])
    return sum(flow.balance for flow in flows)
