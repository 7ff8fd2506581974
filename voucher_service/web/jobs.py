"""Jobs: long work that was asked for: how far it is, how it ended, and calling it off."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.kernel.jobs import Job
from voucher_service.web.language import language, later
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow

pages = Pages("work")

_KINDS = {
    "production": later("Production de carnets"),
    "printing": later("Impression de carnets"),
}
_STATES = {
    "queued": (later("En attente"), "wait"),
    "running": (later("En cours"), "wait"),
    "succeeded": (later("Terminé"), "good"),
    "failed": (later("Échoué"), "bad"),
    "cancelled": (later("Interrompu"), "warn"),
}


@pages.get("/traitements", menu=Menu("Traitements", 80))
@allow(Role.OPERATOR)
def jobs_list(session: Session) -> Page:
    """List the long work of the last days, the latest first."""
    found = jobs.latest(session, by=actor(), limit=50)
    return Page("operator/jobs.html", jobs=[_said(job) for job in found])


@pages.get("/traitements/<uuid:job_id>")
@allow()
def job(session: Session, job_id: UUID) -> Page:
    """Show how far a job is."""
    found = jobs.get(session, job_id=job_id, by=actor())
    return Page("operator/job.html", job=found, **_said(found))


@pages.post("/traitements/<uuid:job_id>/arret", back=job)
@allow()
def cancel(session: Session, job_id: UUID) -> Go:
    """Call a job off at its next step."""
    jobs.call_off(session, job_id=job_id, at=clock.now(), by=actor())
    return Go("work.job", job_id=job_id, said=_("L'arrêt est demandé : ce qui est déjà fait reste fait."))


def _said(found: Job) -> dict[str, Any]:
    words, tone = _STATES[found.state]
    return {
        "id": found.id,
        "kind": _(_KINDS[found.kind]) if found.kind in _KINDS else found.kind,
        "state": _(words),
        "tone": tone,
        "is_open": found.finished_at is None,
        "asked_at": found.created_at,
        "done": found.done,
        "total": found.total,
        "leads_to": _leads_to(found),
        "failure": _why(found),
    }


def _why(found: Job) -> str:
    """Say why a job failed, in the reader's language; nothing where it did not."""
    if found.failure is None:
        return ""
    titles: dict[str, str] = found.failure.get("title") or {}
    broke = _("Une erreur est survenue chez nous : relancez ce traitement, et dites-le si elle revient.")
    return str(titles.get(language(), broke))


def _leads_to(found: Job) -> str:
    """Return the page on which the result of a job is seen."""
    if found.kind == "production":
        return url_for("papers.papers", series=found.params["series"])
    if found.kind == "printing":
        return url_for("papers.print_run", print_run_id=found.params["print_run_id"])
    return ""
