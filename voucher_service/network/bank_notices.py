"""Bank notices: an operator's people, those of before too, are told by mail what happens to its account.

Whoever takes over one person's account cannot keep this from the others. No mail holds a whole IBAN.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.identity.users import User
from voucher_service.kernel import clock, logs, mail
from voucher_service.kernel.actor import Role
from voucher_service.network import bank_details
from voucher_service.network.bank_details import BankDetails, Decision


class Event(Enum):
    """What happened to proposed details, as the subject of the mail says it."""

    PROPOSED = "Nouvelles coordonnées bancaires proposées"
    APPROVED = "Nouvelles coordonnées bancaires approuvées"
    REJECTED = "Coordonnées bancaires refusées"
    WITHDRAWN = "Coordonnées bancaires retirées"


_SAID = {
    Event.PROPOSED: "De nouvelles coordonnées bancaires ont été proposées ; elles attendent d'être vérifiées.",
    Event.APPROVED: "De nouvelles coordonnées bancaires ont été vérifiées et approuvées.",
    Event.REJECTED: "Les coordonnées bancaires proposées ont été refusées ; rien ne change.",
    Event.WITHDRAWN: "Les coordonnées bancaires proposées ont été retirées ; rien ne change.",
}


def tell(
    session: Session,
    *,
    event: Event,
    details: BankDetails,
    old: BankDetails | None = None,
    decision: Decision | None = None,
    at: datetime,
) -> None:
    """Write to the operator's people, and to those whose accounts were closed under the account in force before."""
    before = old or bank_details.current(session, operator_id=details.operator_id, at=at)
    before = None if before is details else before
    text = _text(session, event, details, before, decision)
    since = before.recorded_at if before else at
    for reader in contacts(session, operator_id=details.operator_id, since=since):
        mail.post(session, to=reader, subject=event.value, text=text, at=at)


def contacts(session: Session, *, operator_id: UUID, since: datetime) -> Sequence[str]:
    """Return the addresses of an operator's people: those of now, and those whose accounts were closed ``since``."""
    theirs = select(User.email).where(User.organisation_id == operator_id, User.role == Role.VENUE)
    known = or_(User.locked_at.is_(None), User.locked_at >= since)
    return session.scalars(theirs.where(known).order_by(User.email)).all()


def _text(
    session: Session,
    event: Event,
    details: BankDetails,
    old: BankDetails | None,
    decision: Decision | None,
) -> str:
    lines = [
        "Bonjour,",
        "",
        f"{_SAID[event]}",
        "",
        f"Exploitant : {_name(session, details)}",
        *([f"Compte utilisé jusqu'ici : {old.masked_iban}"] if old else []),
        f"Compte proposé : {details.masked_iban}",
        *_waits(decision),
        "",
        "Si vous n'êtes pas à l'origine de cette demande, appelez le service qui vous paie au numéro que vous",
        "connaissez déjà, sans attendre. Ne répondez pas à ce message et ne suivez aucun numéro reçu par message.",
        "",
    ]
    return "\n".join(lines)


def _waits(decision: Decision | None) -> list[str]:
    if decision is None or decision.in_force_at is None or decision.in_force_at <= decision.at:
        return []
    starts_at = decision.in_force_at.astimezone(clock.PARIS)
    return [
        f"Aucun virement ne partira avant le {starts_at:%d/%m/%Y à %H:%M}, pour laisser le temps de vérifier."
    ]


def _name(session: Session, details: BankDetails) -> str:
    name = session.get_one(Organisation, details.operator_id).name
    # A name in capitals may look like a code, and no mail with such a thing leaves.
    return "le vôtre" if logs.tells_a_code(name) else name
