"""Requests: papers whose code cannot be read, and refusals that the venue contests; others answer them."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import contesting, presentation, register, unreadable
from voucher_service.vouchers.code import CodeHasForeignLetters, CodeIsMalformed, CodeIsMistyped
from voucher_service.vouchers.contesting import Ground, RefusalIsContested, VoucherIsNotRefused
from voucher_service.vouchers.objections import DayOfServiceIsOutOfBounds
from voucher_service.vouchers.presentation import CodeIsUnknown, Occasion
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.register import VoucherIsUnknown
from voucher_service.web import listing
from voucher_service.web.filled import Form
from voucher_service.web.labels import choices
from voucher_service.web.pages import File, Go, Menu, Page, Pages, actor, allow, site, takes
from voucher_service.web.venue import counter, forms, laying, unread

pages = Pages("venue_requests", "/guichet")

_ABOUT = counter.ABOUT | {VoucherIsUnknown: "serial", DayOfServiceIsOutOfBounds: "served_on"}
_ABOUT_CODE = {
    CodeIsMalformed: "code",
    CodeHasForeignLetters: "code",
    CodeIsMistyped: "code",
    CodeIsUnknown: "code",
    VoucherIsNotRefused: "code",
    RefusalIsContested: "code",
}


@pages.get("/demandes", menu=Menu("Demandes", 60))
@allow(Role.VENUE)
@takes(unread.RequestsForm)
def requests(session: Session, asked: dict[str, Any]) -> Page:
    """List the papers that were asked for, and what became of each."""
    read = unread.read(session, asked)
    return Page(
        "venue/requests.html",
        sheet=listing.sheet(asked, read, at="venue_requests.requests", csv="venue_requests.export"),
        answers=listing.choices(unread.ANSWERS),
        orders=listing.choices(listing.ORDERS),
    )


@pages.get("/demandes.csv", streams=True)
@allow(Role.VENUE)
@takes(unread.RequestsForm)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("demandes"), unread.COLUMNS, listing.whole(unread.read(session, asked)))


@pages.get("/demandes/papier-illisible")
@allow(Role.VENUE)
def serial(session: Session) -> Page:
    """Offer to ask for a paper whose code cannot be read."""
    return Page("venue/serial.html", **laying.chosen(session), services=choices(Service))


@pages.post("/demandes/papier-illisible", back=serial)
@allow(Role.VENUE)
@takes(forms.SerialForm, about=_ABOUT)
def ask_serial(session: Session, said: dict[str, Any]) -> Go:
    """Ask for the redemption of a paper by its number; somebody else confirms."""
    at, number = clock.now(), said["serial"].upper().replace(" ", "")
    series = register.series_of(number)
    if campaigns.find(session, series) is None:
        raise VoucherIsUnknown((number,))
    unreadable.ask(
        session,
        series=series,
        serial=number,
        on=Occasion(said["venue_id"], said["served_on"], clock.civil_date(at), said["service"]),
        delivered=laying.delivery(session, said),
        counter=Counter(at, actor(), said["venue_id"]),
    )
    return Go("venue_requests.requests", said=_("Votre demande est envoyée. Gardez le papier."))


@pages.get("/demandes/contester")
@allow(Role.VENUE)
def refusal(session: Session) -> Page:
    """Offer to contest a refusal."""
    return Page("venue/contest.html", **laying.chosen(session), grounds=choices(Ground))


@pages.post("/demandes/contester/ce-pass", back=refusal)
@allow(Role.VENUE)
@takes(forms.ShownForm)
def show_refusal(session: Session, said: dict[str, Any]) -> Page:
    """Offer to contest the refusal of the paper that was just shown."""
    served_on = said["served_on"] or clock.civil_date(clock.now())
    known = {"code": said["code"], "venue_id": said["venue_id"], "served_on": served_on}
    g.form = Form(MultiDict((name, str(value)) for name, value in known.items() if value))
    return refusal(session)


@pages.post("/demandes/contester", back=refusal)
@allow(Role.VENUE)
@takes(forms.ContestForm, about=_ABOUT_CODE)
def contest(session: Session, said: dict[str, Any]) -> Go:
    """Ask finance to look again at a refusal."""
    at = clock.now()
    [code] = presentation.read_codes([said["code"]], site().keys.code_pepper())
    contesting.contest(
        session,
        code=code,
        on=Occasion(said["venue_id"], said["served_on"], clock.civil_date(at)),
        ground=said["ground"],
        counter=Counter(at, actor(), said["venue_id"]),
    )
    words = _("Votre contestation est envoyée au service financier. Gardez le papier.")
    return Go("venue_contests.own", said=words)
