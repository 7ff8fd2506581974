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
    mediators,
    operator_search,
    operators,
    venues,
)
from voucher_service.network.ibans import BicIsWrong, IbanIsOutsideSepa, IbanIsWrong
from voucher_service.network.mediators import Standing
from voucher_service.network.operators import CashingMeans, LegalForm
from voucher_service.network.readiness import BEFORE_ACCREDITATION
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
@takes(
    forms.BankForm,
    about={
        IbanIsWrong: "iban",
        IbanIsOutsideSepa: "iban",
        BicIsWrong: "bic",
        NameIsMalformed: "holder",
    },
)
def record_bank(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Propose where the operator is to be paid; a second person decides."""
    bank_proposals.propose(session, operator_id=operator_id, **said, at=clock.now(), by=actor())
    return _done(operator_id)


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
    account = bank_details.current(session, operator_id=operator_id, at=clock.now())
    return {
        "payee": found,
        "account": account,
        "iban": account and (account.iban if by.role is Role.FINANCE else account.masked_iban),
        "lacks": [(one, one in BEFORE_ACCREDITATION) for one in found.missing],
        "venues": venues.list_of(session, operator_id=operator_id),
        "mediators": mediators.search(session, operator_id=operator_id, by=by, limit=200),
    }


def _done(operator_id: UUID) -> Go:
    return Go("payees.payee", operator_id=operator_id, said=_("C'est enregistré."))
