"""Contest answers: one person of finance proposes what a venue is told, another decides (*réponse à contestation*).

Nothing is told and nothing moves until the second person agrees. Disagreeing sends the proposal back, and another
one may be made. What is agreed is the answer, for good: a payment by exception, or a refusal with its reason and
with how to appeal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from voucher_service.identity import separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers import appeals, exceptional
from voucher_service.vouchers.contest_proposals import (
    FITTING,
    Answer,
    Because,
    ContestDecision,
    ContestProposal,
)
from voucher_service.vouchers.contesting import ContestedRefusal
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.exceptional import Claim, Payable
from voucher_service.vouchers.refused_codes import Counter


@dataclass(eq=False)
class ContestIsUnknown(Refusal):
    """No contested refusal bears this identifier.

    FR: Aucun refus contesté ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    contest_id: UUID


@dataclass(eq=False)
class AnswerIsUnknown(Refusal):
    """No proposed answer bears this identifier.

    FR: Aucune proposition de réponse ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    proposal_id: UUID


@dataclass(eq=False)
class AnswerIsProposed(Refusal):
    """An answer is proposed already: a second person of the finance team decides on it.

    FR: Une réponse est déjà proposée : une deuxième personne du service financier en décide.
    """

    proposal_id: UUID


@dataclass(eq=False)
class NoAnswerIsProposed(Refusal):
    """No answer waits for a second person: it was decided meanwhile, or nobody proposed one.

    FR: Aucune réponse n'attend une deuxième personne : elle a été décidée entre-temps, ou personne n'en a proposé.
    """

    contest_id: UUID


@dataclass(eq=False)
class ContestIsAnswered(Refusal):
    """This contested refusal was answered already: an answer is given once.

    FR: Ce refus contesté a déjà reçu sa réponse : on ne répond qu'une fois.
    """

    contest_id: UUID


@dataclass(eq=False)
class ReasonDoesNotFit(Refusal):
    """This reason does not fit the answer: choose one of those listed.

    FR: Cette raison ne va pas avec la réponse : choisissez l'une de celles indiquées.
    """

    kind = Kind.INVALID
    possible: list[str]


@dataclass(eq=False)
class RefusalIsNotExplained(Refusal):
    """Explain to the venue why its contest is refused, and how it can appeal.

    FR: Expliquez au lieu pourquoi sa contestation est refusée, et comment faire un recours.
    """

    kind = Kind.INVALID


@dataclass(eq=False)
class ServiceIsNotSaid(Refusal):
    """Say which service the venue gave, for how long and by whom: a payment names what it pays for.

    FR: Indiquez le service rendu, sa durée et par qui : un paiement dit ce qu'il paie.
    """

    kind = Kind.INVALID


def propose(
    session: Session,
    *,
    contest_id: UUID,
    answer: Answer,
    because: Because,
    explanation: str = "",
    appeal: str = appeals.STANDARD,
    delivered: Delivery | None = None,
    today: date,
    at: datetime,
    by: Actor,
) -> ContestProposal:
    """Propose what a venue is told of its contest; nothing moves, and the venue hears nothing yet.

    Raises ``ContestIsUnknown``, ``AnswerIsProposed``, ``ContestIsAnswered``, ``ReasonDoesNotFit``,
    ``RefusalIsNotExplained``, ``ServiceIsNotSaid``, and the refusals of ``exceptional.appraise``.
    """
    contested = get_contest(session, contest_id)
    attempt = _next(session, contest_id)
    if because not in FITTING[answer]:
        raise ReasonDoesNotFit(sorted(FITTING[answer]))
    if answer is Answer.PAID:
        exceptional.appraise(session, _claim(contested, delivered, today, at, by))
    elif not explanation.strip() or not appeal.strip():
        raise RefusalIsNotExplained
    told = {"answer": answer, "because": because, "explanation": explanation.strip()}
    told["appeal"] = appeal.strip() if answer is Answer.REFUSED else ""
    known = {"id": new_id(), "contest_id": contest_id, "attempt": attempt, "at": at, "by": by.user_id}
    served = _served(delivered) if answer is Answer.PAID else {}
    session.execute(insert(ContestProposal).values(**known, **told, **served))
    proposal = session.get_one(ContestProposal, known["id"])
    separation.perform(session, duty=Duty.PROPOSE_EXCEPTION, subject=proposal.subject, at=at, by=by)
    return proposal


def decide(
    session: Session, *, proposal_id: UUID, agreed: bool, today: date, at: datetime, by: Actor
) -> ContestDecision:
    """Agree with a proposed answer, or send it back. Agreed, it is the venue's answer, and what is to be paid is due.

    Raises ``AnswerIsUnknown``, ``DutiesAreIncompatible``, ``ContestIsAnswered``, and the refusals of
    ``exceptional.appraise``.
    """
    proposal = get_proposal(session, proposal_id)
    separation.perform(session, duty=Duty.DECIDE_EXCEPTION, subject=proposal.subject, at=at, by=by)
    contested = get_contest(session, proposal.contest_id)
    # Two who decide at once: the second waits here, and finds the answer of the first.
    address = accounts.voucher(contested.serial, contested.issue)
    accounts.hold(session, campaign_id=contested.campaign_id, addresses=[address])
    if session.get(ContestDecision, proposal_id) is not None:
        raise ContestIsAnswered(proposal.contest_id)
    redemption_id = None
    if agreed and proposal.answer is Answer.PAID:
        redemption_id = exceptional.pay(session, _claim(contested, proposal.delivered, today, at, by)).id
    session.execute(
        insert(ContestDecision).values(
            proposal_id=proposal_id, agreed=agreed, redemption_id=redemption_id, at=at, by=by.user_id
        )
    )
    return session.get_one(ContestDecision, proposal_id)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A proposed answer as its second person looks at it: what it would pay, or why it cannot."""

    proposal: ContestProposal
    contested: ContestedRefusal
    payable: Payable | None
    obstacle: Refusal | None


def look(session: Session, *, proposal_id: UUID, today: date, at: datetime, by: Actor) -> Outlook:
    """Say what would happen if this person agreed with a proposed answer. Raises ``AnswerIsUnknown``."""
    proposal = get_proposal(session, proposal_id)
    contested = get_contest(session, proposal.contest_id)
    if proposal.answer is Answer.REFUSED:
        return Outlook(proposal, contested, None, None)
    try:
        claim = _claim(contested, proposal.delivered, today, at, by)
        return Outlook(proposal, contested, exceptional.appraise(session, claim), None)
    except Refusal as obstacle:
        return Outlook(proposal, contested, None, obstacle)


def waiting(session: Session, contest_id: UUID) -> ContestProposal:
    """Return the proposed answer that waits for a second person; raises ``NoAnswerIsProposed``."""
    for proposal, decision in search(session, contest_id=contest_id):
        if decision is None:
            return proposal
    raise NoAnswerIsProposed(contest_id)


def get_contest(session: Session, contest_id: UUID) -> ContestedRefusal:
    """Return a contested refusal, or raise ``ContestIsUnknown``."""
    found = session.get(ContestedRefusal, contest_id)
    if found is None:
        raise ContestIsUnknown(contest_id)
    return found


def get_proposal(session: Session, proposal_id: UUID) -> ContestProposal:
    """Return a proposed answer, or raise ``AnswerIsUnknown``."""
    found = session.get(ContestProposal, proposal_id)
    if found is None:
        raise AnswerIsUnknown(proposal_id)
    return found


def search(
    session: Session, *, contest_id: UUID | None = None, after: UUID | None = None, limit: int | None = None
) -> Sequence[tuple[ContestProposal, ContestDecision | None]]:
    """List proposed answers with what was decided of each, the newest first."""
    wanted = select(ContestProposal, ContestDecision).outerjoin(
        ContestDecision, ContestDecision.proposal_id == ContestProposal.id
    )
    if contest_id is not None:
        wanted = wanted.where(ContestProposal.contest_id == contest_id)
    page = keyset.page(wanted, ContestProposal.id, after=after, limit=limit, newest_first=True)
    return [(proposal, decision) for proposal, decision in session.execute(page)]


def _next(session: Session, contest_id: UUID) -> int:
    before = search(session, contest_id=contest_id)
    for proposal, decision in before:
        if decision is None:
            raise AnswerIsProposed(proposal.id)
        if decision.agreed:
            raise ContestIsAnswered(contest_id)
    return len(before)


def _claim(
    contested: ContestedRefusal, delivered: Delivery | None, today: date, at: datetime, by: Actor
) -> Claim:
    if delivered is None:
        raise ServiceIsNotSaid
    # The venue's own counter is where the voucher is taken; the person is whoever answers for the exception.
    venue = Actor(by.user_id, contested.operator_id, Role.VENUE)
    return Claim(contested, delivered, today, Counter(at, venue, contested.venue_id))


def _served(delivered: Delivery | None) -> dict[str, object]:
    if delivered is None:
        return {}
    return {
        "service": delivered.service,
        "minutes": delivered.minutes,
        "delivered_by": delivered.delivered_by,
        "mediator_id": delivered.mediator_id,
        "out_of_pocket_cents": delivered.out_of_pocket_cents,
    }
