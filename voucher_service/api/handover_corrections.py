"""Handover corrections: what was noted at a handover is corrected by a new revision."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.answers import AnswersRequest
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, One, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import correction
from voucher_service.vouchers.answers import Answers

resource = Resource("handover-corrections", "Corrections of what was noted at handovers.")


class CorrectionRequest(Wire):
    """Which handover, and all that is noted of it from now on."""

    handover_id = Id(required=True)
    answers = One(AnswersRequest, required=True)


class CorrectionShown(Wire):
    """A revision of what was noted at a handover."""

    handover_id = Id(required=True)
    revision = Whole(required=True)


@resource.post("/handover-corrections")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(CorrectionRequest)
@resource.response(201, CorrectionShown)
def correct(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Correct what was noted at one's own handover."""
    handover_id, answers = wanted["handover_id"], Answers(**wanted["answers"])
    revision = correction.correct(
        session, handover_id=handover_id, answers=answers, at=clock.now(), by=actor()
    )
    return {"handover_id": handover_id, "revision": revision}
