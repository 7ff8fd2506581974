"""Successions: an operator's SIRET changes, and another organisation is paid from a day on."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.bank_details import PAPERS, EvidenceShown
from voucher_service.api.context import actor
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Flag, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import evidence, successions
from voucher_service.network.bank_details import Outcome
from voucher_service.network.evidence import LARGEST_BYTES, Evidence
from voucher_service.network.successions import Known, SuccessionDecision

resource = Resource("successions", "Operators that another organisation follows from a day on.")


class SuccessionRequest(Wire):
    """Who follows whom, under which reference; what is served from ``effective_on`` on is paid to the successor."""

    predecessor_id = Id(required=True)
    successor_id = Id(required=True)
    effective_on = Day(required=True)
    reference = Text(longest=200, required=True)


class SuccessionDecisionRequest(Wire):
    """A succession that another person proposed, whether it is approved, and why where it is not."""

    succession_id = Whole(least=1, required=True)
    outcome = Choice(Outcome, required=True)
    reason = Text(longest=200, load_default=None, allow_none=True)


class SuccessionDecisionShown(Wire):
    """What a second person decided of a succession."""

    succession_id = Whole(required=True)
    outcome = Choice(Outcome, required=True)
    reason = Text(allow_none=True, required=True)
    at = Instant(required=True)
    by = Id(required=True)


class SuccessionShown(Wire):
    """A succession; it counts once it is approved."""

    id = Whole(required=True)
    predecessor_id = Id(required=True)
    successor_id = Id(required=True)
    effective_on = Day(required=True)
    reference = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)
    decision = One(SuccessionDecisionShown, allow_none=True, required=True)


class ProvedSuccession(SuccessionShown):
    """A succession, with the papers that prove it."""

    papers = Many(One(EvidenceShown), required=True)


class SuccessionFilter(Page):
    """Whether only those that wait for a decision."""

    is_waiting = Flag(load_default=False)


@resource.post("/successions")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(SuccessionRequest)
@resource.response(201, SuccessionShown)
def propose(session: Session, wanted: dict[str, Any]) -> Reply:
    """Propose that an operator be paid for what another one's venues serve from a day on."""
    proposed = successions.propose(session, **wanted, at=clock.now(), by=actor())
    known = successions.get(session, succession_id=proposed.id)
    return Reply(_shown(known), location=f"{PREFIX}/successions/{proposed.id}")


@resource.get("/successions")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(SuccessionFilter, location="query")
@resource.response(200, listing(SuccessionShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List successions, the newest first."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = successions.search(session, **wanted, after=after, limit=limit + 1)
    return page([_shown(row) for row in rows], limit=limit, key=lambda row: [row["id"]])


@resource.get("/successions/<int:succession_id>")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.response(200, ProvedSuccession)
def read(session: Session, succession_id: int) -> dict[str, Any]:
    """Read a succession, and the papers that prove it."""
    known = successions.get(session, succession_id=succession_id)
    return _shown(known) | {"papers": evidence.of(session, subject=known.succession.subject)}


@resource.post("/successions/<int:succession_id>/evidence")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.upload(*PAPERS, largest=LARGEST_BYTES)
@resource.response(201, EvidenceShown)
def prove(session: Session, file: Upload, succession_id: int) -> Evidence:
    """Add a paper that proves a succession, the register's notice for instance."""
    return successions.keep_evidence(
        session, succession_id=succession_id, content=file.content, at=clock.now(), by=actor()
    )


@resource.post("/succession-decisions")
@allow(Role.FINANCE)
@command()
@resource.arguments(SuccessionDecisionRequest)
@resource.response(201, SuccessionDecisionShown)
def decide(session: Session, wanted: dict[str, Any]) -> SuccessionDecision:
    """Approve or reject a succession that another person proposed."""
    return successions.decide(session, **wanted, at=clock.now(), by=actor())


def _shown(known: Known) -> dict[str, Any]:
    names = ("id", "predecessor_id", "successor_id", "effective_on", "reference", "at", "by")
    return {name: getattr(known.succession, name) for name in names} | {"decision": known.decision}
