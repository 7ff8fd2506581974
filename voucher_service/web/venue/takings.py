"""Takings pages: what was taken today and this month, one line opened, cancelled, or taken away as a file."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import accreditation
from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import Kind
from voucher_service.settlement import runs
from voucher_service.vouchers import contest_list, redemption, redemption_search, reversal, takings
from voucher_service.vouchers.redemption_search import Wish
from voucher_service.vouchers.reversal import Cause
from voucher_service.vouchers.takings import Order
from voucher_service.web import listing
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column
from voucher_service.web.pages import File, Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms, laying, wording

pages = Pages("venue_takings", "/guichet")

_MOST_DECISIONS = 500


@pages.get("/encaissements", menu=Menu("Mes encaissements", 40))
@allow(Role.VENUE)
@takes(forms.TakingsForm)
def takings_list(session: Session, asked: dict[str, Any]) -> Page:
    """List what was taken, a page at a time, with its sum."""
    operator_id, wish = actor().organisation_id, _wish(asked)
    today = clock.civil_date(clock.now())
    read = partial(takings.search, session, operator_id=operator_id, wish=wish, order=asked["tri"])
    return Page(
        "venue/takings.html",
        **laying.chosen(session),
        sheet=listing.sheet(asked, read, at="venue_takings.takings_list", csv="venue_takings.download"),
        tally=takings.tally(session, operator_id=operator_id, wish=wish),
        orders=wording.choices(Order),
        campaigns=_campaigns(session),
        said_service=_said_service,
        today_url=_since(today),
        month_url=_since(today.replace(day=1)),
    )


@pages.get("/encaissements.csv", streams=True)
@allow(Role.VENUE)
@takes(forms.TakingsForm)
def download(session: Session, asked: dict[str, Any]) -> File:
    """Give the same list, whole, for a spreadsheet."""
    found = takings.stream(
        session, operator_id=actor().organisation_id, wish=_wish(asked), order=asked["tri"]
    )
    return listing.file(_("encaissements"), _COLUMNS, found)


@pages.get("/encaissements/<uuid:redemption_id>")
@allow(Role.VENUE)
def taking(session: Session, redemption_id: UUID) -> Page:
    """Show one taking, and whether it can still be cancelled."""
    found = redemption_search.get(session, redemption_id=redemption_id, by=actor())
    return Page(
        "venue/taking.html",
        taking=found,
        by_exception=contest_list.is_by_exception(session, redemption_id=redemption_id),
        venue=next((venue for venue in laying.own_venues(session) if venue.id == found.venue_id), None),
        service=_said_service(found.service),
        duration=wording.duration(found.minutes),
        run=runs.run_of(session, redemption.get(session, redemption_id)),
        causes=wording.choices(Cause),
    )


@pages.get("/encaissements/<uuid:redemption_id>/annuler")
@allow(Role.VENUE)
def ask_cancel(session: Session, redemption_id: UUID) -> Page:
    """Ask why a taking is cancelled, and say what will happen."""
    shown = taking(session, redemption_id)
    return Page("venue/cancel.html", **shown.content)


@pages.post("/encaissements/<uuid:redemption_id>/annuler", back=ask_cancel)
@allow(Role.VENUE)
@takes(forms.CancelForm)
def cancel(session: Session, said: dict[str, Any], redemption_id: UUID) -> Go:
    """Give a taking back: its pass is good again."""
    at = clock.now()
    reversal.reverse(
        session,
        redemption_id=redemption_id,
        cause=said["cause"],
        on=clock.civil_date(at),
        at=at,
        by=actor(),
        run_of=runs.run_of,
    )
    words = _("L'encaissement est annulé : le pass peut servir de nouveau.")
    return Go("venue_takings.taking", redemption_id=redemption_id, said=words)


def _campaigns(session: Session) -> list[tuple[str, str]]:
    decided = accreditation.search(session, by=actor(), limit=_MOST_DECISIONS)
    return [(series, series) for series in sorted({series for _fact, series in decided})]


def _wish(asked: dict[str, Any]) -> Wish:
    names = ("venue_id", "series", "from_on", "until_on")
    return Wish(number=asked["recherche"] or None, **{name: asked[name] or None for name in names})


def _since(day: date) -> str:
    today = clock.civil_date(clock.now())
    values: dict[str, Any] = {"from_on": day.isoformat(), "until_on": today.isoformat()}
    return url_for("venue_takings.takings_list", **values)


def _said_service(code: str) -> str:
    return label(Service(code))


_COLUMNS = (
    Column(later("Encaissé le"), lambda taking: taking.at, Kind.INSTANT),
    Column(later("Pass"), lambda taking: taking.serial),
    Column(later("Valeur"), lambda taking: taking.face_cents, Kind.CENTS),
    Column(later("Jour du service"), lambda taking: taking.served_on, Kind.DATE),
    Column(later("Service"), lambda taking: _said_service(taking.service)),
    Column(later("Minutes"), lambda taking: taking.minutes, Kind.INTEGER),
    Column(later("Lieu"), lambda taking: taking.venue),
    Column(later("Campagne"), lambda taking: taking.series),
    Column(later("Payé en plus par la personne"), lambda taking: taking.out_of_pocket_cents, Kind.CENTS),
    Column(later("À payer avant le"), lambda taking: taking.pay_by, Kind.DATE),
    Column(later("Annulé le"), lambda taking: taking.reversed_on, Kind.DATE),
)
