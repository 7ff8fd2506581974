"""Jobs: how far long work is, and calling it off."""

from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Facts, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.jobs import Job

resource = Resource("jobs", "Long work, its progress, and calling it off.")


class JobShown(Wire):
    """Long work: queued, running, succeeded, failed or cancelled; done so far out of a total."""

    id = Id(required=True)
    kind = Text(required=True)
    state = Text(required=True)
    done = Whole(required=True)
    total = Whole(required=True, allow_none=True)
    result = Facts(allow_none=True)
    failure = Facts(allow_none=True)
    created_at = Instant(required=True)
    started_at = Instant(required=True, allow_none=True)
    cancel_requested_at = Instant(required=True, allow_none=True)
    finished_at = Instant(required=True, allow_none=True)


def accepted(job: Job) -> Reply:
    """Answer that long work was taken on, and where its progress is told."""
    return Reply(job, location=f"{PREFIX}/jobs/{job.id}")


@resource.get("/jobs/<uuid:job_id>")
@allow()
@query()
@resource.response(200, JobShown)
def read(session: Session, job_id: UUID) -> Job:
    """Read how far a job is."""
    return jobs.get(session, job_id=job_id, by=actor())


@resource.post("/jobs/<uuid:job_id>/cancellation")
@allow()
@command()
@resource.response(202, JobShown)
def cancel(session: Session, job_id: UUID) -> Reply:
    """Call a job off at its next step."""
    return accepted(jobs.call_off(session, job_id=job_id, at=clock.now(), by=actor()))
