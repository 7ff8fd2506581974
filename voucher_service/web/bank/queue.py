"""Queue: bank details that wait for a second person: checked beside the old ones, approved or rejected."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import people
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import (
    bank_decisions,
    bank_details,
    bank_proposals,
    bank_search,
    evidence,
    holds,
    successions,
)
from voucher_service.network.bank_decisions import NobodyWasCalledBack
from voucher_service.network.bank_search import Proposal, State
from voucher_service.network.evidence import EvidenceIsNotReadable
from voucher_service.network.holder_names import Likeness
from voucher_service.reports.table import Kind
from voucher_service.web import listing, proving
from voucher_service.web.bank import forms
from voucher_service.web.bank.forms import LARGEST_FORM, Which
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, site, takes
from voucher_service.web.words import instant

pages = Pages("bank", "/coordonnees-bancaires")

READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
TONES = {
    State.WAITING: "wait",
    State.COOLING: "wait",
    State.IN_FORCE: "good",
    State.REPLACED: "",
    State.REJECTED: "bad",
    State.WITHDRAWN: "",
}
_LIKENESS = {Likeness.EQUAL: "good", Likeness.NEAR: "warn", Likeness.DIFFERENT: "bad"}
_CHOICES: Mapping[Any, str] = {Which.OPEN: later("À vérifier"), Which.ALL: later("Toutes")}
_COLUMNS = (
    Column(later("Proposées le"), lambda one: one.details.recorded_at, Kind.INSTANT),
    Column(later("Exploitant"), lambda one: one.operator),
    Column(later("Titulaire du compte"), lambda one: one.details.holder),
    Column("IBAN", lambda one: one.details.masked_iban),
    Column(later("État"), lambda one: one.state),
    Column(
        later("Utilisables à partir du"), lambda one: one.decision and one.decision.in_force_at, Kind.INSTANT
    ),
)


@pages.get("", menu=Menu("Coordonnées bancaires", 60, Heading.PAYING))
@allow(*READERS)
@takes(forms.ListAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the details that wait for a decision, or all of them."""
    return Page(
        "bank/list.html",
        sheet=listing.sheet(asked, _read(session, asked), at="bank.listed", csv="bank.export"),
        successions=successions.search(session, is_waiting=True),
        choices=listing.choices(_CHOICES),
        tones=TONES,
    )


@pages.get("/liste.csv", streams=True)
@allow(*READERS)
@takes(forms.ListAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet; no IBAN is whole in it."""
    return listing.file("coordonnees-bancaires", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/<int:details_id>")
@allow(*READERS)
def proposal(session: Session, details_id: int) -> Page:
    """Show proposed details beside those in force, what can be told of them, and their papers."""
    return Page("bank/proposal.html", **_known(session, details_id))


@pages.post("/<int:details_id>/justificatifs", back=proposal)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.PaperForm, about={EvidenceIsNotReadable: "paper"}, largest=LARGEST_FORM)
def add_paper(session: Session, said: dict[str, Any], details_id: int) -> Go:
    """Add a paper that proves the details."""
    content = said["paper"].content
    bank_proposals.keep_evidence(session, details_id=details_id, content=content, at=clock.now(), by=actor())
    return Go("bank.proposal", details_id=details_id, said=_("Le justificatif est joint."))


@pages.post("/justificatifs/<int:evidence_id>")
@allow(Role.FINANCE)
def open_paper(session: Session, evidence_id: int) -> File:
    """Hand a paper over to be saved, never shown; that it was opened is written down."""
    paper, content = evidence.open_one(session, evidence_id=evidence_id, at=clock.now(), by=actor())
    return File(content, paper.media_type, paper.name)


@pages.get("/<int:details_id>/approbation")
@allow(Role.FINANCE)
def check(session: Session, details_id: int) -> Page:
    """Say what an approval will do; nothing is approved yet."""
    known, at = _known(session, details_id), clock.now()
    details = known["proposal"].details
    return Page(
        "bank/approve.html",
        **known,
        is_change=bank_decisions.changes_account(session, details=details, at=at),
        in_force_at=at + site().settings.bank_cooling,
        lifted=holds.open_of(session, operator_id=details.operator_id),
        **proving.asked(session),
    )


@pages.post("/<int:details_id>/approbation", back=check)
@allow(Role.FINANCE)
@takes(forms.ApprovalForm, about={NobodyWasCalledBack: "called_back", **proving.ABOUT})
def approve(session: Session, said: dict[str, Any], details_id: int) -> Go:
    """Approve details that another person proposed."""
    proof, at, cooling = proving.proof_of(session, said), clock.now(), site().settings.bank_cooling
    decision = bank_decisions.approve(
        session, details_id=details_id, **said, proof=proof, cooling=cooling, at=at, by=actor()
    )
    if decision.in_force_at and decision.in_force_at > at:
        words = _("C'est approuvé. Ce compte sera payé à partir du %(at)s.", at=instant(decision.in_force_at))
    else:
        words = _("C'est approuvé. Ce compte est payé à partir de maintenant.")
    return Go("bank.proposal", details_id=details_id, said=words)


@pages.get("/<int:details_id>/refus")
@allow(Role.FINANCE)
def ask_why(session: Session, details_id: int) -> Page:
    """Ask why the details are rejected, and say what that does."""
    return Page("bank/reject.html", **_known(session, details_id))


@pages.post("/<int:details_id>/refus", back=ask_why)
@allow(Role.FINANCE)
@takes(forms.ReasonForm)
def reject(session: Session, said: dict[str, Any], details_id: int) -> Go:
    """Reject details that another person proposed."""
    bank_decisions.reject(session, details_id=details_id, **said, at=clock.now(), by=actor())
    return Go(
        "bank.proposal",
        details_id=details_id,
        said=_("C'est refusé. Les coordonnées d'avant restent valables."),
    )


@pages.get("/<int:details_id>/retrait")
@allow(Role.OPERATOR, Role.FINANCE)
def ask_back(session: Session, details_id: int) -> Page:
    """Ask why the details are taken back, and say what that does."""
    return Page("bank/withdraw.html", **_known(session, details_id))


@pages.post("/<int:details_id>/retrait", back=ask_back)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.ReasonForm)
def withdraw(session: Session, said: dict[str, Any], details_id: int) -> Go:
    """Take back details that wait or still cool."""
    bank_proposals.withdraw(session, details_id=details_id, **said, at=clock.now(), by=actor())
    return Go(
        "bank.proposal",
        details_id=details_id,
        said=_("C'est retiré. Les coordonnées d'avant restent valables."),
    )


def opened(session: Session, subject: str) -> list[tuple[Any, str]]:
    """Return who opened the papers about a subject: each opening, and the person's name."""
    found = evidence.openings(session, subject=subject)
    names = people.names(session, user_ids=[one.by for one in found])
    return [(one, names.get(one.by, "–")) for one in found]


def _known(session: Session, details_id: int) -> dict[str, Any]:
    at, by = clock.now(), actor()
    found = bank_search.get(session, details_id=details_id, at=at, by=by)
    details = found.details
    old = bank_details.current(session, operator_id=details.operator_id, at=at)
    before = bank_search.get(session, details_id=old.id, at=at, by=by) if old and old is not details else None
    return {
        "proposal": found,
        "checks": bank_search.checks(session, proposal=found),
        "before": before,
        "before_checks": before and bank_search.checks(session, proposal=before),
        "names": people.names(session, user_ids=_doers(found)),
        "opened": opened(session, details.subject),
        "is_mine": details.recorded_by == by.user_id,
        "likeness_tones": _LIKENESS,
        "tones": TONES,
        "is_open": found.state in (State.WAITING, State.COOLING),
    }


def _doers(found: Proposal) -> Sequence[UUID]:
    ended = [one.by for one in (found.decision, found.withdrawal) if one is not None]
    return [found.details.recorded_by, *ended]


def _read(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        bank_search.search,
        session,
        is_waiting=asked["etat"] is not Which.ALL,
        words=asked["recherche"],
        at=clock.now(),
        by=actor(),
    )
