"""Reports: what the record says of a campaign, of a venue's takings and of a voucher, to read, open or print."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import View, allow, query
from voucher_service.api.names import Serial, Series
from voucher_service.api.reply import Document
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Facts, Id, Many, One, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import record
from voucher_service.reports import (
    accrued_charges,
    as_csv,
    as_json,
    as_pdf,
    campaign_use,
    late_entries,
    payment_delays,
    trial_balance,
    venue_statement,
    voucher_history,
)
from voucher_service.reports.payment_delays import Grouping
from voucher_service.reports.table import Kind, Table
from voucher_service.vouchers import register

resource = Resource(
    "reports",
    "Questions across subjects, answered by one table at one position of the record. "
    "The representation is what `format` says, or else what `Accept` prefers.",
)
_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
_JSON, _CSV, _PDF = "application/json", "text/csv", "application/pdf"
_POSITION = (
    "A position of the campaign's record; the last one where absent. The same position answers the same."
)
_ON = "Acts effective up to this day count; today where absent."


class Format(StrEnum):
    """How a report is written: for a machine, for a spreadsheet, or to sign and file."""

    JSON = "json"
    CSV = "csv"
    PDF = "pdf"


class AsKnown(Wire):
    """When a report is true, and how it is written."""

    position = Whole(load_default=None, metadata={"description": _POSITION})
    on = Day(load_default=None, metadata={"description": _ON})
    format = Choice(Format, load_default=None)


class OfCampaign(AsKnown):
    """A report on a campaign."""

    series = Series(required=True)


class OfDelays(OfCampaign):
    """A report on how late venues are paid: by run, or by operator."""

    grouping = Choice(Grouping, load_default=Grouping.RUN)


class OfVoucher(AsKnown):
    """A report on a voucher."""

    serial = Serial(required=True)


class OfVenue(AsKnown):
    """A statement of what was taken between two days, both included, by an operator or at one venue."""

    series = Series(required=True)
    operator_id = Id(load_default=None)
    venue_id = Id(load_default=None)
    from_on = Day(required=True)
    until_on = Day(required=True)


class AsOfShown(Wire):
    """What a report describes: acts effective up to a day, as known at a position of the record."""

    on = Day(required=True)
    position = Whole(required=True)


class AboutShown(Wire):
    """One thing that a report concerns."""

    label = Text(required=True)
    value = Text(required=True, shortest=0)


class ColumnShown(Wire):
    """One column: the member of each row, what it holds, and how people call it."""

    key = Text(required=True)
    kind = Choice(Kind, required=True)
    heading = Text(required=True)


class TableShown(Wire):
    """A report: its rows have one member per column, amounts in cents; a rate is its two parts."""

    name = Text(required=True)
    title = Text(required=True)
    issuer = Text(required=True)
    as_of = One(AsOfShown, required=True)
    about = Many(AboutShown, required=True)
    columns = Many(ColumnShown, required=True)
    notes = Many(Text(), required=True)
    rows = Many(Facts(), most=10_000_000, required=True)
    totals = Facts(required=True)


def report(of: Resource, path: str, asked: type[Wire], *readers: Role) -> Callable[[View], View]:
    """Serve a report at ``path`` to these roles: a table as JSON, or as a file."""

    def serve(view: View) -> View:
        said = of.response(200, TableShown)(of.document(_CSV, _PDF)(view))
        return of.get(path)(allow(*readers)(query()(of.arguments(asked, location="query")(said))))

    return serve


@report(resource, "/reports/trial-balance", OfCampaign, *_READERS)
def read_trial_balance(session: Session, wanted: dict[str, Any]) -> Document:
    """Balance every account of a campaign, with each funder's part."""
    return document(known(session, wanted["series"], wanted), partial(trial_balance.build, session))


@report(resource, "/reports/campaign-use", OfCampaign, *_READERS)
def read_campaign_use(session: Session, wanted: dict[str, Any]) -> Document:
    """Count a campaign's vouchers from production to use, and who bears what was used."""
    return document(known(session, wanted["series"], wanted), partial(campaign_use.build, session))


@report(resource, "/reports/accrued-charges", OfCampaign, *_READERS)
def read_accrued_charges(session: Session, wanted: dict[str, Any]) -> Document:
    """List by operator what was used by a day and not paid by then, and who bears it."""
    return document(known(session, wanted["series"], wanted), partial(accrued_charges.build, session))


@report(resource, "/reports/late-entries", OfCampaign, *_READERS)
def read_late_entries(session: Session, wanted: dict[str, Any]) -> Document:
    """List the acts that claim a day of a closed period, and the day on which they count instead."""
    return document(known(session, wanted["series"], wanted), partial(late_entries.build, session))


@report(resource, "/reports/payment-delays", OfDelays, Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
def read_payment_delays(session: Session, wanted: dict[str, Any]) -> Document:
    """Measure how late venues were paid, and what is overdue: by run or by operator."""
    return document(known(session, wanted["series"], wanted), partial(payment_delays.build, session))


@report(resource, "/reports/venue-statement", OfVenue, Role.VENUE, Role.FINANCE, Role.AUDITOR)
def read_venue_statement(session: Session, wanted: dict[str, Any]) -> Document:
    """List what a venue took, gave back and was paid; a venue reads its own operator's only."""
    return document(known(session, wanted["series"], wanted), partial(venue_statement.build, session))


@report(resource, "/reports/voucher-history", OfVoucher, *_READERS)
def read_voucher_history(session: Session, wanted: dict[str, Any]) -> Document:
    """List all that happened to a voucher, in the order of the record."""
    series = register.series_of(wanted["serial"])
    return document(known(session, series, wanted), partial(voucher_history.build, session))


def known(session: Session, series: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Say what a report reads: up to the position that was asked, or to the last one, placed now."""
    # What a report reads is bounded by its position: it needs no snapshot, and sees what was placed just now.
    campaign = campaigns.get(session, series)
    placed = wanted["position"]
    if placed is None:
        placed = state().database.run(partial(record.sequence, campaign_id=campaign.id))
    return wanted | {"position": placed, "on": wanted["on"] or clock.civil_date(clock.now())}


def document(wanted: dict[str, Any], build: Callable[..., Table]) -> Document:
    """Build a report and write it as ``format`` says, or as the caller prefers."""
    said = wanted.pop("format")
    table = build(**wanted, by=actor())
    language = request.accept_languages.best_match(("fr", "en"), default="fr")
    accepted = request.accept_mimetypes.best_match((_JSON, _CSV, _PDF), default=_JSON)
    chosen = said.value if said else accepted.split("/")[1]
    content_type, render = _WRITERS[chosen]
    return Document(render(table, language), content_type, f"{table.name}.{chosen}")


def _as_json(table: Table, language: str) -> bytes:
    return b"".join(as_json.render(table, language=language))


def _as_csv(table: Table, language: str) -> bytes:
    return b"".join(as_csv.render(table, language=language))


def _as_pdf(table: Table, language: str) -> bytes:
    return as_pdf.render(table, language=language)


_WRITERS: dict[str, tuple[str, Callable[[Table, str], bytes]]] = {
    "json": (as_json.MEDIA_TYPE, _as_json),
    "csv": (as_csv.MEDIA_TYPE, _as_csv),
    "pdf": (as_pdf.MEDIA_TYPE, _as_pdf),
}
