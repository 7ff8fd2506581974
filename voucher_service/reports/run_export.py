"""Run export: an approved run leaves the house in the form that its campaign is paid by."""

from datetime import datetime

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.actor import Actor
from voucher_service.reports import as_csv, mandate_list
from voucher_service.settlement import choosing, exports, orders, runs
from voucher_service.settlement.exports import Exported, Form, Written


def form_of(session: Session, *, series: str) -> Form:
    """Say in which form the runs of a campaign leave; raises ``CampaignIsUnknown``."""
    pays_itself = campaigns.get(session, series).money_side is MoneySide.BANK
    return Form.PAYMENT_ORDER if pays_itself else Form.MANDATE_LIST


def export(session: Session, *, series: str, run: int, at: datetime, by: Actor) -> Exported:
    """Take a run out: orders to the bank, or the list for the public accountant; the same bytes each time.

    Raises ``RunIsUnknown``, ``RunIsCancelled``, ``RunIsNotApproved``, ``PaymentIsTooLarge``.
    """
    if form_of(session, series=series) is Form.PAYMENT_ORDER:
        return orders.export(session, series=series, run=run, at=at, by=by)

    def write() -> list[Written]:
        lines = orders.mandate_lines(session, series=series, run=run)
        content = b"".join(as_csv.render(mandate_list.table(session, series=series, run=run)))
        total_cents = sum(line.amount_cents for line in lines)
        return [Written(choosing.message_id(series, run), len(lines), total_cents, content)]

    frozen = runs.get(session, series=series, run=run)
    return exports.export(session, frozen, form=Form.MANDATE_LIST, write=write, at=at, by=by)
