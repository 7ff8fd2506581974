"""Payments: each transfer to a venue operator, and the redemptions that it pays."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel.actor import Role
from voucher_service.settlement import paid_redemptions, payments
from voucher_service.settlement.payments import FollowedPayment, Stage

resource = Resource("payments", "Transfers to venue operators.")

_MOST_CLAIMS = 100_000
_READERS = (Role.VENUE, Role.FINANCE, Role.AUDITOR)


class TransferShown(Wire):
    """One transfer, known by its ``reference`` on bank statements.

    ``amount_cents`` is gross, ``claim_cents`` what was owed back at the freeze; ``netted_cents`` what of that the
    transfer takes, and ``net_cents`` what is ordered to be paid.
    """

    reference = Text(required=True)
    series = Text(required=True)
    run = Whole(required=True)
    operator_id = Id(required=True)
    stage = Choice(Stage, required=True)
    masked_iban = Text(required=True)
    amount_cents = Cents(required=True)
    claim_cents = Cents(least=0, required=True)
    netted_cents = Cents(least=0, required=True)
    net_cents = Cents(required=True)
    redemptions = Whole(required=True)
    cut_off_on = Day(required=True)
    frozen_at = Instant(required=True)
    approved_at = Instant(required=True, allow_none=True)
    paid_on = Day(required=True, allow_none=True)
    returned_on = Day(required=True, allow_none=True)
    return_reason = Text(required=True, allow_none=True)


class PaidRedemptionShown(Wire):
    """A redemption that a transfer pays; given back since, where ``reversed_on`` says when."""

    redemption_id = Id(required=True)
    serial = Text(required=True)
    venue = Text(required=True)
    served_on = Day(required=True)
    service = Text(required=True)
    face_cents = Cents(required=True)
    reversed_on = Day(required=True, allow_none=True)


class ClaimsTaken(Wire):
    """The redemptions that a transfer takes back: they were given back after an earlier one paid them."""

    items = Many(PaidRedemptionShown, most=_MOST_CLAIMS, required=True)


class TransferFilter(Page):
    """Whose transfers to list."""

    operator_id = Id(load_default=None)


@resource.get("/payments")
@allow(*_READERS)
@query()
@resource.arguments(TransferFilter, location="query")
@resource.response(200, listing(TransferShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List transfers, newest first: a venue its own operator's, the others all."""
    placed = position(wanted)
    rows = payments.search(
        session,
        by=actor(),
        operator_id=wanted["operator_id"],
        after=(datetime.fromisoformat(placed[0]), placed[1]) if placed else None,
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.frozen_at.isoformat(), row.reference])


@resource.get("/payments/<payment>")
@allow(*_READERS)
@query()
@resource.response(200, TransferShown)
def read(session: Session, payment: str) -> FollowedPayment:
    """Read a transfer."""
    return payments.get(session, reference=payment, by=actor())


@resource.get("/payments/<payment>/redemptions")
@allow(*_READERS)
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(PaidRedemptionShown))
def list_redemptions(session: Session, wanted: dict[str, Any], payment: str) -> Reply:
    """List the redemptions that a transfer pays, by day of service."""
    placed = position(wanted)
    rows = paid_redemptions.search(
        session,
        reference=payment,
        by=actor(),
        after=(date.fromisoformat(placed[0]), placed[1]) if placed else None,
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.served_on.isoformat(), row.serial])


@resource.get("/payments/<payment>/claims")
@allow(*_READERS)
@query()
@resource.response(200, ClaimsTaken)
def list_claims(session: Session, payment: str) -> dict[str, Any]:
    """List the redemptions that a transfer takes back, by day of service."""
    return {"items": paid_redemptions.claims(session, reference=payment, by=actor())}
