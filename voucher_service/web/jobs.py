"""Jobs: long work that was asked for: how far it is, how it ended, and calling it off."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import people
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.kernel.jobs import Job, State
from voucher_service.kernel.keyset import Order
from voucher_service.reports.table import Kind
from voucher_service.vouchers.printing.runs import JOB
from voucher_service.web import listing
from voucher_service.web.forms import One
from voucher_service.web.language import language, later
from voucher_service.web.listing import Column, ListForm, Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("work")


class Nature(StrEnum):
    """What long work does."""

    PRODUCTION = "production"
    PRINTING = JOB
    END_OF_VALIDITY = "end-of-validity"
    STOP_OF_DISTRIBUTION = "stop-of-distribution"


_KINDS: Mapping[Any, str] = {
    Nature.PRODUCTION: later("Production de carnets"),
    Nature.PRINTING: later("Impression de carnets"),
    Nature.END_OF_VALIDITY: later("Étapes de la fin de validité"),
    Nature.STOP_OF_DISTRIBUTION: later("Arrêt de la distribution"),
}
_STATES = {
    State.QUEUED: (later("En attente"), "wait"),
    State.RUNNING: (later("En cours"), "wait"),
    State.SUCCEEDED: (later("Terminé"), "good"),
    State.FAILED: (later("Échoué"), "bad"),
    State.CANCELLED: (later("Interrompu"), "warn"),
}
_COLUMNS = (
    Column(later("Demandé le"), lambda job: job["asked_at"], Kind.INSTANT),
    Column(later("Traitement"), lambda job: job["kind"]),
    Column(later("Demandé par"), lambda job: job["by"]),
    Column(later("État"), lambda job: job["state"]),
    Column(later("Fait"), lambda job: job["done"], Kind.INTEGER),
    Column(later("Sur"), lambda job: job["total"], Kind.INTEGER),
    Column(later("Terminé le"), lambda job: job["finished_at"], Kind.INSTANT),
    Column(later("Raison de l'échec"), lambda job: job["failure"]),
)


class JobsAsked(ListForm):
    """Which long work is listed."""

    nature = One(Nature)
    etat = One(State)
    tri = One(Order, default=Order.NEWEST)


@pages.get("/traitements", menu=Menu("Traitements", 80, Heading.SERVICE))
@allow(Role.OPERATOR)
@takes(JobsAsked)
def jobs_list(session: Session, asked: dict[str, Any]) -> Page:
    """List the long work that was asked for."""
    return Page(
        "operator/jobs.html",
        sheet=listing.sheet(asked, _read(session, asked), at="work.jobs_list", csv="work.export"),
        kinds=listing.choices(_KINDS),
        states=[(state.value, _(words)) for state, (words, _tone) in _STATES.items()],
        orders=listing.choices(listing.ORDERS),
    )


@pages.get("/traitements.csv", streams=True)
@allow(Role.OPERATOR)
@takes(JobsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("traitements", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/traitements/<uuid:job_id>")
@allow()
def job(session: Session, job_id: UUID) -> Page:
    """Show how far a job is."""
    found = jobs.get(session, job_id=job_id, by=actor())
    return Page("operator/job.html", job=found, **_said(found))


@pages.get("/traitements/<uuid:job_id>/arret")
@allow()
def stopping(session: Session, job_id: UUID) -> Page:
    """Say what stopping a job leaves, before it is stopped."""
    found = jobs.get(session, job_id=job_id, by=actor())
    return Page("operator/job_stop.html", **_said(found), is_printing=found.kind == JOB)


@pages.post("/traitements/<uuid:job_id>/arret", back=job)
@allow()
def cancel(session: Session, job_id: UUID) -> Go:
    """Call a job off at its next step."""
    jobs.call_off(session, job_id=job_id, at=clock.now(), by=actor())
    return Go("work.job", job_id=job_id, said=_("L'arrêt est demandé : ce qui est déjà fait reste fait."))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    kind = asked["nature"] and asked["nature"].value

    def read(*, start: int, limit: int) -> list[dict[str, Any]]:
        found = jobs.search(
            session,
            by=actor(),
            kind=kind,
            state=asked["etat"],
            order=asked["tri"],
            start=start,
            limit=limit,
        )
        names = people.names(session, user_ids=[job.user_id for job in found])
        return [_said(job) | {"by": names.get(job.user_id, "")} for job in found]

    return read


def _said(found: Job) -> dict[str, Any]:
    words, tone = _STATES[State(found.state)]
    return {
        "id": found.id,
        "kind": _(_KINDS[found.kind]) if found.kind in set(_KINDS) else found.kind,
        "state": _(words),
        "tone": tone,
        "is_open": found.finished_at is None,
        "asked_at": found.created_at,
        "finished_at": found.finished_at,
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
    if found.kind in (Nature.END_OF_VALIDITY, Nature.STOP_OF_DISTRIBUTION):
        return url_for("validity.campaign", series=found.params["series"])
    if found.kind == "printing":
        return url_for("papers.print_run", print_run_id=found.params["print_run_id"])
    return ""
