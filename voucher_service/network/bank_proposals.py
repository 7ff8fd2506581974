"""Bank proposals: an operator's account is proposed, proved by a paper, and may be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from voucher_service.identity import duties, separation
from voucher_service.identity.naming import clean_name
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import bank_notices, evidence, ibans, operators
from voucher_service.network.bank_details import BankDetails, Decision, Outcome, Withdrawal
from voucher_service.network.bank_notices import Event
from voucher_service.network.evidence import Evidence
from voucher_service.network.operators import Operator

_PROPOSERS = (Role.OPERATOR, Role.FINANCE, Role.VENUE)


@dataclass(eq=False)
class BankDetailsAreUnknown(Refusal):
    """No such bank details: look at the list of those that were proposed.

    FR: Coordonnées bancaires inconnues : consultez la liste de celles qui ont été proposées.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    details_id: int


@dataclass(eq=False)
class ProposalIsWaiting(Refusal):
    """Other details wait for approval already: have them decided, or withdraw them, then propose these.

    FR: D'autres coordonnées attendent déjà une approbation : faites-les traiter ou retirez-les d'abord.
    """

    details_id: int


@dataclass(eq=False)
class ProposalIsOver(Refusal):
    """These details were decided or withdrawn already: propose them again if they are still needed.

    FR: Ces coordonnées ont déjà été traitées ou retirées : proposez-les de nouveau s'il le faut.
    """

    details_id: int


def propose(
    session: Session,
    *,
    operator_id: UUID,
    iban: str,
    holder: str,
    bic: str | None = None,
    at: datetime,
    by: Actor,
) -> BankDetails:
    """Propose where an operator is to be paid; its own people or the scheme's may. The BIC may be left out.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``IbanIsWrong``, ``IbanIsOutsideSepa``, ``BicIsWrong``,
    ``NameIsMalformed``, ``ProposalIsWaiting``.
    """
    duties.require(*_PROPOSERS, duty="propose-bank-details", by=by, at=at)
    operator = operators.own(session, operator_id=operator_id, by=by)
    known_iban, known_bic = ibans.checked(iban, bic)
    details = BankDetails(
        operator_id=operator.organisation_id,
        iban=known_iban,
        bic=known_bic,
        holder=clean_name(holder),
        recorded_at=at,
        recorded_by=by.user_id,
    )
    written = write(session, details)
    separation.perform(session, duty=Duty.PROPOSE_BANK_DETAILS, subject=written.subject, at=at, by=by)
    bank_notices.tell(session, event=Event.PROPOSED, details=written, at=at)
    return written


def write(session: Session, details: BankDetails) -> BankDetails:
    """Write a proposal down, one at a time for each operator; raises ``ProposalIsWaiting``."""
    alone(session, operator_id=details.operator_id)
    waiting = select(BankDetails.id).where(
        BankDetails.operator_id == details.operator_id,
        ~exists().where(Decision.details_id == BankDetails.id),
        ~exists().where(Withdrawal.details_id == BankDetails.id),
    )
    before = session.scalars(waiting.limit(1)).one_or_none()
    if before is not None:
        raise ProposalIsWaiting(before)
    session.add(details)
    session.flush()
    return details


def keep_evidence(session: Session, *, details_id: int, content: bytes, at: datetime, by: Actor) -> Evidence:
    """Add a paper that proves proposed details, before they are decided; their own people or the scheme's may.

    Raises ``DutyIsNotYours``, ``BankDetailsAreUnknown``, ``ProposalIsOver``, ``EvidenceIsNotReadable``,
    ``EvidenceIsComplete``.
    """
    duties.require(*_PROPOSERS, duty="prove-bank-details", by=by, at=at)
    details = waiting(session, details_id=details_id, by=by)
    return evidence.keep(session, subject=details.subject, content=content, at=at, by=by)


def withdraw(session: Session, *, details_id: int, reason: str, at: datetime, by: Actor) -> Withdrawal:
    """Take details back that wait for approval or still cool: what was approved before stands again.

    The operator's own people or the scheme's may. Raises ``DutyIsNotYours``, ``BankDetailsAreUnknown``,
    ``ProposalIsOver``, ``NameIsMalformed``.
    """
    duties.require(*_PROPOSERS, duty="withdraw-bank-details", by=by, at=at)
    details = own(session, details_id=details_id, by=by)
    alone(session, operator_id=details.operator_id)
    decision = session.get(Decision, details_id)
    is_open = decision is None or _is_cooling(decision, at)
    if not is_open or session.get(Withdrawal, details_id) is not None:
        raise ProposalIsOver(details_id)
    taken_back = insert(Withdrawal).values(
        details_id=details_id, reason=clean_name(reason), at=at, by=by.user_id
    )
    withdrawal = session.scalars(taken_back.returning(Withdrawal)).one()
    bank_notices.tell(session, event=Event.WITHDRAWN, details=details, at=at)
    return withdrawal


def own(session: Session, *, details_id: int, by: Actor) -> BankDetails:
    """Return proposed details: to the operator's own people, and to whoever is of the scheme.

    Raises ``BankDetailsAreUnknown``, also where they are another's.
    """
    details = session.get(BankDetails, details_id)
    if details is None or (by.role is Role.VENUE and details.operator_id != by.organisation_id):
        raise BankDetailsAreUnknown(details_id)
    return details


def waiting(session: Session, *, details_id: int, by: Actor) -> BankDetails:
    """Return details on which nobody decided yet, and let nobody else act on their operator's meanwhile.

    Raises ``BankDetailsAreUnknown``, ``ProposalIsOver``.
    """
    details = own(session, details_id=details_id, by=by)
    alone(session, operator_id=details.operator_id)
    if session.get(Decision, details_id) is not None or session.get(Withdrawal, details_id) is not None:
        raise ProposalIsOver(details_id)
    return details


def alone(session: Session, *, operator_id: UUID) -> None:
    """Wait until nobody else acts on this operator's details, and keep others waiting to the end of the act."""
    session.execute(
        select(Operator.organisation_id)
        .where(Operator.organisation_id == operator_id)
        .with_for_update(key_share=True)
    )


def _is_cooling(decision: Decision, at: datetime) -> bool:
    starts_at = decision.in_force_at
    return decision.outcome == Outcome.APPROVED and starts_at is not None and starts_at > at
