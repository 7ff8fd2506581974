"""Correction: what was noted at a handover is corrected by a new revision, or erased at the person's request."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.vouchers import answers as noted
from voucher_service.vouchers import handover
from voucher_service.vouchers.answers import Answers


def correct(session: Session, *, handover_id: UUID, answers: Answers, at: datetime, by: Actor) -> int:
    """Correct the coded answers of one's own handover; return the number of the new revision.

    Raises ``HandoverIsUnknown``.
    """
    own = handover.own(session, handover_id=handover_id, by=by)
    return noted.note(session, handover_id=own.id, answers=answers, at=at, by=by)


def erase(session: Session, *, handover_id: UUID, by: Actor) -> None:
    """Erase all that was noted about the person at one's own handover (RGPD art. 17); the handover stays.

    Raises ``HandoverIsUnknown``.
    """
    own = handover.own(session, handover_id=handover_id, by=by)
    noted.erase(session, handover_id=own.id)
