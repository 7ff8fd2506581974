"""An operator is paid on the account that two people agreed on, and on no other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bank_accounts import RIB, SECOND, approved, paid_on, proposed, read
from tests.network.conftest import AT, OTHER_SIRET, SIRET, staff_of
from voucher_service.identity import locking, users
from voucher_service.identity.changes import LockReason
from voucher_service.identity.duties import DutyIsNotYours, RefusedDuty
from voucher_service.identity.fresh_proof import FreshProof, ProofIsNotFresh
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.mail import OutgoingMail
from voucher_service.network import bank_decisions, bank_details, bank_proposals, bank_search, holds
from voucher_service.network.bank_decisions import NobodyWasCalledBack
from voucher_service.network.bank_details import COOLING, BankDetails, Decision
from voucher_service.network.bank_proposals import BankDetailsAreUnknown, ProposalIsOver, ProposalIsWaiting
from voucher_service.network.bank_search import State
from voucher_service.network.evidence import EvidenceIsMissing, EvidenceIsUnread
from voucher_service.network.holder_names import Likeness
from voucher_service.network.holds import Cause
from voucher_service.network.operators import Operator, OperatorIsUnknown

Enrol = Callable[..., Operator]
OLD, NEW, OTHER = "FR7630006000011234567890189", "FR1420041010050500013M02606", "FR7610107001011234567890129"
SOON, LATER = AT + timedelta(hours=1), AT + timedelta(hours=1) + COOLING
PROOF = FreshProof(SECOND.user_id, SOON)
CALLED = "La présidente, au numéro de la convention"


@pytest.fixture
def operator_id(enrol: Enrol) -> UUID:
    return enrol(siret=SIRET).organisation_id


def _propose(
    session: Session, operator_id: UUID, iban: str = NEW, by: Actor = SYSTEM, **more: Any
) -> BankDetails:
    account = {"iban": iban, "holder": "Association  Inventée", "at": SOON} | more
    return proposed(session, operator_id=operator_id, by=by, **account)


def _paid_on_old(session: Session, operator_id: UUID) -> BankDetails:
    return paid_on(session, operator_id=operator_id, iban=OLD, holder="Association Inventée", at=AT)


def _state(session: Session, details: BankDetails, at: datetime = LATER) -> State:
    return bank_search.get(session, details_id=details.id, at=at, by=SYSTEM).state


def _current(session: Session, operator_id: UUID, at: datetime) -> BankDetails | None:
    return bank_details.current(session, operator_id=operator_id, at=at)


def test_a_first_account_needs_a_second_person_and_no_delay(session: Session, operator_id: UUID) -> None:
    details = _propose(session, operator_id)
    assert _current(session, operator_id, SOON) is None
    assert _state(session, details) is State.WAITING

    decision = approved(session, details, at=SOON, called_back=None)

    assert decision.in_force_at == SOON
    assert _current(session, operator_id, SOON) is details
    assert bank_details.cooling(session, operator_id=operator_id, at=SOON) is None
    assert _state(session, details, SOON) is State.IN_FORCE


def test_a_change_cools_for_three_days_while_nothing_is_paid(session: Session, operator_id: UUID) -> None:
    old = _paid_on_old(session, operator_id)
    new = _propose(session, operator_id)
    assert _current(session, operator_id, SOON) is old

    decision = approved(session, new, at=SOON)

    just_before = LATER - timedelta(seconds=1)
    assert (decision.in_force_at, decision.called_back) == (
        LATER,
        "La trésorière, au numéro de la convention",
    )
    assert _current(session, operator_id, just_before) is old
    assert bank_details.cooling(session, operator_id=operator_id, at=just_before) is decision
    assert [_state(session, one, just_before) for one in (old, new)] == [State.IN_FORCE, State.COOLING]
    assert _current(session, operator_id, LATER) is new
    assert bank_details.cooling(session, operator_id=operator_id, at=LATER) is None
    assert [_state(session, one) for one in (old, new)] == [State.REPLACED, State.IN_FORCE]


def test_an_installation_may_wait_longer(session: Session, operator_id: UUID) -> None:
    _paid_on_old(session, operator_id)

    decision = approved(session, _propose(session, operator_id), at=SOON, cooling=timedelta(days=7))

    assert decision.in_force_at == SOON + timedelta(days=7)


def test_the_same_account_under_another_name_does_not_cool(session: Session, operator_id: UUID) -> None:
    _paid_on_old(session, operator_id)
    renamed = _propose(session, operator_id, OLD, holder="Association Renommée")

    approved(session, renamed, at=SOON, called_back=None)

    assert _current(session, operator_id, SOON) is renamed


def test_who_proposed_an_account_does_not_approve_it(session: Session, operator_id: UUID) -> None:
    details = _propose(session, operator_id, by=SECOND)
    read(session, details.subject, at=SOON)

    with pytest.raises(DutiesAreIncompatible) as refused:
        bank_decisions.approve(session, details_id=details.id, proof=PROOF, at=SOON, by=SECOND)
    with pytest.raises(DutiesAreIncompatible):
        bank_decisions.reject(session, details_id=details.id, reason="Non", at=SOON, by=SECOND)

    refused.value.remember(session)
    session.flush()
    [attempt] = session.scalars(select(RefusedDuty))
    assert (attempt.actor_id, attempt.subject) == (SECOND.user_id, details.subject)
    assert _state(session, details) is State.WAITING


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_finance_decides(session: Session, operator_id: UUID, role: Role) -> None:
    details = _propose(session, operator_id)
    by = staff_of(operator_id, role)

    with pytest.raises(DutyIsNotYours):
        bank_decisions.approve(
            session, details_id=details.id, proof=FreshProof(by.user_id, SOON), at=SOON, by=by
        )
    with pytest.raises(DutyIsNotYours):
        bank_decisions.reject(session, details_id=details.id, reason="Non", at=SOON, by=by)


def test_nothing_is_approved_without_a_paper_that_was_opened(session: Session, operator_id: UUID) -> None:
    details = bank_proposals.propose(
        session, operator_id=operator_id, iban=NEW, holder="Association", at=SOON, by=SYSTEM
    )
    with pytest.raises(EvidenceIsMissing):
        bank_decisions.approve(session, details_id=details.id, proof=PROOF, at=SOON, by=SECOND)

    bank_proposals.keep_evidence(session, details_id=details.id, content=RIB, at=SOON, by=SYSTEM)
    with pytest.raises(EvidenceIsUnread):
        bank_decisions.approve(session, details_id=details.id, proof=PROOF, at=SOON, by=SECOND)


@pytest.mark.parametrize(
    "proof", [FreshProof(SYSTEM.user_id, SOON), FreshProof(SECOND.user_id, SOON - timedelta(minutes=6))]
)
def test_nothing_is_approved_without_a_fresh_proof_of_who_approves(
    session: Session, operator_id: UUID, proof: FreshProof
) -> None:
    details = _propose(session, operator_id)
    read(session, details.subject, at=SOON)

    with pytest.raises(ProofIsNotFresh):
        bank_decisions.approve(session, details_id=details.id, proof=proof, at=SOON, by=SECOND)
    assert _state(session, details) is State.WAITING


def test_a_change_is_approved_once_somebody_was_called_back(session: Session, operator_id: UUID) -> None:
    _paid_on_old(session, operator_id)
    details = _propose(session, operator_id)

    with pytest.raises(NobodyWasCalledBack):
        approved(session, details, at=SOON, called_back=None)


def test_rejected_details_leave_the_old_ones_in_force(session: Session, operator_id: UUID) -> None:
    old = _paid_on_old(session, operator_id)
    details = _propose(session, operator_id)

    decision = bank_decisions.reject(
        session, details_id=details.id, reason="Le RIB est au nom d'un tiers", at=SOON, by=SECOND
    )

    assert decision.reason == "Le RIB est au nom d'un tiers"
    assert _state(session, details) is State.REJECTED
    assert _current(session, operator_id, LATER) is old


def test_what_is_decided_is_decided(session: Session, operator_id: UUID) -> None:
    details = _propose(session, operator_id)
    approved(session, details, at=SOON)

    with pytest.raises(ProposalIsOver):
        bank_decisions.reject(session, details_id=details.id, reason="Trop tard", at=LATER, by=SECOND)
    with pytest.raises(ProposalIsOver):
        bank_proposals.keep_evidence(session, details_id=details.id, content=RIB, at=LATER, by=SYSTEM)
    with pytest.raises(ProposalIsOver):
        bank_proposals.withdraw(session, details_id=details.id, reason="Trop tard", at=LATER, by=SYSTEM)


def test_one_proposal_waits_at_a_time(session: Session, operator_id: UUID) -> None:
    first = _propose(session, operator_id)

    with pytest.raises(ProposalIsWaiting) as refused:
        _propose(session, operator_id, OTHER)
    assert refused.value.details_id == first.id

    bank_proposals.withdraw(session, details_id=first.id, reason="Erreur de saisie", at=SOON, by=SYSTEM)
    assert _state(session, first) is State.WITHDRAWN
    assert _state(session, _propose(session, operator_id, OTHER)) is State.WAITING


def test_a_change_that_still_cools_can_be_taken_back(session: Session, operator_id: UUID) -> None:
    old = _paid_on_old(session, operator_id)
    new = _propose(session, operator_id)
    approved(session, new, at=SOON)
    mine = staff_of(operator_id)

    bank_proposals.withdraw(session, details_id=new.id, reason="Ce n'est pas nous", at=SOON, by=mine)

    assert bank_details.cooling(session, operator_id=operator_id, at=SOON) is None
    assert _current(session, operator_id, LATER) is old
    assert [_state(session, one) for one in (old, new)] == [State.IN_FORCE, State.WITHDRAWN]


def test_going_back_to_the_account_in_force_ends_the_cooling(session: Session, operator_id: UUID) -> None:
    _paid_on_old(session, operator_id)
    approved(session, _propose(session, operator_id), at=SOON)

    again = _propose(session, operator_id, OLD)
    approved(session, again, at=SOON, called_back=None)

    assert bank_details.cooling(session, operator_id=operator_id, at=SOON) is None
    assert _current(session, operator_id, LATER) is again


def test_approved_details_lift_what_the_bank_returned_and_nothing_else(
    session: Session, operator_id: UUID
) -> None:
    for cause in (Cause.RETURNED_PAYMENT, Cause.ENQUIRY, Cause.CLOSED):
        holds.place(session, operator_id=operator_id, cause=cause, at=AT, by=SYSTEM)

    approved(session, _propose(session, operator_id), at=SOON)

    left = [hold.cause for hold in holds.open_of(session, operator_id=operator_id)]
    assert left == [Cause.ENQUIRY, Cause.CLOSED]


def test_an_operators_own_people_propose_for_it_and_for_no_one_else(session: Session, enrol: Enrol) -> None:
    mine, theirs = enrol(siret=SIRET).organisation_id, enrol(siret=OTHER_SIRET).organisation_id
    me = staff_of(mine)

    details = _propose(session, mine, by=me)

    assert details.recorded_by == me.user_id
    with pytest.raises(OperatorIsUnknown):
        _propose(session, theirs, by=me)
    with pytest.raises(BankDetailsAreUnknown):
        bank_proposals.withdraw(session, details_id=details.id, reason="?", at=SOON, by=staff_of(theirs))
    with pytest.raises(BankDetailsAreUnknown):
        bank_search.get(session, details_id=details.id, at=SOON, by=staff_of(theirs))
    found = bank_search.search(session, at=SOON, by=staff_of(theirs))
    assert found == []


def test_a_prescriber_proposes_nothing(session: Session, operator_id: UUID) -> None:
    with pytest.raises(DutyIsNotYours):
        _propose(session, operator_id, by=staff_of(new_id(), Role.PRESCRIBER))


def test_finance_finds_what_waits(session: Session, operator_id: UUID) -> None:
    _paid_on_old(session, operator_id)
    waiting = _propose(session, operator_id)

    found = bank_search.search(session, is_waiting=True, at=SOON, by=SECOND)

    assert [(one.details.id, one.operator) for one in found] == [(waiting.id, "Association Inventée")]
    assert len(bank_search.search(session, operator_id=operator_id, at=SOON, by=SECOND)) == 2
    assert len(bank_search.search(session, words="invent", start=1, at=SOON, by=SECOND)) == 1
    assert bank_search.search(session, words="mairie", at=SOON, by=SECOND) == []


def test_what_can_be_told_of_an_account_is_told(session: Session, enrol: Enrol) -> None:
    one, other = enrol(siret=SIRET).organisation_id, enrol(siret=OTHER_SIRET).organisation_id
    _paid_on_old(session, one)
    details = _propose(session, other, OLD, holder="M. Jean Inconnu")
    proposal = bank_search.get(session, details_id=details.id, at=SOON, by=SECOND)

    found = bank_search.checks(session, proposal=proposal)

    assert (found.bank, found.legal_name) == ("CREDIT AGRICOLE SA", "Association Inventée")
    assert found.likeness is Likeness.DIFFERENT
    assert found.also_paid == ["Association Inventée"]
    assert len(found.papers) == 1


def _mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_the_people_of_now_and_those_of_before_are_told_without_a_whole_iban(
    session: Session, operator_id: UUID
) -> None:
    for name in ("avant", "nouveau"):
        users.enrol(
            session,
            organisation_id=operator_id,
            email=f"{name}@example.org",
            name=name.title(),
            role=Role.VENUE,
            is_referent=False,
            at=AT,
            by=SYSTEM,
        )
    _paid_on_old(session, operator_id)
    gone = users.find(session, email="avant@example.org")
    assert gone is not None
    locking.lock(session, account_id=gone.id, reason=LockReason.LEFT, at=SOON, by=SYSTEM)
    before = len(_mails(session))

    approved(session, _propose(session, operator_id), at=SOON)

    told = _mails(session)[before:]
    assert [mail.recipient for mail in told] == ["avant@example.org", "nouveau@example.org"] * 2
    said = "".join(f"{mail.subject} {mail.body}" for mail in told)
    assert "FR76 **** 0189" in said
    assert "FR14 **** 2606" in said
    assert "avant le 05/03/2026 à 11:30" in told[-1].body  # type: ignore[operator]
    assert not any(iban in said for iban in (OLD, NEW))


def test_details_of_before_stay_in_force(session: Session, operator_id: UUID) -> None:
    # As the migration leaves what was recorded before anybody asked for a second person.
    details = BankDetails(
        operator_id=operator_id, iban=OLD, bic=None, holder="X", recorded_at=AT, recorded_by=SYSTEM.user_id
    )
    session.add(details)
    session.flush()
    session.add(Decision(details_id=details.id, outcome="approved", in_force_at=AT, at=AT, by=SYSTEM.user_id))
    session.flush()

    assert _current(session, operator_id, AT) is details
