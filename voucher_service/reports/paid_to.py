"""Paid to: who receives what an operator earned, where it is somebody else; said at the head of its statement."""

from collections.abc import Iterator
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.kernel.clock import PARIS
from voucher_service.network import bank_details, payees, successions
from voucher_service.network.bank_details import Outcome
from voucher_service.network.payees import PayeeKind
from voucher_service.reports.table import Wording

_PAID_TO = Wording("Payé à", "Paid to")
_FOLLOWED_BY = Wording("Successeur", "Successor")
_FOLLOWS = Wording("Succède à", "Follows")


def said(session: Session, *, operator_id: UUID, on: date) -> Iterator[tuple[Wording, str]]:
    """Say who is paid in an operator's place as of a day, and which SIRET it follows or is followed by."""
    account = bank_details.current(
        session, operator_id=operator_id, at=datetime.combine(on, time.max, tzinfo=PARIS)
    )
    payee = payees.find(session, details_id=account.id) if account else None
    if payee is not None:
        kind = PayeeKind(payee.kind).french
        yield _PAID_TO, f"{payee.name} — {kind} ({payee.reference}, {payee.entitled_on:%d/%m/%Y})"
    for known in successions.of(session, operator_id=operator_id):
        if known.decision is None or known.decision.outcome != Outcome.APPROVED:
            continue
        is_before = known.succession.predecessor_id == operator_id
        other = known.successor if is_before else known.predecessor
        yield (_FOLLOWED_BY if is_before else _FOLLOWS), _named(other, known.succession.effective_on)


def _named(organisation: Organisation, on: date) -> str:
    siret = f" — SIRET {organisation.siret}" if organisation.siret else ""
    return f"{organisation.name}{siret} ({on:%d/%m/%Y})"
