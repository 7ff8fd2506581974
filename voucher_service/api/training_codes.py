"""Training codes: what a counter answers to codes that can never be paid."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.marks import allow, query
from voucher_service.api.paging import Page, listing, page
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.turned_away import Reason, reason
from voucher_service.api.wire import Cents, Choice, One, Text, Wire
from voucher_service.kernel import clock
from voucher_service.vouchers import rehearsal
from voucher_service.vouchers.lookup import Sorted
from voucher_service.vouchers.rehearsal import Exercise

resource = Resource("training-codes", "Codes to train with, which can never be paid.")


class TrainingCodeShown(Wire):
    """A code to train with, and how an exercise answers it; look-ups and redemptions refuse it as such."""

    code = Text(required=True)
    outcome = Choice(Sorted, required=True)
    face_cents = Cents(allow_none=True, required=True)
    reason = One(Reason, allow_none=True, required=True)


@resource.get("/training-codes")
@allow()
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(TrainingCodeShown))
def list_all(_session: Session, wanted: dict[str, Any]) -> Reply:
    """List the training codes, each with what an exercise answers."""
    exercises = [_shown(exercise) for exercise in rehearsal.exercises(clock.civil_date(clock.now()))]
    return page(exercises, limit=max(wanted["limit"], len(exercises)), key=lambda row: [row["code"]])


def _shown(exercise: Exercise) -> dict[str, Any]:
    answer = exercise.answer
    return {
        "code": exercise.code,
        "outcome": answer.outcome,
        "face_cents": answer.face_cents,
        "reason": reason(answer.reason),
    }
