"""Statement: what a venue operator took and was paid in a campaign, as a page, a signed paper or a file."""

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import record
from voucher_service.reports import as_csv, as_pdf, venue_statement
from voucher_service.reports.table import Column, Kind, Table, Totals, Wording
from voucher_service.settlement import dues
from voucher_service.web.language import language
from voucher_service.web.pages import File, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms
from voucher_service.web.words import count, euros, short_day

pages = Pages("venue_statement", "/guichet")

_WRITERS: dict[Kind, Any] = {Kind.CENTS: euros, Kind.DATE: short_day, Kind.INTEGER: count}


@pages.get("/releve")
@allow(Role.VENUE)
@takes(forms.StatementForm)
def statement(session: Session, asked: dict[str, Any]) -> Page:
    """Show the statement of a month of a campaign."""
    owed = dues.of_operator(session, operator_id=actor().organisation_id, by=actor())
    if not owed:
        return Page("venue/statement.html", table=None, campaigns=[], **_dates(asked))
    series = asked["series"] or owed[-1].series
    said = {"series": series, **_dates(asked)}
    table = _table(session, said)
    totals, rows = Totals(table.columns), []
    for row in table.rows:
        totals.add(row)
        rows.append([_written(cell, column) for cell, column in zip(row, table.columns, strict=True)])
    return Page(
        "venue/statement.html",
        table=table,
        rows=rows,
        abouts=[(name.said(language()), value) for name, value in table.about],
        sums=[
            (_("Total : %(what)s", what=table.columns[place].heading(language())), euros(cents))
            for place, cents in totals.sums.items()
        ],
        campaigns=[(due.series, due.name) for due in owed],
        pdf_url=url_for("venue_statement.paper", **_in_address(said)),
        csv_url=url_for("venue_statement.file", **_in_address(said)),
        **said,
    )


@pages.get("/releve.pdf")
@allow(Role.VENUE)
@takes(forms.StatementForm)
def paper(session: Session, asked: dict[str, Any]) -> File:
    """Give the statement to print and sign."""
    table = _table(session, {"series": asked["series"] or "", **_dates(asked)})
    return File(as_pdf.render(table, language=language()), "application/pdf", f"releve-{asked['series']}.pdf")


@pages.get("/releve.csv")
@allow(Role.VENUE)
@takes(forms.StatementForm)
def file(session: Session, asked: dict[str, Any]) -> File:
    """Give the statement for a spreadsheet."""
    table = _table(session, {"series": asked["series"] or "", **_dates(asked)})
    content = b"".join(as_csv.render(table, language=language()))
    return File(content, as_csv.MEDIA_TYPE, f"releve-{asked['series']}.csv")


def _table(session: Session, said: dict[str, Any]) -> Table:
    # What was taken a moment ago gets its place in the record first: a statement says all that is known.
    position = record.sequence(session, campaign_id=campaigns.get(session, said["series"]).id)
    today = clock.civil_date(clock.now())
    return venue_statement.build(session, **said, position=position, on=today, by=actor())


def _dates(asked: dict[str, Any]) -> dict[str, date]:
    today = clock.civil_date(clock.now())
    first_of_last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return {"from_on": asked["from_on"] or first_of_last, "until_on": asked["until_on"] or today}


def _in_address(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _written(cell: Any, column: Column) -> str:
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, Wording):
        return cell.said(language())
    return str(_WRITERS[column.kind](cell)) if column.kind in _WRITERS else str(cell)
