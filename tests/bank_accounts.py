"""Accounts for tests: proposed, proved and approved by two people, as every account is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import bank_decisions, bank_proposals, evidence
from voucher_service.network.bank_details import BankDetails, Decision

RIB = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)
"""An empty page, which is as much a RIB as a test needs."""
SECOND = Actor(new_id(), SYSTEM.organisation_id, Role.FINANCE)
"""A person of finance who decides on what others propose."""


def proposed(session: Session, *, by: Actor = SYSTEM, **details: Any) -> BankDetails:
    """Propose an account, and prove it by a RIB."""
    proposal = bank_proposals.propose(session, by=by, **details)
    bank_proposals.keep_evidence(session, details_id=proposal.id, content=RIB, at=details["at"], by=by)
    return proposal


def approved(
    session: Session, details: BankDetails, *, at: datetime, by: Actor = SECOND, **more: Any
) -> Decision:
    """Open the papers of a proposal, and approve it."""
    read(session, details.subject, at=at, by=by)
    said = {"called_back": "La trésorière, au numéro de la convention"} | more
    proof = FreshProof(by.user_id, at)
    return bank_decisions.approve(session, details_id=details.id, proof=proof, at=at, by=by, **said)


def read(session: Session, subject: str, *, at: datetime, by: Actor = SECOND) -> None:
    """Open every paper about a subject."""
    for paper in evidence.of(session, subject=subject):
        evidence.open_one(session, evidence_id=paper.id, at=at, by=by)


def paid_on(
    session: Session, *, operator_id: UUID, iban: str, holder: str, at: datetime, by: Actor = SYSTEM
) -> BankDetails:
    """Have an operator paid on an account from now on, by two people."""
    details = proposed(session, operator_id=operator_id, iban=iban, holder=holder, at=at, by=by)
    approved(session, details, at=at)
    return details
