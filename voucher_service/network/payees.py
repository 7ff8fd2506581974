"""Payees: an operator that closed, or whose claims are another's, stays payable — to somebody else.

A liquidator, a notary, the bank to which the claims were assigned: each is a person of his own, with an account
that is proposed, proved and approved as any, and always with the delay of a change. The deed names him and dates
his right; what is unpaid goes to him from then on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, exists, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties, separation
from voucher_service.identity.naming import clean_name
from voucher_service.identity.organisations import clean_siret
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import bank_notices, bank_proposals, ibans, operators
from voucher_service.network.bank_details import BankDetails, Decision, Outcome, Withdrawal
from voucher_service.network.bank_notices import Event
from voucher_service.network.holds import Cause


class PayeeKind(Coded):
    """By what right somebody else is paid what an operator earned."""

    LIQUIDATOR = ("liquidator", "Liquidateur ou mandataire judiciaire", "Liquidator")
    NOTARY = ("notary", "Notaire ou héritiers", "Notary or heirs")
    ASSIGNEE = ("assignee", "Banque cessionnaire (cession Dailly)", "Bank to which the claims were assigned")
    CREDITOR = ("creditor", "Créancier saisissant", "Seizing creditor")
    OTHER = ("other", "Autre bénéficiaire", "Other payee")


RELEASES = {
    PayeeKind.LIQUIDATOR: (Cause.CLOSED,),
    PayeeKind.NOTARY: (Cause.CLOSED,),
    PayeeKind.ASSIGNEE: (Cause.ASSIGNMENT,),
    PayeeKind.CREDITOR: (),
    PayeeKind.OTHER: (Cause.CLOSED,),
}
"""The holds that waited for such a payee. A seizure has an amount: a person lifts it."""


class Payee(Base):
    """Whom an account pays in the operator's place: by what right, under which deed, since when."""

    __tablename__ = "payee"

    details_id: Mapped[int] = mapped_column(
        ForeignKey("bank_details.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[PayeeKind]
    name: Mapped[str]
    siret: Mapped[Code | None]
    reference: Mapped[str]
    entitled_on: Mapped[date]


@dataclass(eq=False)
class DeedIsAhead(Refusal):
    """This date is to come: record the deed once its day is there.

    FR: Cette date est à venir : enregistrez l'acte le jour venu.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(frozen=True, slots=True)
class Deed:
    """Who is paid in an operator's place, by what right, under which deed, and since when."""

    kind: PayeeKind
    name: str
    siret: str | None
    reference: str
    entitled_on: date


def propose(
    session: Session,
    *,
    operator_id: UUID,
    deed: Deed,
    iban: str,
    holder: str,
    bic: str | None = None,
    on: date,
    at: datetime,
    by: Actor,
) -> BankDetails:
    """Propose to pay somebody else what an operator earned and was not paid. The scheme's duty.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``DeedIsAhead``, ``SiretIsWrong``, ``IbanIsWrong``,
    ``IbanIsOutsideSepa``, ``BicIsWrong``, ``NameIsMalformed``, ``ProposalIsWaiting``.
    """
    duties.require(Role.OPERATOR, Role.FINANCE, duty="propose-payee", by=by, at=at)
    if deed.entitled_on > on:
        raise DeedIsAhead
    known_iban, known_bic = ibans.checked(iban, bic)
    details = bank_proposals.write(
        session,
        BankDetails(
            operator_id=operators.get(session, operator_id=operator_id).organisation_id,
            iban=known_iban,
            bic=known_bic,
            holder=clean_name(holder),
            recorded_at=at,
            recorded_by=by.user_id,
        ),
    )
    session.execute(insert(Payee).values(details_id=details.id, **_written(deed)))
    separation.perform(session, duty=Duty.PROPOSE_PAYEE, subject=details.subject, at=at, by=by)
    bank_notices.tell(session, event=Event.PROPOSED, details=details, at=at)
    return details


def find(session: Session, *, details_id: int) -> Payee | None:
    """Return whom an account pays in the operator's place; None where it is the operator's own."""
    return session.get(Payee, details_id)


def paid_at(session: Session, *, operators: Collection[UUID], at: datetime) -> dict[tuple[UUID, str], Payee]:
    """Return, by operator and IBAN, whom their accounts paid in their place at this instant; none where their own."""
    taken_back = exists().where(Withdrawal.details_id == BankDetails.id, Withdrawal.at <= at)
    newest = (
        select(BankDetails.operator_id, BankDetails.iban, Payee)
        .ext(distinct_on(BankDetails.operator_id, BankDetails.iban))
        .join(Decision, Decision.details_id == BankDetails.id)
        .outerjoin(Payee, Payee.details_id == BankDetails.id)
        .where(BankDetails.operator_id.in_(operators), Decision.outcome == Outcome.APPROVED)
        .where(Decision.at <= at, ~taken_back)
        .order_by(BankDetails.operator_id, BankDetails.iban, BankDetails.id.desc())
    )
    return {(row[0], row[1]): row[2] for row in session.execute(newest) if row[2] is not None}


def _written(deed: Deed) -> dict[str, object]:
    return {
        "kind": deed.kind,
        "name": clean_name(deed.name),
        "siret": clean_siret(deed.siret) if deed.siret else None,
        "reference": clean_name(deed.reference),
        "entitled_on": deed.entitled_on,
    }
