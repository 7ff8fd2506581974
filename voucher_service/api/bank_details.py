"""Bank details: where venue operators are paid, proposed by one person and decided by another.

Only finance reads an IBAN whole, and opens the papers that prove it.
"""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.proving import ProvenRequest, proof_of
from voucher_service.api.reply import Document, Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Flag, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import bank_decisions, bank_proposals, bank_search, evidence
from voucher_service.network.bank_search import Checks, Proposal, State
from voucher_service.network.evidence import LARGEST_BYTES, MediaType
from voucher_service.network.holder_names import Likeness
from voucher_service.network.payees import PayeeKind

resource = Resource("bank-details", "Where venue operators are paid.")

_PROPOSERS = (Role.OPERATOR, Role.FINANCE, Role.VENUE)
PAPERS = tuple(kind.value for kind in MediaType)


class BankDetailsRequest(Wire):
    """An account as its RIB gives it; the BIC may be left out."""

    operator_id = Id(required=True)
    iban = Text(longest=50, required=True)
    bic = Text(longest=20, load_default=None, allow_none=True)
    holder = Text(longest=140, required=True)


class BankDetailsApprovalRequest(ProvenRequest):
    """Details that another person proposed, and, for a change, whom one called back at a number known before.

    Whoever approves gives his password again, and the ``otp`` of his telephone or a recovery code where he has them.
    """

    details_id = Whole(least=1, required=True)
    called_back = Text(longest=200, load_default=None, allow_none=True)


class BankDetailsReasonRequest(Wire):
    """Proposed details, and why they are not to be used."""

    details_id = Whole(least=1, required=True)
    reason = Text(longest=200, required=True)


class EvidenceOpeningRequest(Wire):
    """A paper to open."""

    evidence_id = Whole(least=1, required=True)


class EvidenceShown(Wire):
    """A paper that proves something, as it was sent."""

    id = Whole(required=True)
    media_type = Choice(MediaType, required=True)
    size_bytes = Whole(required=True)
    sha256 = Text(required=True)
    at = Instant(required=True)


class PayeeShown(Wire):
    """Whom an account pays in the operator's place: by what right, under which deed, since when."""

    kind = Choice(PayeeKind, required=True)
    name = Text(required=True)
    siret = Text(allow_none=True, required=True)
    reference = Text(required=True)
    entitled_on = Day(required=True)


class BankDetailsShown(Wire):
    """Proposed details; the newest approved ones are paid. The IBAN is masked (``FR76 **** 5432``) but for finance.

    ``in_force_at`` is when approved details may be paid on; while it is to come, no run takes the operator.
    """

    id = Whole(required=True)
    operator_id = Id(required=True)
    iban = Text(required=True)
    bic = Text(allow_none=True, required=True)
    holder = Text(required=True)
    recorded_at = Instant(required=True)
    state = Choice(State, required=True)
    in_force_at = Instant(allow_none=True, required=True)
    reason = Text(allow_none=True, required=True)
    payee = One(PayeeShown, allow_none=True, required=True)


class ChecksShown(Wire):
    """What can be told of an account: its bank, how near its holder is to the legal name, who else is paid on it."""

    bank = Text(allow_none=True, required=True)
    legal_name = Text(required=True)
    likeness = Choice(Likeness, required=True)
    also_paid = Many(Text(), required=True)
    papers = Many(One(EvidenceShown), required=True)


class CheckedBankDetails(BankDetailsShown):
    """Proposed details, with what can be told of them."""

    checks = One(ChecksShown, required=True)


class BankDetailsFilter(Page):
    """Whose details to list, and whether only those that wait for a decision."""

    operator_id = Id(load_default=None)
    is_waiting = Flag(load_default=False)


@resource.post("/bank-details")
@allow(*_PROPOSERS)
@command()
@resource.arguments(BankDetailsRequest)
@resource.response(201, BankDetailsShown)
def propose(session: Session, wanted: dict[str, Any]) -> Reply:
    """Propose where a venue operator is to be paid."""
    details = bank_proposals.propose(session, **wanted, at=clock.now(), by=actor())
    return Reply(_read(session, details.id), location=f"{PREFIX}/bank-details/{details.id}")


@resource.get("/bank-details")
@allow(*_PROPOSERS, Role.AUDITOR)
@query()
@resource.arguments(BankDetailsFilter, location="query")
@resource.response(200, listing(BankDetailsShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List proposed details, the newest first: a venue its own operator's, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = bank_search.search(session, **wanted, at=clock.now(), by=actor(), after=after, limit=limit + 1)
    return page([shown(row) for row in rows], limit=limit, key=lambda row: [row["id"]])


@resource.get("/bank-details/<int:details_id>")
@allow(*_PROPOSERS, Role.AUDITOR)
@query()
@resource.response(200, CheckedBankDetails)
def read(session: Session, details_id: int) -> dict[str, Any]:
    """Read proposed details, and what can be told of them."""
    proposal = bank_search.get(session, details_id=details_id, at=clock.now(), by=actor())
    return shown(proposal) | {"checks": _told(bank_search.checks(session, proposal=proposal))}


@resource.post("/bank-details/<int:details_id>/evidence")
@allow(*_PROPOSERS)
@command()
@resource.upload(*PAPERS, largest=LARGEST_BYTES)
@resource.response(201, EvidenceShown)
def prove(session: Session, file: Upload, details_id: int) -> evidence.Evidence:
    """Add a paper that proves proposed details, a RIB for instance; it is recognised by its content."""
    return bank_proposals.keep_evidence(
        session, details_id=details_id, content=file.content, at=clock.now(), by=actor()
    )


@resource.post("/evidence-openings")
@allow(Role.FINANCE)
@command(key=False)
@resource.arguments(EvidenceOpeningRequest)
@resource.document(*PAPERS, description="The paper, to save; who opened it is written down.")
def open_evidence(session: Session, wanted: dict[str, Any]) -> Document:
    """Open a paper, which is written down."""
    paper, content = evidence.open_one(session, **wanted, at=clock.now(), by=actor())
    return Document(content, paper.media_type, paper.name)


@resource.post("/bank-details-approvals")
@allow(Role.FINANCE)
@command()
@resource.arguments(BankDetailsApprovalRequest)
@resource.response(201, BankDetailsShown)
def approve(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Approve details that another person proposed; a change is paid on after its safety delay."""
    cooling, proof = state().settings.bank_cooling, proof_of(session, wanted)
    bank_decisions.approve(session, **wanted, proof=proof, cooling=cooling, at=clock.now(), by=actor())
    return _read(session, wanted["details_id"])


@resource.post("/bank-details-rejections")
@allow(Role.FINANCE)
@command()
@resource.arguments(BankDetailsReasonRequest)
@resource.response(201, BankDetailsShown)
def reject(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Reject details that another person proposed, and say why."""
    bank_decisions.reject(session, **wanted, at=clock.now(), by=actor())
    return _read(session, wanted["details_id"])


@resource.post("/bank-details-withdrawals")
@allow(*_PROPOSERS)
@command()
@resource.arguments(BankDetailsReasonRequest)
@resource.response(201, BankDetailsShown)
def withdraw(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take details back that wait for approval or still cool."""
    bank_proposals.withdraw(session, **wanted, at=clock.now(), by=actor())
    return _read(session, wanted["details_id"])


def shown(proposal: Proposal) -> dict[str, Any]:
    """Return proposed details as they are answered; only finance reads the IBAN whole."""
    details, decision = proposal.details, proposal.decision
    names = ("id", "operator_id", "bic", "holder", "recorded_at")
    ended = proposal.withdrawal or decision
    return {name: getattr(details, name) for name in names} | {
        "iban": details.iban if actor().role is Role.FINANCE else details.masked_iban,
        "state": proposal.state,
        "in_force_at": decision and decision.in_force_at,
        "reason": ended and ended.reason,
        "payee": proposal.payee,
    }


def _read(session: Session, details_id: int) -> dict[str, Any]:
    return shown(bank_search.get(session, details_id=details_id, at=clock.now(), by=actor()))


def _told(found: Checks) -> dict[str, Any]:
    names = ("bank", "legal_name", "likeness", "papers")
    is_theirs = actor().role is Role.VENUE
    return {name: getattr(found, name) for name in names} | {
        "also_paid": [] if is_theirs else found.also_paid
    }
