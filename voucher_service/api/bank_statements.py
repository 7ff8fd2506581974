"""Bank statements: what the bank says of a campaign's payments."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.confirmations import PaymentsConfirmed, shown
from voucher_service.api.context import actor
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement.bank import hearing

resource = Resource("bank-statements", "What the bank says of the payments.")


class StatementOf(Wire):
    """The campaign whose payments are looked for."""

    series = Series(required=True)


@resource.post("/bank-statements")
@allow(Role.FINANCE)
@command()
@resource.arguments(StatementOf, location="query")
@resource.upload("application/xml")
@resource.response(201, PaymentsConfirmed)
def confirm(session: Session, wanted: dict[str, Any], file: Upload) -> dict[str, Any]:
    """Read a statement of one campaign: payments that left, and payments that came back; again, it changes nothing."""
    now = clock.now()
    heard = hearing.hear(
        session,
        data=file.content,
        series=wanted["series"],
        on=clock.civil_date(now),
        at=now,
        by=actor(),
    )
    return shown(heard.matching)
