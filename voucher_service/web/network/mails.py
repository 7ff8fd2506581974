"""Mails: what the service wrote to its users' staff, what did not leave and why, sent again when it can."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import outbox
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.mail import Standing
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.forms import One
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read, SearchForm
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, allow, takes

pages = Pages("mails", "/messages")

_STANDINGS: Mapping[Any, str] = {
    Standing.WAITING: later("Encore essayés"),
    Standing.GIVEN_UP: later("Abandonnés"),
    Standing.SENT: later("Envoyés"),
}
_STATES = {
    Standing.WAITING: (later("Encore essayé"), "wait"),
    Standing.GIVEN_UP: (later("Abandonné"), "bad"),
    Standing.SENT: (later("Envoyé"), "good"),
}
_UNDELIVERED = (Standing.WAITING, Standing.GIVEN_UP)
_COLUMNS = (
    Column(later("Posté le"), lambda mail: mail.created_at, Kind.INSTANT),
    Column(later("Destinataire"), lambda mail: mail.recipient),
    Column(later("Objet"), lambda mail: mail.subject),
    Column(later("Essais"), lambda mail: mail.tries, Kind.INTEGER),
    Column(later("Dernier échec"), lambda mail: mail.failure),
    Column(later("État"), lambda mail: _(_STATES[mail.standing][0])),
    Column(later("Envoyé le"), lambda mail: mail.sent_at, Kind.INSTANT),
)


class MailsAsked(SearchForm):
    """Which mails are listed: those that did not leave, unless others are asked for."""

    etat = One(Standing)
    tri = One(Order, default=Order.NEWEST)


@pages.get("", menu=Menu("Messages", 88, Heading.SERVICE))
@allow(Role.OPERATOR)
@takes(MailsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the mails that did not leave, or those that are asked for."""
    return Page(
        "operator/mails.html",
        sheet=listing.sheet(asked, _read(session, asked), at="mails.listed", csv="mails.export"),
        standings=listing.choices(_STANDINGS),
        orders=listing.choices(listing.ORDERS),
        states=_STATES,
    )


@pages.get("/liste.csv", streams=True)
@allow(Role.OPERATOR)
@takes(MailsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("messages", _COLUMNS, listing.whole(_read(session, asked)))


@takes(MailsAsked)
def listed_again(session: Session, asked: dict[str, Any], mail_id: UUID) -> Page:
    """Show the list again where a mail cannot be sent again."""
    del mail_id
    return listed(session, asked)


@pages.post("/<uuid:mail_id>/renvoi", back=listed_again)
@allow(Role.OPERATOR)
def send_again(session: Session, mail_id: UUID) -> Go:
    """Try a mail again that was given up."""
    mail = outbox.send_again(session, mail_id=mail_id)
    return Go("mails.listed", said=_("Le message à %(address)s va être renvoyé.", address=mail.recipient))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    standings = [asked["etat"]] if asked["etat"] else _UNDELIVERED
    return partial(outbox.search, session, words=asked["recherche"], standings=standings, order=asked["tri"])
