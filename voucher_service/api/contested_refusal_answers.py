"""Contested refusal answers: one person of finance proposes what a venue is told, another decides."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.rendered_service import DeliveryRequest, delivery
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Flag, Id, Instant, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import appeals, contest_answers
from voucher_service.vouchers.contest_proposals import Answer, Because, ContestDecision, ContestProposal

resource = Resource("contested-refusal-answers", "What venues are told of the refusals that they contest.")

_LONGEST = 4_000


class ContestAnswerRequest(Wire):
    """What to tell a venue: pay by exception (then say the service), or uphold the refusal (then explain)."""

    contest_id = Id(required=True)
    answer = Choice(Answer, required=True)
    because = Choice(Because, required=True)
    explanation = Text(longest=_LONGEST, load_default="")
    appeal = Text(longest=_LONGEST, load_default=appeals.STANDARD)
    delivered = One(DeliveryRequest, load_default=None, allow_none=True)


class ContestDecisionRequest(Wire):
    """Whether a second person agrees with a proposed answer, or sends it back."""

    proposal_id = Id(required=True)
    agreed = Flag(required=True)


class ContestDecisionShown(Wire):
    """What was decided of a proposed answer, and what it pays."""

    proposal_id = Id(required=True)
    agreed = Flag(required=True)
    redemption_id = Id(required=True, allow_none=True)
    at = Instant(required=True)
    by = Id(required=True)


class ContestAnswerShown(Wire):
    """A proposed answer; ``decision`` is null while it waits for a second person."""

    id = Id(required=True)
    contest_id = Id(required=True)
    attempt = Whole(required=True)
    answer = Choice(Answer, required=True)
    because = Choice(Because, required=True)
    explanation = Text(required=True)
    appeal = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)
    decision = One(ContestDecisionShown, required=True, allow_none=True)


class ContestAnswerFilter(Page):
    """Of which contested refusal."""

    contest_id = Id(load_default=None)


@resource.post("/contested-refusal-answers")
@allow(Role.FINANCE)
@command()
@resource.arguments(ContestAnswerRequest)
@resource.response(201, ContestAnswerShown)
def propose(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Propose what a venue is told; nothing moves before a second person agrees."""
    at, served = clock.now(), wanted.pop("delivered")
    proposal = contest_answers.propose(
        session,
        **wanted,
        delivered=served and delivery(served),
        today=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    return _shown(proposal, None)


@resource.post("/contested-refusal-decisions")
@allow(Role.FINANCE)
@command()
@resource.arguments(ContestDecisionRequest)
@resource.response(201, ContestDecisionShown)
def decide(session: Session, wanted: dict[str, Any]) -> ContestDecision:
    """Agree with a proposed answer as a second person, or send it back."""
    at = clock.now()
    return contest_answers.decide(session, **wanted, today=clock.civil_date(at), at=at, by=actor())


@resource.get("/contested-refusal-answers")
@allow(Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(ContestAnswerFilter, location="query")
@resource.response(200, listing(ContestAnswerShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List proposed answers with what was decided of each, the newest first."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = contest_answers.search(session, **wanted, after=after and UUID(after), limit=limit + 1)
    return page([_shown(*row) for row in rows], limit=limit, key=lambda row: [str(row["id"])])


def _shown(proposal: ContestProposal, decision: ContestDecision | None) -> dict[str, Any]:
    names = ("id", "contest_id", "attempt", "answer", "because", "explanation", "appeal", "at", "by")
    return {name: getattr(proposal, name) for name in names} | {"decision": decision}
