"""Bank search: what became of proposed bank details, and what is checked before a person decides on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session, aliased

from voucher_service.identity.organisations import Organisation
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.network import (
    bank_proposals,
    evidence,
    holder_names,
    ibans,
    operators,
)
from voucher_service.network.bank_details import BankDetails, Decision, Outcome, Withdrawal
from voucher_service.network.bank_proposals import BankDetailsAreUnknown
from voucher_service.network.evidence import Evidence
from voucher_service.network.holder_names import Likeness
from voucher_service.network.payees import Payee


class State(Coded):
    """How far proposed details are."""

    WAITING = ("waiting", "En attente d'approbation", "Waiting for approval")
    COOLING = ("cooling", "Approuvées, délai de sécurité en cours", "Approved, in their safety delay")
    IN_FORCE = ("in-force", "Utilisées pour les paiements", "Used for payments")
    REPLACED = ("replaced", "Remplacées", "Replaced")
    REJECTED = ("rejected", "Refusées", "Rejected")
    WITHDRAWN = ("withdrawn", "Retirées", "Withdrawn")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed details of an operator, and what became of them up to now."""

    details: BankDetails
    operator: str
    decision: Decision | None
    withdrawal: Withdrawal | None
    payee: Payee | None
    is_replaced: bool
    seen_at: datetime

    @property
    def state(self) -> State:
        """Say in one word how far they are."""
        if self.withdrawal is not None:
            return State.WITHDRAWN
        if self.decision is None:
            return State.WAITING
        if self.decision.outcome == Outcome.REJECTED:
            return State.REJECTED
        if self.is_replaced:
            return State.REPLACED
        starts_at = self.decision.in_force_at or self.decision.at
        return State.IN_FORCE if self.seen_at >= starts_at else State.COOLING


@dataclass(frozen=True, slots=True)
class Checks:
    """What the service can tell of an account by itself: its bank, whose name it bears, and who else is paid on it.

    That its IBAN is well formed (mod 97) and reached by SEPA was checked when it was proposed.
    """

    bank: str | None
    legal_name: str
    likeness: Likeness
    also_paid: Sequence[str]
    papers: Sequence[Evidence]


def get(session: Session, *, details_id: int, at: datetime, by: Actor) -> Proposal:
    """Return proposed details: to the operator's own people, and to whoever is of the scheme.

    Raises ``BankDetailsAreUnknown``.
    """
    bank_proposals.own(session, details_id=details_id, by=by)
    row = session.execute(_proposals(at).where(BankDetails.id == details_id)).one_or_none()
    if row is None:
        raise BankDetailsAreUnknown(details_id)
    return _proposal(row, at)


def search(
    session: Session,
    *,
    operator_id: UUID | None = None,
    is_waiting: bool = False,
    words: str = "",
    after: int | None = None,
    start: int = 0,
    limit: int | None = 50,
    at: datetime,
    by: Actor,
) -> Sequence[Proposal]:
    """List proposed details, the newest first: to an operator's people their own, to others all.

    ``is_waiting`` keeps those on which nobody decided yet, ``words`` those of operators whose names hold them all.
    Raises ``OperatorIsUnknown``.
    """
    wanted = _proposals(at)
    if operator_id is not None:
        operator = operators.own(session, operator_id=operator_id, by=by)
        wanted = wanted.where(BankDetails.operator_id == operator.organisation_id)
    elif by.role is Role.VENUE:
        wanted = wanted.where(BankDetails.operator_id == by.organisation_id)
    if is_waiting:
        wanted = wanted.where(Decision.details_id.is_(None), Withdrawal.details_id.is_(None))
    for word in words.split():
        wanted = wanted.where(Organisation.name.icontains(word, autoescape=True))
    newest = keyset.page(wanted, BankDetails.id, after=after, start=start, limit=limit, newest_first=True)
    return [_proposal(row, at) for row in session.execute(newest)]


def checks(session: Session, *, proposal: Proposal) -> Checks:
    """Check an account by what is known: its bank, its holder's name, and the other operators paid on it."""
    details = proposal.details
    legal_name = proposal.payee.name if proposal.payee else proposal.operator
    others = (
        select(Organisation.name)
        .join(BankDetails, BankDetails.operator_id == Organisation.id)
        .where(BankDetails.iban == details.iban, BankDetails.operator_id != details.operator_id)
        .where(~exists().where(Decision.details_id == BankDetails.id, Decision.outcome == Outcome.REJECTED))
    )
    return Checks(
        bank=ibans.bank_of(details.iban),
        legal_name=legal_name,
        likeness=holder_names.compare(details.holder, legal_name),
        also_paid=session.scalars(others.distinct().order_by(Organisation.name)).all(),
        papers=evidence.of(session, subject=details.subject),
    )


def _proposals(at: datetime) -> Select[BankDetails, str, Decision, Withdrawal, Payee, bool]:
    newer, approved, taken_back = aliased(BankDetails), aliased(Decision), aliased(Withdrawal)
    is_replaced = (
        exists()
        .where(newer.operator_id == BankDetails.operator_id, newer.id > BankDetails.id)
        .where(approved.details_id == newer.id, approved.in_force_at <= at)
        .where(~exists().where(taken_back.details_id == newer.id))
    )
    return (
        select(BankDetails, Organisation.name, Decision, Withdrawal, Payee, is_replaced)
        .join(Organisation, Organisation.id == BankDetails.operator_id)
        .outerjoin(Decision, Decision.details_id == BankDetails.id)
        .outerjoin(Withdrawal, Withdrawal.details_id == BankDetails.id)
        .outerjoin(Payee, Payee.details_id == BankDetails.id)
    )


def _proposal(row: Row[*tuple[Any, ...]], at: datetime) -> Proposal:
    return Proposal(row[0], row[1], row[2], row[3], row[4], row[5], at)
