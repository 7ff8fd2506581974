"""Jobs: long work that someone asked for, is told the progress of, and may call off.

The queue itself is procrastinate's, in schema ``jobs``; it holds nothing but our job's id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, and_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal

QUEUE = "default"
TASK = "voucher_service.run_job"

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY["
    "ROW(:queue, :task, 0, NULL, NULL, CAST(:args AS jsonb), NULL)::procrastinate_job_to_defer_v1])"
)


class Outcome(StrEnum):
    """How a job ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class State(StrEnum):
    """How far a job is, in one word."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """Long work: asked by whom, how far it is, how it ended."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "organisation_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    role: Mapped[Role]
    is_referent: Mapped[bool]
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int | None]
    outcome: Mapped[Outcome | None]
    result: Mapped[dict[str, Any] | None]
    failure: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """Say it in one word: queued, running, succeeded, failed or cancelled."""
        return str(self.outcome or ("running" if self.started_at else "queued"))

    @property
    def by(self) -> Actor:
        """Who asked for it, with the rights held then."""
        return Actor(self.user_id, self.organisation_id, Role(self.role), self.is_referent)


@dataclass(eq=False)
class JobIsUnknown(Refusal):
    """There is no such job: check its address.

    FR: Ce traitement n'existe pas : vérifiez son adresse.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    job_id: UUID


@dataclass(eq=False)
class JobIsOver(Refusal):
    """The job is over: there is nothing left to call off.

    FR: Le traitement est terminé : il n'y a plus rien à annuler.
    """

    job_id: UUID


def enqueue(session: Session, *, kind: str, params: Mapping[str, Any], at: datetime, by: Actor) -> Job:
    """Ask for long work; it exists if and only if the session's transaction is committed.

    ``params`` hold nothing but what JSON can; ``kind`` is the name under which ``worker`` knows the work.
    """
    job = Job(
        id=new_id(),
        kind=kind,
        params=dict(params),
        user_id=by.user_id,
        organisation_id=by.organisation_id,
        role=by.role,
        is_referent=by.is_referent,
        done=0,
        created_at=at,
    )
    session.add(job)
    session.flush()
    defer(session, task=TASK, args={"job_id": str(job.id)})
    return job


def defer(session: Session, *, task: str, args: Mapping[str, str]) -> None:
    """Put a task of the worker into the queue; it exists if and only if the transaction is committed.

    ``args`` are identifiers and nothing else: whoever looks at the queue learns nothing.
    """
    session.execute(_DEFER, {"queue": QUEUE, "task": task, "args": json.dumps(dict(args))})


def get(session: Session, *, job_id: UUID, by: Actor) -> Job:
    """Return a job of one's organisation, or of anyone for the operator; raises ``JobIsUnknown``."""
    job = session.get(Job, job_id)
    if job is None or (by.role is not Role.OPERATOR and job.organisation_id != by.organisation_id):
        raise JobIsUnknown(job_id)
    return job


def search(
    session: Session,
    *,
    by: Actor,
    kind: str | None = None,
    state: State | None = None,
    order: Order = Order.NEWEST,
    start: int = 0,
    limit: int | None = None,
) -> Sequence[Job]:
    """List the jobs of one's organisation, of all for the operator; ``kind`` as ``enqueue`` was told it."""
    wanted = select(Job)
    if by.role is not Role.OPERATOR:
        wanted = wanted.where(Job.organisation_id == by.organisation_id)
    if kind is not None:
        wanted = wanted.where(Job.kind == kind)
    if state is not None:
        wanted = wanted.where(_is(state))
    newest = order is Order.NEWEST
    return session.scalars(keyset.page(wanted, Job.id, start=start, limit=limit, newest_first=newest)).all()


def call_off(session: Session, *, job_id: UUID, at: datetime, by: Actor) -> Job:
    """Ask that a job stop at its next step; what is done stays done.

    Raises ``JobIsUnknown``, ``JobIsOver``.
    """
    job = get(session, job_id=job_id, by=by)
    running = (Job.id == job_id) & Job.finished_at.is_(None)
    asked = update(Job).where(running).values(cancel_requested_at=at).returning(Job)
    if session.scalars(asked, execution_options={"populate_existing": True}).one_or_none() is None:
        raise JobIsOver(job_id)
    return job


def start(session: Session, *, job_id: UUID, at: datetime) -> Job | None:
    """Take a job up, perhaps again after a worker died; None when there is nothing left to do."""
    waiting = update(Job).where(Job.id == job_id, Job.finished_at.is_(None)).values(started_at=at)
    return session.scalars(waiting.returning(Job)).one_or_none()


def advance(session: Session, *, job_id: UUID, done: int, total: int | None) -> bool:
    """Write down how far a job is; tell whether somebody asked that it stop."""
    step = update(Job).where(Job.id == job_id).values(done=done, total=total)
    return session.scalars(step.returning(Job.cancel_requested_at)).one() is not None


def finish(
    session: Session,
    *,
    job_id: UUID,
    outcome: Outcome,
    at: datetime,
    result: Mapping[str, Any] | None = None,
    failure: Mapping[str, Any] | None = None,
) -> None:
    """Write down how a job ended; once."""
    over = update(Job).where(Job.id == job_id, Job.finished_at.is_(None))
    session.execute(over.values(outcome=outcome, finished_at=at, result=result, failure=failure))


def _is(state: State) -> ColumnElement[bool]:
    if state in (State.QUEUED, State.RUNNING):
        has_begun = Job.started_at.is_not(None) if state is State.RUNNING else Job.started_at.is_(None)
        return and_(Job.outcome.is_(None), has_begun)
    return Job.outcome == Outcome(state.value)
