"""Bank decisions: a second person of finance approves an operator's details, or rejects them with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from voucher_service.identity import duties, fresh_proof, separation
from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.identity.naming import clean_name
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import (
    bank_details,
    bank_notices,
    bank_proposals,
    evidence,
    holds,
    payees,
)
from voucher_service.network.bank_details import COOLING, BankDetails, Decision, Outcome
from voucher_service.network.bank_notices import Event
from voucher_service.network.holds import Cause
from voucher_service.network.payees import RELEASES, Payee, PayeeKind

_WHY_LIFTED = "Coordonnées bancaires approuvées"


@dataclass(eq=False)
class NobodyWasCalledBack(Refusal):
    """This changes where money goes: call the operator at a number that you knew before, and say whom you spoke to.

    FR: Ce changement déplace de l'argent : rappelez l'exploitant à un numéro déjà connu, et dites qui a répondu.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def approve(
    session: Session,
    *,
    details_id: int,
    proof: FreshProof,
    called_back: str | None = None,
    cooling: timedelta = COOLING,
    at: datetime,
    by: Actor,
) -> Decision:
    """Approve details that another person proposed, once their papers were opened, by who just proved to be there.

    The operator's people are told. A change of account waits ``cooling`` before it is paid on, and somebody must have
    been called back about it. Holds that waited for these details are lifted. Finance's duty. Raises
    ``ProofIsNotFresh``, ``DutyIsNotYours``, ``BankDetailsAreUnknown``, ``ProposalIsOver``, ``DutiesAreIncompatible``,
    ``EvidenceIsMissing``, ``EvidenceIsUnread``, ``NobodyWasCalledBack``, ``NameIsMalformed``.
    """
    fresh_proof.refuse_unless_fresh(proof, at=at, by=by)
    details = _decidable(session, details_id=details_id, at=at, by=by)
    evidence.refuse_unless_read(session, subject=details.subject, by=by)
    is_change = changes_account(session, details=details, at=at)
    if is_change and not called_back:
        raise NobodyWasCalledBack
    approved = insert(Decision).values(
        details_id=details_id,
        outcome=Outcome.APPROVED,
        called_back=clean_name(called_back) if called_back else None,
        in_force_at=at + cooling if is_change else at,
        at=at,
        by=by.user_id,
    )
    old = bank_details.current(session, operator_id=details.operator_id, at=at)
    decision = session.scalars(approved.returning(Decision)).one()
    _release(session, details, at=at, by=by)
    bank_notices.tell(session, event=Event.APPROVED, details=details, old=old, decision=decision, at=at)
    return decision


def reject(session: Session, *, details_id: int, reason: str, at: datetime, by: Actor) -> Decision:
    """Reject details that another person proposed, and say why; what was approved before stands. Finance's duty.

    Raises ``DutyIsNotYours``, ``BankDetailsAreUnknown``, ``ProposalIsOver``, ``DutiesAreIncompatible``,
    ``NameIsMalformed``.
    """
    details = _decidable(session, details_id=details_id, at=at, by=by)
    rejected = insert(Decision).values(
        details_id=details_id, outcome=Outcome.REJECTED, reason=clean_name(reason), at=at, by=by.user_id
    )
    decision = session.scalars(rejected.returning(Decision)).one()
    bank_notices.tell(session, event=Event.REJECTED, details=details, decision=decision, at=at)
    return decision


def changes_account(session: Session, *, details: BankDetails, at: datetime) -> bool:
    """Say whether details would move money: to another account than the one in force, or to another person."""
    old = bank_details.current(session, operator_id=details.operator_id, at=at)
    is_another = old is not None and old.iban != details.iban
    return is_another or payees.find(session, details_id=details.id) is not None


def _decidable(session: Session, *, details_id: int, at: datetime, by: Actor) -> BankDetails:
    duties.require(Role.FINANCE, duty="decide-bank-details", by=by, at=at)
    details = bank_proposals.waiting(session, details_id=details_id, by=by)
    is_payee = session.get(Payee, details_id) is not None
    duty = Duty.APPROVE_PAYEE if is_payee else Duty.APPROVE_BANK_DETAILS
    separation.perform(session, duty=duty, subject=details.subject, at=at, by=by)
    return details


def _release(session: Session, details: BankDetails, *, at: datetime, by: Actor) -> None:
    payee = payees.find(session, details_id=details.id)
    causes = (Cause.RETURNED_PAYMENT, *(RELEASES[PayeeKind(payee.kind)] if payee else ()))
    holds.lift_all(session, operator_id=details.operator_id, causes=causes, reason=_WHY_LIFTED, at=at, by=by)
