"""Taken: finance finds any pass that was taken, sees what became of it, and gives it back where that is due.

The venue gives back what waits to be paid; once it stands in a payment run only finance can, and the venue owes it.
"""

from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.identity import organisations
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import in_euros
from voucher_service.network import venues
from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import Kind
from voucher_service.settlement import progress, runs
from voucher_service.vouchers import contest_list, redemption, redemption_search, reversal, takings
from voucher_service.vouchers.redemption_search import Wish
from voucher_service.vouchers.reversal import Cause
from voucher_service.vouchers.takings import Order
from voucher_service.web import listing
from voucher_service.web.forms import Date, One
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Numbered, Read, SearchForm
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import wording
from voucher_service.web.venue.forms import CancelForm

pages = Pages("taken", "/encaissements")

_READERS = (Role.FINANCE, Role.AUDITOR)


class TakenAsked(SearchForm):
    """Which of the passes that were taken are listed."""

    recherche = Numbered(default="", longest=40)
    from_on = Date()
    until_on = Date()
    tri = One(Order, default=Order.RECORDED)


@pages.get("", menu=Menu("Encaissements", 45, Heading.PAYING))
@allow(*_READERS)
@takes(TakenAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the passes that were taken, everywhere."""
    return Page(
        "taken/list.html",
        sheet=listing.sheet(asked, _read(session, asked), at="taken.listed", csv="taken.export"),
        orders=wording.choices(Order),
        say_service=_said_service,
    )


@pages.get("/liste.csv", streams=True)
@allow(*_READERS)
@takes(TakenAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("encaissements"), _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/<uuid:redemption_id>")
@allow(*_READERS)
def shown(session: Session, redemption_id: UUID) -> Page:
    """Show one pass that was taken: where, for what, in which payment run, and whether it was given back."""
    return Page("taken/taking.html", **_known(session, redemption_id))


@pages.get("/<uuid:redemption_id>/annulation")
@allow(Role.FINANCE)
def ask(session: Session, redemption_id: UUID) -> Page:
    """Say what giving this pass back does, and ask why; nothing is done yet."""
    return Page("taken/reverse.html", **_known(session, redemption_id), causes=wording.choices(Cause))


@pages.post("/<uuid:redemption_id>/annulation", back=ask)
@allow(Role.FINANCE)
@takes(CancelForm)
def reverse(session: Session, said: dict[str, Any], redemption_id: UUID) -> Go:
    """Give a taking back; a claim on the venue where it stands in a payment run."""
    at = clock.now()
    on = clock.civil_date(at)
    done = reversal.reverse(
        session, redemption_id=redemption_id, **said, on=on, at=at, by=actor(), run_of=runs.run_of
    )
    words = _("L'encaissement du pass %(serial)s est annulé.", serial=done.serial)
    if done.is_claim:
        taken = redemption.get(session, redemption_id)
        words = _(
            "L'encaissement du pass %(serial)s est annulé : le lieu doit rendre %(amount)s.",
            serial=done.serial,
            amount=in_euros(taken.face_cents),
        )
    return Go("taken.shown", redemption_id=redemption_id, said=words)


def _known(session: Session, redemption_id: UUID) -> dict[str, Any]:
    found = redemption_search.get(session, redemption_id=redemption_id, by=actor())
    taken = redemption.get(session, redemption_id)
    campaign, number = campaigns.get(session, found.series), runs.run_of(session, taken)
    run = runs.get(session, series=found.series, run=number) if number else None
    return {
        "taking": found,
        "venue": venues.get(session, venue_id=found.venue_id),
        "operator": organisations.get(session, organisation_id=taken.operator_id),
        "service": _said_service(found.service),
        "duration": wording.duration(found.minutes),
        "by_exception": contest_list.is_by_exception(session, redemption_id=redemption_id),
        "run": run,
        "can_leave_the_run": run is not None and progress.of_run(session, run).can_change,
        "is_commitment": campaign.money_side is MoneySide.COMMITMENT,
        "is_too_late": reversal.is_too_late(session, taken, on=clock.civil_date(clock.now())),
    }


def _read(session: Session, asked: dict[str, Any]) -> Read:
    wish = Wish(number=asked["recherche"] or None, from_on=asked["from_on"], until_on=asked["until_on"])
    return partial(takings.search, session, operator_id=None, wish=wish, order=asked["tri"])


def _said_service(code: str) -> str:
    return label(Service(code))


_COLUMNS = (
    Column(later("Pass"), lambda one: one.serial),
    Column(later("Valeur"), lambda one: one.face_cents, Kind.CENTS),
    Column(later("Jour du service"), lambda one: one.served_on, Kind.DATE),
    Column(later("Service"), lambda one: _said_service(one.service)),
    Column(later("Lieu"), lambda one: one.venue),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Encaissé le"), lambda one: one.at, Kind.INSTANT),
    Column(later("À payer avant le"), lambda one: one.pay_by, Kind.DATE),
    Column(later("Annulé le"), lambda one: one.reversed_on, Kind.DATE),
)
