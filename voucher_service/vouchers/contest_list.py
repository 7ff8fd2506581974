"""Contest list: the refusals that venues contest, each with what it waits for or what the venue was told."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, select
from sqlalchemy.orm import Session

from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.keyset import Order
from voucher_service.vouchers import contesting
from voucher_service.vouchers.contest_answers import ContestIsUnknown
from voucher_service.vouchers.contest_proposals import Answer, Because, ContestDecision, ContestProposal
from voucher_service.vouchers.contesting import ContestedRefusal, Ground
from voucher_service.vouchers.redemption import Redemption


class Standing(Coded):
    """How far a contested refusal is."""

    WAITING = ("waiting", "En attente", "Waiting")
    PROPOSED = ("proposed", "Réponse à décider", "Answer to decide")
    PAID = ("paid", "Payé par exception", "Paid by exception")
    REFUSED = ("refused", "Refus confirmé", "Refusal upheld")


@dataclass(frozen=True, slots=True)
class Told:
    """What the venue was told of its contest, and what it is paid, in cents, by which day."""

    answer: Answer
    because: Because
    explanation: str
    appeal: str
    at: datetime
    redemption_id: UUID | None
    face_cents: int | None
    pay_by: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A contested refusal, how far it is, and the answer where there is one."""

    contested: ContestedRefusal
    standing: Standing
    told: Told | None


def search(
    session: Session,
    *,
    by: Actor,
    series: str | None = None,
    venue_id: UUID | None = None,
    words: str = "",
    ground: Ground | None = None,
    standing: Standing | None = None,
    order: Order = Order.NEWEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Listed]:
    """List contested refusals: to a venue its operator's own, to others all.

    A venue does not see that an answer is proposed: it hears what was decided. Raises ``CampaignIsUnknown``.
    """
    kept = contesting.sieved(session, by=by, series=series, venue_id=venue_id, words=words, ground=ground)
    wanted = _with_answers().where(*kept)
    if standing is not None:
        wanted = wanted.where(_stands(standing, by))
    newest = order is Order.NEWEST
    page = keyset.page(
        wanted, ContestedRefusal.id, after=after, start=start, limit=limit, newest_first=newest
    )
    return [_read(row, by) for row in session.execute(page)]


def get(session: Session, *, contest_id: UUID, by: Actor) -> Listed:
    """Return a contested refusal that the actor may see, or raise ``ContestIsUnknown``."""
    kept = contesting.sieved(session, by=by)
    row = session.execute(_with_answers().where(ContestedRefusal.id == contest_id, *kept)).one_or_none()
    if row is None:
        raise ContestIsUnknown(contest_id)
    return _read(row, by)


def is_by_exception(session: Session, *, redemption_id: UUID) -> bool:
    """Say whether a redemption is a payment by exception."""
    decided = exists().where(ContestDecision.redemption_id == redemption_id)
    return bool(session.execute(select(decided)).scalar_one())


_AGREED = (
    select(ContestProposal, ContestDecision.at.label("told_at"), ContestDecision.redemption_id)
    .join(ContestDecision, ContestDecision.proposal_id == ContestProposal.id)
    .where(ContestDecision.agreed)
    .subquery("agreed")
)
_IS_DECIDED = exists().where(ContestDecision.proposal_id == ContestProposal.id).correlate(ContestProposal)
_IS_PROPOSED = (
    exists()
    .where(ContestProposal.contest_id == ContestedRefusal.id, ~_IS_DECIDED)
    .correlate(ContestedRefusal)
)
_TOLD = (
    _AGREED.c.answer,
    _AGREED.c.because,
    _AGREED.c.explanation,
    _AGREED.c.appeal,
    _AGREED.c.told_at,
    _AGREED.c.redemption_id,
    Redemption.face_cents,
    Redemption.pay_by,
)


def _with_answers() -> Select[*tuple[Any, ...]]:
    wanted: Select[*tuple[Any, ...]] = select(ContestedRefusal, _IS_PROPOSED.label("is_proposed"), *_TOLD)
    wanted = wanted.outerjoin(_AGREED, _AGREED.c.contest_id == ContestedRefusal.id)
    return wanted.outerjoin(Redemption, Redemption.id == _AGREED.c.redemption_id)


def _stands(standing: Standing, by: Actor) -> ColumnElement[bool]:
    if standing in (Standing.PAID, Standing.REFUSED):
        return _AGREED.c.answer == Answer(standing.value)
    open_still = _AGREED.c.answer.is_(None)
    if by.role is Role.VENUE:
        return open_still if standing is Standing.WAITING else false()
    return and_(open_still, _IS_PROPOSED if standing is Standing.PROPOSED else ~_IS_PROPOSED)


def _read(row: Any, by: Actor) -> Listed:
    contested, is_proposed, *told = row
    if told[0] is not None:
        return Listed(contested, Standing(told[0].value), Told(*told))
    shows = is_proposed and by.role is not Role.VENUE
    return Listed(contested, Standing.PROPOSED if shows else Standing.WAITING, None)
