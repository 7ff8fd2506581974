"""Cancelling a call for funds on a page: what that does, and why it is done."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import funders
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import call_cancelling, fund_calls
from voucher_service.web.forms import FormSchema, Typed
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("call_cancelling", "/campagnes/<series>/appels-de-fonds/<int:no>/annulation")


class CancellationForm(FormSchema):
    """Why a call is cancelled."""

    reason = Typed(needed="Dites pourquoi.", longest=200)


@pages.get("")
@allow(Role.FINANCE)
def ask(session: Session, series: str, no: int) -> Page:
    """Say what cancelling a call does, and ask why; nothing is cancelled yet."""
    found = fund_calls.get(session, series=series, no=no, by=actor())
    return Page("calls/cancel.html", call=found, funder=funders.get(session, found.funder).name)


@pages.post("", back=ask)
@allow(Role.FINANCE)
@takes(CancellationForm, about={NameIsMalformed: "reason"})
def cancel(session: Session, said: dict[str, Any], series: str, no: int) -> Go:
    """Cancel the call."""
    at = clock.now()
    call_cancelling.cancel(session, series=series, no=no, **said, on=clock.civil_date(at), at=at, by=actor())
    return Go("calls.call", series=series, no=no, said=_("L'appel est annulé : prévenez le financeur."))
