"""Payees: who runs venues and is paid for it, by what right it cashes, and what it still lacks."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import (
    bank_details,
    bank_proposals,
    bank_search,
    holds,
    mediators,
    operator_search,
    operators,
    successions,
    venues,
)
from voucher_service.network.bank_search import State
from voucher_service.network.mediators import Standing
from voucher_service.network.operators import CashingMeans, LegalForm
from voucher_service.network.readiness import BEFORE_ACCREDITATION
from voucher_service.web.bank.elsewhere import ABOUT_THE_ACCOUNT
from voucher_service.web.bank.forms import LARGEST_FORM, AccountForm
from voucher_service.web.labels import choices
from voucher_service.web.network import forms
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("payees", "/organisations/exploitants/<uuid:operator_id>")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)


@pages.get("")
@allow(*_READERS)
def payee(session: Session, operator_id: UUID) -> Page:
    """Show who runs venues, what it lacks, where it is paid, its venues and its mediators."""
    return Page("network/payee.html", **_known(session, operator_id))


@pages.get("/forme")
@allow(Role.OPERATOR)
def legal_form(session: Session, operator_id: UUID) -> Page:
    """Ask for the legal form."""
    return Page("network/legal_form.html", legal_forms=choices(LegalForm), **_known(session, operator_id))


@pages.post("/forme", back=legal_form)
@allow(Role.OPERATOR)
@takes(forms.LegalFormForm)
def correct(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Correct the legal form, unless someone else has just done so."""
    operators.correct(session, operator_id=operator_id, **said, at=clock.now(), by=actor())
    return _done(operator_id)


@pages.get("/encaissement")
@allow(Role.OPERATOR)
def cashing(session: Session, operator_id: UUID) -> Page:
    """Ask by what right the public body cashes."""
    return Page("network/cashing.html", means=choices(CashingMeans), **_known(session, operator_id))


@pages.post("/encaissement", back=cashing)
@allow(Role.OPERATOR)
@takes(forms.CashingActForm, about={NameIsMalformed: "reference"})
def record_cashing(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Record the act by which the public body cashes."""
    operators.record_cashing_act(session, operator_id=operator_id, **said, at=clock.now(), by=actor())
    return _done(operator_id)


@pages.get("/compte")
@allow(Role.OPERATOR, Role.FINANCE)
def bank(session: Session, operator_id: UUID) -> Page:
    """Ask where the operator is paid."""
    return Page("network/bank.html", **_known(session, operator_id))


@pages.post("/compte", back=bank)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(AccountForm, about=ABOUT_THE_ACCOUNT | {NameIsMalformed: "holder"}, largest=LARGEST_FORM)
def propose_bank(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Propose where the operator is to be paid, with its RIB; a second person decides."""
    at, by, paper = clock.now(), actor(), said.pop("paper")
    details = bank_proposals.propose(session, operator_id=operator_id, **said, at=at, by=by)
    bank_proposals.keep_evidence(session, details_id=details.id, content=paper.content, at=at, by=by)
    words = _("C'est proposé : une autre personne doit vérifier et approuver.")
    return Go("bank.proposal", details_id=details.id, said=words)


@pages.get("/mediateurs/nouveau")
@allow(Role.OPERATOR)
def new_mediator(session: Session, operator_id: UUID) -> Page:
    """Ask who delivers."""
    return Page("network/mediator_new.html", standings=choices(Standing), **_known(session, operator_id))


@pages.post("/mediateurs/nouveau", back=new_mediator)
@allow(Role.OPERATOR)
@takes(forms.MediatorForm, about={NameIsMalformed: "label"})
def add_mediator(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Register who delivers."""
    mediators.register(session, operator_id=operator_id, **said, at=clock.now(), by=actor())
    return _done(operator_id)


def _known(session: Session, operator_id: UUID) -> dict[str, Any]:
    by = actor()
    found = operator_search.get(session, operator_id=operator_id, by=by)
    at = clock.now()
    account = bank_details.current(session, operator_id=operator_id, at=at)
    proposals = bank_search.search(session, operator_id=operator_id, at=at, by=by, limit=20)
    return {
        "payee": found,
        "account": account,
        "iban": account and (account.written_iban if by.role is Role.FINANCE else account.masked_iban),
        "proposals": [one for one in proposals if one.state in (State.WAITING, State.COOLING)],
        "paid_instead": next((one.payee for one in proposals if one.details is account), None),
        "held": holds.open_of(session, operator_id=operator_id),
        "successions": successions.of(session, operator_id=operator_id),
        "lacks": [(one, one in BEFORE_ACCREDITATION) for one in found.missing],
        "venues": venues.list_of(session, operator_id=operator_id),
        "mediators": mediators.search(session, operator_id=operator_id, by=by, limit=200),
    }


def _done(operator_id: UUID) -> Go:
    return Go("payees.payee", operator_id=operator_id, said=_("C'est enregistré."))
