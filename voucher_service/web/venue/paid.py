"""Paid: what is due, what is on its way, and each payment opened on the vouchers that it pays."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Role
from voucher_service.network import readiness
from voucher_service.network.vocabulary import Service
from voucher_service.settlement import dues, payments
from voucher_service.web.labels import label
from voucher_service.web.pages import Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms, wording

pages = Pages("venue_paid", "/guichet")

_A_PAGE = 50


@pages.get("/paiements", menu=Menu("Paiements", 50))
@allow(Role.VENUE)
@takes(forms.FromForm)
def payments_list(session: Session, asked: dict[str, Any]) -> Page:
    """Say what is due and when, what is missing, and list the payments."""
    operator_id, start = actor().organisation_id, asked["start"] or 0
    owed = dues.of_operator(session, operator_id=operator_id, by=actor())
    found = payments.search(session, by=actor(), start=start, limit=_A_PAGE + 1)
    here = url_for("venue_paid.payments_list")
    return Page(
        "venue/payments.html",
        dues=owed,
        next_due=min((due.pay_by for due in owed if due.pay_by), default=None),
        due_cents=sum(due.due_cents for due in owed),
        coming_cents=sum(due.frozen_cents + due.approved_cents for due in owed),
        paid_cents=sum(due.paid_cents for due in owed),
        claim_cents=sum(due.claim_cents for due in owed),
        missing=[label(thing) for thing in readiness.missing(session, operator_id=operator_id)],
        payments=found[:_A_PAGE],
        stage=wording.label,
        tones=wording.TONES,
        next_url=f"{here}?start={start + _A_PAGE}" if len(found) > _A_PAGE else "",
        first_url=here if start else "",
    )


@pages.get("/paiements/<reference>")
@allow(Role.VENUE)
@takes(forms.FromForm)
def payment(session: Session, asked: dict[str, Any], reference: str) -> Page:
    """Open a payment on the vouchers that it pays."""
    start = asked["start"] or 0
    inside = payments.redemptions(session, reference=reference, by=actor(), start=start, limit=_A_PAGE + 1)
    here = url_for("venue_paid.payment", reference=reference)
    found = payments.get(session, reference=reference, by=actor())
    return Page(
        "venue/payment.html",
        payment=found,
        stage=wording.label(found.stage),
        tone=wording.TONES[found.stage],
        inside=inside[:_A_PAGE],
        said_service=_said_service,
        next_url=f"{here}?start={start + _A_PAGE}" if len(inside) > _A_PAGE else "",
        first_url=here if start else "",
    )


def _said_service(code: str) -> str:
    return label(Service(code))
