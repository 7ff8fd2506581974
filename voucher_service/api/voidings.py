"""Voidings: lost, stolen or spoiled papers stop being worth anything."""

from typing import Any

from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import BookletNumber, Ordinal, Serial, Series, chosen
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import voiding
from voucher_service.vouchers.holdings import LARGEST_TARGET
from voucher_service.vouchers.voiding import Reason

resource = Resource("voidings", "Papers that stopped being worth anything.")

_MOST_BOOKLETS = 400


class PapersRequest(Wire):
    """Which papers, by voucher or by whole booklet, and what happened to them."""

    series = Series(required=True)
    reason = Choice(Reason, required=True)
    serials = Many(Serial(), most=LARGEST_TARGET, load_default=[])
    booklets = Many(BookletNumber(), most=_MOST_BOOKLETS, load_default=[])

    @validates_schema
    def _agree(self, wanted: dict[str, Any], **_: Any) -> None:
        refuse_nothing(wanted)


def refuse_nothing(wanted: dict[str, Any]) -> None:
    """Raise ``ValidationError`` where no paper is named."""
    if not wanted["serials"] and not wanted["booklets"]:
        raise ValidationError({"serials": ["Missing data for required field."]})


class VoidingShown(Wire):
    """Papers that were voided together, and the value that went back to the funders' funds."""

    id = Id(required=True)
    series = Text(required=True)
    reason = Choice(Reason, required=True)
    papers = Whole(required=True)
    value_cents = Cents(least=0, required=True)
    voided_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)
    serials = Many(Text(), required=True)


class VoidingRequest(PapersRequest):
    """Which papers to void: also whole booklets from one to another, as when a stack of sheets is spoiled."""

    first_booklet = Ordinal(load_default=None, allow_none=True)
    last_booklet = Ordinal(load_default=None, allow_none=True)

    @validates_schema
    def _agree(self, wanted: dict[str, Any], **_: Any) -> None:
        first, last = wanted["first_booklet"], wanted["last_booklet"]
        if first is None and last is None:
            refuse_nothing(wanted)
        elif first is None or last is None:
            missing = "first_booklet" if first is None else "last_booklet"
            raise ValidationError({missing: ["Missing data for required field."]})
        elif not 0 <= last - first < _MOST_BOOKLETS:
            latest = first + _MOST_BOOKLETS - 1
            problem = f"Must be greater than or equal to {first} and less than or equal to {latest}."
            raise ValidationError({"last_booklet": [problem]})


@resource.post("/voidings")
@allow(Role.PRESCRIBER, Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(VoidingRequest)
@resource.response(201, VoidingShown)
def void(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Void what is left of vouchers and booklets: a prescriber those of its own sites."""
    at = clock.now()
    voided = voiding.void(session, **chosen(wanted), on=clock.civil_date(at), at=at, by=actor())
    shown = {name: getattr(voided.fact, name) for name in VoidingShown().fields if name != "serials"}
    return shown | {"serials": voided.serials}
