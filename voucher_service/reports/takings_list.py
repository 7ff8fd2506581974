"""Takings list: what an operator took, line by line, for its own spreadsheet."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import AsOf, Column, Kind, Row, Table, Wording
from voucher_service.vouchers import takings
from voucher_service.vouchers.redemption_search import Wish
from voucher_service.vouchers.takings import Order, Taking

_COLUMNS = (
    Column("recorded_at", Kind.INSTANT, "Encaissé le", "Recorded at"),
    Column("served_on", Kind.DATE, "Jour du service", "Day of service"),
    Column("venue", Kind.TEXT, "Lieu", "Venue"),
    Column("campaign", Kind.TEXT, "Campagne", "Campaign"),
    Column("serial", Kind.TEXT, "Numéro du pass", "Pass number"),
    Column("service", Kind.TEXT, "Service", "Service"),
    Column("minutes", Kind.INTEGER, "Minutes", "Minutes"),
    Column("face_cents", Kind.CENTS, "Valeur", "Value", totalled=True),
    Column("out_of_pocket_cents", Kind.CENTS, "Payé en plus par la personne", "Paid besides", totalled=True),
    Column("pay_by", Kind.DATE, "À payer avant le", "Pay by"),
    Column("reversed_on", Kind.DATE, "Annulé le", "Reversed on"),
)


def build(
    session: Session, *, operator_id: UUID, wish: Wish, on: date, language: str, order: Order = Order.RECORDED
) -> Table:
    """List what an operator took; the rows are read while they are written."""
    found = takings.stream(session, operator_id=operator_id, wish=wish, order=order)
    return Table(
        name="encaissements",
        title=Wording("Encaissements", "Takings"),
        as_of=AsOf(on),
        columns=_COLUMNS,
        rows=(_row(taking, language) for taking in found),
    )


def _row(taking: Taking, language: str) -> Row:
    values: list[Any] = [
        taking.at,
        taking.served_on,
        taking.venue,
        taking.series,
        taking.serial,
        Service(taking.service).title(language),
        taking.minutes,
        taking.face_cents,
        taking.out_of_pocket_cents,
        taking.pay_by,
        taking.reversed_on,
    ]
    return values
