"""Movements: what happened on the accounts, what it was, and what a person is asked to explain."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, funders
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.reports.table import Kind
from voucher_service.settlement.bank import own_accounts, own_transfers, queue, resolving, suggestions
from voucher_service.settlement.bank.queue import Asked, Movement
from voucher_service.settlement.bank.resolutions import Meaning
from voucher_service.web import listing
from voucher_service.web.banking import wording
from voucher_service.web.banking.files import READERS
from voucher_service.web.banking.forms import MeaningForm, MovementsAsked, Way, Which
from voucher_service.web.labels import choices, label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, takes

pages = Pages("movements", "/banque/mouvements")

_IS_WAITING = {Which.WAITING: True, Which.EXPLAINED: False, Which.ALL: None}
_SHOWN: Mapping[Enum, str] = {
    Which.WAITING: later("À expliquer"),
    Which.EXPLAINED: later("Expliqués"),
    Which.ALL: later("Tous"),
}
_WAYS: Mapping[Enum, str] = {Way.IN: later("Entrées"), Way.OUT: later("Sorties")}
_INCOMING = (
    Meaning.RETURN,
    Meaning.DEPOSIT,
    Meaning.REPAYMENT,
    Meaning.CHARGE_REPAID,
    Meaning.OWN_TRANSFER,
    Meaning.NOT_OURS,
)
_OUTGOING = (
    Meaning.PAYMENT,
    Meaning.FILE,
    Meaning.REFUND,
    Meaning.CHARGE,
    Meaning.OWN_TRANSFER,
    Meaning.NOT_OURS,
)
_ABOUT: dict[type[Refusal], str] = {
    resolving.LineDoesNotFit: "reference",
    resolving.NothingWasEntered: "reference",
    resolving.LineGoesTheOtherWay: "meaning",
    resolving.AccountIsNotTheirs: "series",
    own_transfers.TransferHasNoReason: "note",
    campaigns.CampaignIsUnknown: "series",
    funders.FunderIsUnknown: "funder",
}


def _doubt(one: Movement) -> str:
    return str(_(wording.DOUBTS[one.doubt])) if one.doubt else ""


_COLUMNS = (
    Column(later("Date"), lambda one: one.line.booked_on, Kind.DATE),
    Column(later("Compte"), lambda one: one.line.iban),
    Column(later("Montant"), lambda one: one.line.signed_cents, Kind.CENTS),
    Column(later("Nom"), lambda one: one.line.name),
    Column(later("Libellé"), lambda one: one.line.remittance),
    Column(later("Référence de la banque"), lambda one: one.line.reference),
    Column(later("Référence du virement"), lambda one: one.line.end_to_end_id),
    Column(later("Ce que c'était"), lambda one: one.resolution and one.resolution.meaning),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Pourquoi il attend"), _doubt),
)


@pages.get("")
@allow(*READERS)
@takes(MovementsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List movements: those to be explained, unless asked otherwise."""
    return Page(
        "banking/movements.html",
        sheet=listing.sheet(asked, _read(session, asked), at="movements.listed", csv="movements.export"),
        asked=asked,
        shown=listing.choices(_SHOWN),
        ways=listing.choices(_WAYS),
        doubts=wording.DOUBTS,
    )


@pages.get("/liste.csv", streams=True)
@allow(*READERS)
@takes(MovementsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list for a spreadsheet."""
    return listing.file("mouvements", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/<int:line>")
@allow(*READERS)
def movement(session: Session, line: int) -> Page:
    """Show a movement: what it was, or what it could be and how to say so."""
    known = queue.get(session, line=line)
    waits = known.resolution is None
    owners = own_accounts.campaigns_by_iban(session, ibans=[known.line.iban]).get(known.line.iban, [])
    # On an account that its campaign left, only what is moved to the next one can still be said.
    owners = owners or own_accounts.ever_on(session, iban=known.line.iban)
    return Page(
        "banking/movement.html",
        known=known,
        line=known.line,
        suggestions=suggestions.of_line(session, known.line) if waits else [],
        series=[(one.series, f"{one.series}, {one.name}") for one in owners],
        funders=[(one.code, one.name) for one in funders.search(session)] if known.line.is_credit else [],
        meanings=[
            (value, words)
            for value, words in choices(Meaning)
            if Meaning(value) in (_INCOMING if known.line.is_credit else _OUTGOING)
        ],
        doubts=wording.DOUBTS,
        reasons=wording.REASONS,
        codes=wording.BANK_CODES,
    )


@pages.post("/<int:line>/verifier", back=movement)
@allow(Role.FINANCE)
@takes(MeaningForm, about=_ABOUT)
def check(session: Session, said: dict[str, Any], line: int) -> Page:
    """Show what saying this will do; nothing is written yet."""
    known = queue.get(session, line=line)
    return Page("banking/check.html", known=known, line=known.line, told=said)


@pages.post("/<int:line>", back=movement)
@allow(Role.FINANCE)
@takes(MeaningForm, about=_ABOUT)
def resolve(session: Session, said: dict[str, Any], line: int) -> Go:
    """Write down what the movement was, and what that means for the books."""
    told = {name: said[name] or None for name in ("reference", "funder", "note")}
    done = resolving.resolve(
        session,
        line=line,
        meaning=said["meaning"],
        series=said["series"],
        **told,
        at=clock.now(),
        by=actor(),
    )
    words = _("C'est noté : %(meaning)s.", meaning=label(done.meaning))
    return Go("movements.listed", said=words)


def _read(session: Session, asked: dict[str, Any]) -> Read:
    wanted = Asked(
        is_waiting=_IS_WAITING[asked["etat"]],
        is_credit=None if asked["sens"] is None else asked["sens"] is Way.IN,
        words=asked["recherche"] or None,
    )
    return partial(queue.search, session, asked=wanted)
