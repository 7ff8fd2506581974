"""Calls for funds (*appels de fonds*): what funders were asked for, in numbered documents, once for each thing.

On its convention's instalments, or on used vouchers: for each of them, what the funder bears of its face beyond what
it advanced. How one is issued is in ``calling``; what came of it in ``call_receipts``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, SmallInteger, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:calls, CAST(:campaign_id AS integer))")
_CALLS = 0x43414C4C


class Basis(StrEnum):
    """What a call asks for: instalments that are due, or vouchers that were used."""

    INSTALMENTS = "instalments"
    USED = "used"


class FundCall(Base):
    """A call: its number, whom it asks, for how much, until when; ``things`` are instalments or vouchers.

    ``until`` is the last day of instalments or of service that it takes, ``position`` how far the record was read.
    ``outside`` says that it is paid straight to those who advanced, not into the campaign's money.
    """

    __tablename__ = "fund_call"
    __table_args__ = (Index(None, "campaign_id", "funder"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    funder: Mapped[Code] = mapped_column(ForeignKey("funder.code"))
    basis: Mapped[Basis]
    amount_cents: Mapped[int]
    things: Mapped[int] = mapped_column(Integer)
    until: Mapped[date]
    position: Mapped[int]
    issued_on: Mapped[date]
    pay_by: Mapped[date]
    outside: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))

    @property
    def number(self) -> str:
        """The number that the document bears, and that a transfer quotes: ``PN-2026-AF2``."""
        return f"{self.series}-AF{self.no}"


class CallCancellation(Base):
    """A call was cancelled: why, on which day and by whom. Its number stays its own."""

    __tablename__ = "call_cancellation"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "call_no"], ["fund_call.campaign_id", "fund_call.no"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[str]
    cancelled_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]


LIVE_LINE = """NOT EXISTS (SELECT FROM call_cancellation AS cancelled
                WHERE cancelled.campaign_id = line.campaign_id AND cancelled.call_no = line.call_no)"""
"""Beside ``call_line AS line`` (or ``call_instalment AS line``): its call was not cancelled."""


class CallInstalment(Base):
    """An instalment was called: once, but for calls that were cancelled (``attempt`` counts those before)."""

    __tablename__ = "call_instalment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "funder", "instalment_no"],
            ["instalment.campaign_id", "instalment.funder", "instalment.no"],
        ),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    funder: Mapped[Code] = mapped_column(primary_key=True)
    instalment_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, server_default="0"
    )
    call_no: Mapped[int] = mapped_column(Integer)


class CallLine(Base):
    """A used voucher was called from a funder, or taken off because it was given back.

    Each once, but for calls that were cancelled (``attempt`` counts those before).
    """

    __tablename__ = "call_line"
    __table_args__ = (Index(None, "campaign_id", "call_no"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    funder: Mapped[Code] = mapped_column(primary_key=True)
    is_credit: Mapped[bool] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, server_default="0"
    )
    call_no: Mapped[int] = mapped_column(Integer)
    cents: Mapped[int]


class CallBeneficiary(Base):
    """Who advanced what a call on used vouchers asks for, and is owed it: cents by funder."""

    __tablename__ = "call_beneficiary"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "call_no"], ["fund_call.campaign_id", "fund_call.no"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    funder: Mapped[Code] = mapped_column(ForeignKey("funder.code"), primary_key=True)
    cents: Mapped[int]


@dataclass(eq=False)
class CallIsUnknown(Refusal):
    """No call for funds of this campaign bears this number: look for it in the list.

    FR: Aucun appel de fonds de cette campagne ne porte ce numéro : cherchez-le dans la liste.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    series: str
    no: int


@dataclass(eq=False)
class CallIsCancelled(Refusal):
    """This call was cancelled: nothing is due on it any more.

    FR: Cet appel a été annulé : plus rien n'est dû à ce titre.
    """

    number: str


def get(session: Session, *, series: str, no: int, by: Actor) -> FundCall:
    """Return a call of a campaign that a person may read of.

    Raises ``CampaignIsUnknown``, ``CallIsUnknown``.
    """
    found = session.get(FundCall, (readers.get(session, series=series, by=by).id, no))
    if found is None:
        raise CallIsUnknown(series, no)
    return found


def hold(session: Session, *, campaign_id: int) -> None:
    """Keep others from issuing, receiving on or cancelling calls of a campaign until the act is over."""
    session.execute(_ONE_AT_A_TIME, {"calls": _CALLS, "campaign_id": campaign_id})


def cancellation(session: Session, call: FundCall) -> CallCancellation | None:
    """Return why and when a call was cancelled, where it was."""
    return session.get(CallCancellation, (call.campaign_id, call.no))


def refuse_if_cancelled(session: Session, call: FundCall) -> None:
    """Raise ``CallIsCancelled`` where a call was."""
    if cancellation(session, call) is not None:
        raise CallIsCancelled(call.number)


def beneficiaries(session: Session, *, campaign_id: int, no: int) -> dict[str, int]:
    """Return who is owed what a call asks for, in cents by funder; nobody for instalments."""
    wanted = select(CallBeneficiary.funder, CallBeneficiary.cents).where(
        CallBeneficiary.campaign_id == campaign_id, CallBeneficiary.call_no == no
    )
    return {row.funder: row.cents for row in session.execute(wanted.order_by(CallBeneficiary.funder))}
