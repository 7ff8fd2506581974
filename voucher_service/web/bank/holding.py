"""Holding: whose payments are held, why, and who lifts that."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import people
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import holds, operator_search
from voucher_service.network.holds import Cause
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.bank import forms
from voucher_service.web.bank.forms import Which
from voucher_service.web.bank.queue import READERS
from voucher_service.web.labels import choices
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("holding")

_CHOICES: Mapping[Any, str] = {Which.OPEN: later("En cours"), Which.ALL: later("Tous")}
_COLUMNS = (
    Column(later("Bloqué le"), lambda one: one.hold.at, Kind.INSTANT),
    Column(later("Exploitant"), lambda one: one.operator),
    Column(later("Raison"), lambda one: one.hold.cause),
    Column(later("Précision"), lambda one: one.hold.note),
    Column(later("Levé le"), lambda one: one.lifting and one.lifting.at, Kind.INSTANT),
    Column(later("Motif de la levée"), lambda one: one.lifting and one.lifting.reason),
)


@pages.get("/blocages", menu=Menu("Paiements bloqués", 62, Heading.PAYING))
@allow(*READERS)
@takes(forms.ListAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the holds that stand, or all of them."""
    sheet = listing.sheet(asked, _read(session, asked), at="holding.listed", csv="holding.export")
    return Page(
        "bank/holds.html",
        sheet=sheet,
        names=people.names(session, user_ids=[one.hold.by for one in sheet.rows]),
        choices=listing.choices(_CHOICES),
    )


@pages.get("/blocages/liste.csv", streams=True)
@allow(*READERS)
@takes(forms.ListAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("paiements-bloques", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/organisations/exploitants/<uuid:operator_id>/blocage")
@allow(Role.OPERATOR, Role.FINANCE)
def ask(session: Session, operator_id: UUID) -> Page:
    """Ask why an operator's payments are to be held, and say what that does."""
    payee = operator_search.get(session, operator_id=operator_id, by=actor())
    return Page("bank/hold.html", payee=payee, causes=choices(Cause))


@pages.post("/organisations/exploitants/<uuid:operator_id>/blocage", back=ask)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.HoldForm, about={NameIsMalformed: "note"})
def place(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Hold an operator's payments from now on."""
    holds.place(session, operator_id=operator_id, **said, at=clock.now(), by=actor())
    return Go(
        "payees.payee", operator_id=operator_id, said=_("Ses paiements sont bloqués à partir de maintenant.")
    )


@pages.get("/blocages/<int:hold_id>")
@allow(*READERS)
def hold(session: Session, hold_id: int) -> Page:
    """Show a hold, and what lifting it does."""
    known = holds.get(session, hold_id=hold_id)
    doers = [one.by for one in (known.hold, known.lifting) if one is not None]
    return Page(
        "bank/lift.html",
        known=known,
        names=people.names(session, user_ids=doers),
        is_mine=known.hold.by == actor().user_id,
    )


@pages.post("/blocages/<int:hold_id>", back=hold)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.ReasonForm, about={NameIsMalformed: "reason"})
def lift(session: Session, said: dict[str, Any], hold_id: int) -> Go:
    """Lift a hold that somebody else placed."""
    holds.lift(session, hold_id=hold_id, **said, at=clock.now(), by=actor())
    return Go("holding.hold", hold_id=hold_id, said=_("Le blocage est levé."))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    is_open = None if asked["etat"] is Which.ALL else True
    return partial(holds.search, session, is_open=is_open, words=asked["recherche"])
