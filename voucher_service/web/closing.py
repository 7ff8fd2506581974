"""Closing: finance closes a campaign's books by the month and the year, and finds what came afterwards."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import periods, statements
from voucher_service.reports import (
    accrued_charges,
    as_csv,
    as_pdf,
    late_entries,
    payment_delays,
    trial_balance,
)
from voucher_service.reports.payment_delays import Grouping
from voucher_service.reports.table import Table
from voucher_service.web.forms import Date, FormSchema
from voucher_service.web.language import language
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.record import placed
from voucher_service.web.words import euros, short_day

pages = Pages("closing")

_READERS = (Role.FINANCE, Role.AUDITOR)
_BUILDERS: dict[str, Callable[..., Table]] = {
    "charges-a-rattacher": accrued_charges.build,
    "operations-sur-periodes-closes": late_entries.build,
    "delais-de-paiement-par-lot": partial(payment_delays.build, grouping=Grouping.RUN),
    "delais-de-paiement-par-structure": partial(payment_delays.build, grouping=Grouping.OPERATOR),
}
_NAMES = ", ".join(f'"{name}"' for name in _BUILDERS)


class CloseForm(FormSchema):
    """Through which day the books are closed."""

    through_on = Date(needed="Indiquez le dernier jour de la période.")


class OnForm(FormSchema):
    """Up to which day a report counts."""

    au = Date()


@pages.get("/clotures", menu=Menu("Clôtures", 75, Heading.END))
@allow(*_READERS)
def closings(session: Session) -> Page:
    """Show through which day the books of each campaign are closed, and what can be closed next."""
    today = clock.civil_date(clock.now())
    found = []
    for campaign in campaigns.search(session):
        last = periods.latest(session, campaign_id=campaign.id)
        found.append((campaign, last, periods.following(last, since=campaign.use_from, on=today)))
    return Page("closing/closings.html", found=found)


@pages.get("/campagnes/<series>/cloture")
@allow(*_READERS)
def closing(session: Session, series: str) -> Page:
    """Show the closings of a campaign, what the next one would close, and what is still on its way."""
    campaign = readers.get(session, series=series, by=actor())
    today = clock.civil_date(clock.now())
    known = periods.history(session, campaign_id=campaign.id)
    last = known[0] if known else None
    through_on = periods.following(last, since=campaign.use_from, on=today)
    return Page(
        "closing/closing.html",
        campaign=campaign,
        known=known,
        last=last,
        through_on=through_on,
        stays_open=through_on is not None and periods.stays_open(through_on, today),
        waiting=_waiting(session, campaign, through_on) if through_on else [],
    )


@pages.get("/campagnes/<series>/cloture/verifier")
@allow(Role.FINANCE)
def ask(session: Session, series: str) -> Page:
    """Say what closing the next period does; nothing is closed yet."""
    return Page("closing/close.html", **closing(session, series).content)


@pages.post("/campagnes/<series>/cloture", back=ask)
@allow(Role.FINANCE)
@takes(CloseForm)
def close(session: Session, said: dict[str, Any], series: str) -> Go:
    """Close the books of a campaign through the last day of a month."""
    now = clock.now()
    made = periods.close(
        session,
        campaign_id=campaigns.get(session, series).id,
        through_on=said["through_on"],
        on=clock.civil_date(now),
        at=now,
        by=actor(),
    )
    words = _("Les comptes sont clos jusqu'au %(day)s.", day=short_day(made.through_on))
    return Go("closing.closing", series=series, said=words)


@pages.get("/campagnes/<series>/cloture/<int:no>/balance.<any(pdf, csv):form>")
@allow(*_READERS)
def balance(session: Session, series: str, no: int, form: str) -> File:
    """Give the trial balance as it was closed, to print or for a spreadsheet."""
    campaign = readers.get(session, series=series, by=actor())
    made = periods.get(session, campaign_id=campaign.id, no=no)
    table = trial_balance.build(
        session, series=series, position=made.position, on=made.through_on, by=actor()
    )
    return _file(table, form, f"balance-{series}-{made.through_on}")


@pages.get(f"/campagnes/<series>/rapports/<any({_NAMES}):name>")
@allow(*_READERS)
@takes(OnForm)
def report(session: Session, asked: dict[str, Any], series: str, name: str) -> Page:
    """Show a report on a campaign's books up to a day."""
    table = _report(session, series, name, asked["au"])
    return Page(
        "closing/report.html",
        table=table,
        rows=list(table.rows),
        series=series,
        name=name,
        on=asked["au"] or clock.civil_date(clock.now()),
    )


@pages.get(f"/campagnes/<series>/rapports/<any({_NAMES}):name>.<any(pdf, csv):form>")
@allow(*_READERS)
@takes(OnForm)
def report_file(session: Session, asked: dict[str, Any], series: str, name: str, form: str) -> File:
    """Give a report to print or for a spreadsheet."""
    return _file(_report(session, series, name, asked["au"]), form, f"{name}-{series}")


def _report(session: Session, series: str, name: str, on: date | None) -> Table:
    campaign = readers.get(session, series=series, by=actor())
    return _BUILDERS[name](
        session,
        series=series,
        position=placed(campaign.id),
        on=on or clock.civil_date(clock.now()),
        by=actor(),
    )


def _file(table: Table, form: str, name: str) -> File:
    if form == "pdf":
        return File(as_pdf.render(table, language=language()), as_pdf.MEDIA_TYPE, f"{name}.pdf")
    return File(b"".join(as_csv.render(table, language=language())), as_csv.MEDIA_TYPE, f"{name}.csv")


def _waiting(session: Session, campaign: Campaign, through_on: date) -> list[tuple[str, str]]:
    flows = statements.flows(
        session,
        campaign_id=campaign.id,
        prefixes=["venue/", "run/", "suspense", "expired", "refund/"],
        effective_on=through_on,
    )

    def held(*prefixes: str) -> str:
        return euros(sum(flow.balance for flow in flows if flow.address.startswith(prefixes)))

    return [
        (_("Dû aux lieux, pas encore en paiement"), held("venue/")),
        (_("En cours de paiement"), held("run/")),
        (_("En compte d'attente"), held("suspense")),
        (_("Périmé ou à restituer aux financeurs"), held("expired", "refund/")),
    ]
