"""Elsewhere: somebody else is paid what an operator earned, or another SIRET from a day on."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import people
from voucher_service.identity.organisations import SiretIsWrong
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import bank_proposals, evidence, operator_search, payees, successions
from voucher_service.network.bank_details import Outcome
from voucher_service.network.evidence import EvidenceIsNotReadable
from voucher_service.network.ibans import BicIsWrong, IbanIsOutsideSepa, IbanIsWrong
from voucher_service.network.payees import Deed, DeedIsAhead, PayeeKind
from voucher_service.network.successions import SuccessorIsOneself, SuccessorIsUnknown
from voucher_service.web.bank import forms
from voucher_service.web.bank.forms import LARGEST_FORM
from voucher_service.web.bank.queue import READERS, opened
from voucher_service.web.labels import choices
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("elsewhere", under="bank")

_DEED = ("kind", "name", "siret", "reference", "entitled_on")
ABOUT_THE_ACCOUNT = {
    IbanIsWrong: "iban",
    IbanIsOutsideSepa: "iban",
    BicIsWrong: "bic",
    EvidenceIsNotReadable: "paper",
}


@pages.get("/organisations/exploitants/<uuid:operator_id>/beneficiaire")
@allow(Role.OPERATOR, Role.FINANCE)
def ask_payee(session: Session, operator_id: UUID) -> Page:
    """Ask who is paid in an operator's place, by what right, and where."""
    payee = operator_search.get(session, operator_id=operator_id, by=actor())
    return Page("bank/payee.html", payee=payee, kinds=choices(PayeeKind))


@pages.post("/organisations/exploitants/<uuid:operator_id>/beneficiaire", back=ask_payee)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(
    forms.PayeeForm,
    about=ABOUT_THE_ACCOUNT | {SiretIsWrong: "siret", DeedIsAhead: "entitled_on"},
    largest=LARGEST_FORM,
)
def propose_payee(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Propose a payee, with the deed that names him; a second person decides."""
    at, paper = clock.now(), said.pop("paper")
    deed = Deed(**{name: said.pop(name) for name in _DEED})
    details = payees.propose(
        session, operator_id=operator_id, deed=deed, **said, on=clock.civil_date(at), at=at, by=actor()
    )
    bank_proposals.keep_evidence(session, details_id=details.id, content=paper.content, at=at, by=actor())
    words = _("C'est proposé : une autre personne doit vérifier et approuver.")
    return Go("bank.proposal", details_id=details.id, said=words)


@pages.get("/organisations/exploitants/<uuid:operator_id>/successeur")
@allow(Role.OPERATOR, Role.FINANCE)
def ask_successor(session: Session, operator_id: UUID) -> Page:
    """Ask which SIRET follows an operator's, and from which day on."""
    return Page(
        "bank/successor.html", payee=operator_search.get(session, operator_id=operator_id, by=actor())
    )


@pages.post("/organisations/exploitants/<uuid:operator_id>/successeur", back=ask_successor)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(
    forms.SuccessorForm,
    about={
        SiretIsWrong: "siret",
        SuccessorIsUnknown: "siret",
        SuccessorIsOneself: "siret",
        EvidenceIsNotReadable: "paper",
    },
    largest=LARGEST_FORM,
)
def propose_successor(session: Session, said: dict[str, Any], operator_id: UUID) -> Go:
    """Propose a successor, with the paper that proves it; a second person decides."""
    at = clock.now()
    successor_id = successions.named(session, siret=said["siret"])
    proposed = successions.propose(
        session,
        predecessor_id=operator_id,
        successor_id=successor_id,
        effective_on=said["effective_on"],
        reference=said["reference"],
        at=at,
        by=actor(),
    )
    content = said["paper"].content
    successions.keep_evidence(session, succession_id=proposed.id, content=content, at=at, by=actor())
    words = _("C'est proposé : une autre personne doit vérifier et approuver.")
    return Go("elsewhere.succession", succession_id=proposed.id, said=words)


@pages.get("/successions/<int:succession_id>")
@allow(*READERS)
def succession(session: Session, succession_id: int) -> Page:
    """Show a succession, its papers, and what deciding on it does."""
    known = successions.get(session, succession_id=succession_id)
    subject = known.succession.subject
    doers = [one.by for one in (known.succession, known.decision) if one is not None]
    return Page(
        "bank/succession.html",
        known=known,
        papers=evidence.of(session, subject=subject),
        opened=opened(session, subject),
        names=people.names(session, user_ids=doers),
        is_mine=known.succession.by == actor().user_id,
    )


@pages.post("/successions/<int:succession_id>/approbation", back=succession)
@allow(Role.FINANCE)
def approve_successor(session: Session, succession_id: int) -> Go:
    """Approve a succession that another person proposed."""
    successions.decide(
        session, succession_id=succession_id, outcome=Outcome.APPROVED, at=clock.now(), by=actor()
    )
    return Go("elsewhere.succession", succession_id=succession_id, said=_("La succession est approuvée."))


@pages.post("/successions/<int:succession_id>/refus", back=succession)
@allow(Role.FINANCE)
@takes(forms.ReasonForm)
def reject_successor(session: Session, said: dict[str, Any], succession_id: int) -> Go:
    """Reject a succession that another person proposed, and say why."""
    successions.decide(
        session, succession_id=succession_id, outcome=Outcome.REJECTED, **said, at=clock.now(), by=actor()
    )
    return Go("elsewhere.succession", succession_id=succession_id, said=_("La succession est refusée."))
