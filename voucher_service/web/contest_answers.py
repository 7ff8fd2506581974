"""Contest answers: one person of finance proposes what a venue is told, another decides on a page that says it all."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import people
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.mediators import Standing as Delivered
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import appeals, contest_answers, contest_list
from voucher_service.vouchers.contest_answers import ReasonDoesNotFit, RefusalIsNotExplained
from voucher_service.vouchers.contest_proposals import FITTING, Answer, Because
from voucher_service.vouchers.delivery import Delivery
from voucher_service.web.forms import Euros, FormSchema, Ident, Lines, Number, One, Tick
from voucher_service.web.labels import choices, label
from voucher_service.web.language import language
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.venue import reasons
from voucher_service.web.venue.contests import TONES

pages = Pages("contest_answers", "/refus-contestes/<uuid:contest_id>", under="venue_contests")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_DAY_MINUTES = 1440


class PayForm(FormSchema):
    """Why a venue is paid by exception, and for which service."""

    because = One(Because, needed="Choisissez pourquoi ce pass est payé.")
    service = One(Service, needed="Choisissez le service rendu.")
    minutes = Number(needed="Indiquez la durée, en minutes.", least=1, most=_DAY_MINUTES)
    delivered_by = One(Delivered, needed="Choisissez qui a rendu le service.")
    out_of_pocket_cents = Euros(default=0)
    explanation = Lines(most=50)


class RefuseForm(FormSchema):
    """Why a refusal is upheld, and how the venue can appeal."""

    because = One(Because, needed="Choisissez pourquoi le refus est confirmé.")
    explanation = Lines(needed="Expliquez la réponse au lieu.", most=50)
    appeal = Lines(needed="Dites au lieu comment faire un recours.", most=50)


class DecisionForm(FormSchema):
    """Whether the second person agrees."""

    proposal_id = Ident(needed="Rouvrez la page : la proposition a changé.")
    agreed = Tick()


@pages.get("")
@allow(*_READERS)
def contest(session: Session, contest_id: UUID) -> Page:
    """Show a contested refusal, what was proposed, and what is to do."""
    proposals = contest_answers.search(session, contest_id=contest_id)
    return Page(
        "contests/contest.html",
        **_shown(session, contest_id),
        proposals=proposals,
        names=people.names(session, user_ids=[one.by for pair in proposals for one in pair if one]),
        me=actor().user_id,
        may_answer=actor().role is Role.FINANCE,
    )


@pages.get("/payer")
@allow(Role.FINANCE)
def paying(session: Session, contest_id: UUID) -> Page:
    """Ask why a venue would be paid by exception, and for which service."""
    return Page(
        "contests/pay.html",
        **_shown(session, contest_id),
        reasons=_fitting(Answer.PAID),
        services=choices(Service),
        standings=choices(Delivered),
    )


@pages.post("/payer", back=paying)
@allow(Role.FINANCE)
@takes(PayForm, about={ReasonDoesNotFit: "because"})
def pay(session: Session, said: dict[str, Any], contest_id: UUID) -> Go:
    """Propose a payment by exception; a second person decides."""
    delivered = Delivery(said["service"], said["minutes"], said["delivered_by"], said["out_of_pocket_cents"])
    return _propose(
        session,
        contest_id,
        answer=Answer.PAID,
        because=said["because"],
        explanation="\n".join(said["explanation"]),
        delivered=delivered,
    )


@pages.get("/refuser")
@allow(Role.FINANCE)
def refusing(session: Session, contest_id: UUID) -> Page:
    """Ask why the refusal is upheld, and how the venue can appeal."""
    return Page(
        "contests/refuse.html",
        **_shown(session, contest_id),
        reasons=_fitting(Answer.REFUSED),
        appeal=appeals.STANDARD,
    )


@pages.post("/refuser", back=refusing)
@allow(Role.FINANCE)
@takes(RefuseForm, about={ReasonDoesNotFit: "because", RefusalIsNotExplained: "explanation"})
def refuse(session: Session, said: dict[str, Any], contest_id: UUID) -> Go:
    """Propose that the refusal is upheld; a second person decides."""
    return _propose(
        session,
        contest_id,
        answer=Answer.REFUSED,
        because=said["because"],
        explanation="\n".join(said["explanation"]),
        appeal="\n".join(said["appeal"]),
    )


@pages.get("/decision")
@allow(Role.FINANCE)
def deciding(session: Session, contest_id: UUID) -> Page:
    """Say what the proposed answer does, and ask the second person to agree or to send it back."""
    at = clock.now()
    proposal = contest_answers.waiting(session, contest_id)
    outlook = contest_answers.look(
        session, proposal_id=proposal.id, today=clock.civil_date(at), at=at, by=actor()
    )
    return Page(
        "contests/decide.html",
        **_shown(session, contest_id),
        outlook=outlook,
        names=people.names(session, user_ids=[proposal.by]),
        is_own=proposal.by == actor().user_id,
        obstacle=outlook.obstacle and outlook.obstacle.title(language()),
    )


@pages.post("/decision", back=deciding)
@allow(Role.FINANCE)
@takes(DecisionForm)
def decide(session: Session, said: dict[str, Any], contest_id: UUID) -> Go:
    """Agree with the proposed answer, or send it back."""
    at = clock.now()
    decision = contest_answers.decide(session, **said, today=clock.civil_date(at), at=at, by=actor())
    told = _("La réponse est donnée au lieu.") if decision.agreed else _("La proposition est renvoyée.")
    return Go("contest_answers.contest", contest_id=contest_id, said=told)


def _propose(session: Session, contest_id: UUID, **said: Any) -> Go:
    at = clock.now()
    contest_answers.propose(
        session, contest_id=contest_id, **said, today=clock.civil_date(at), at=at, by=actor()
    )
    told = _("La réponse est proposée : une deuxième personne en décide.")
    return Go("contest_answers.contest", contest_id=contest_id, said=told)


def _shown(session: Session, contest_id: UUID) -> dict[str, Any]:
    shown = contest_list.get(session, contest_id=contest_id, by=actor())
    return {
        "shown": shown,
        "contested": shown.contested,
        "reason": reasons.title,
        "label": label,
        "tone": TONES[shown.standing],
    }


def _fitting(answer: Answer) -> list[tuple[str, str]]:
    return choices(one for one in Because if one in FITTING[answer])
