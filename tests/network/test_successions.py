"""A SIRET changes on a day: what is served from then on is paid to the successor, and two people agree to it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.bank_accounts import RIB, SECOND, read
from tests.network.conftest import AT, LA_POSTE, OTHER_SIRET, SIRET, staff_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import SYSTEM, Actor
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import heirs, successions
from voucher_service.network.bank_details import Outcome
from voucher_service.network.evidence import EvidenceIsMissing, EvidenceIsUnread
from voucher_service.network.operators import Operator, OperatorIsUnknown
from voucher_service.network.successions import (
    OperatorHasASuccessor,
    Succession,
    SuccessionIsDecided,
    SuccessionIsUnknown,
    SuccessorIsOneself,
    SuccessorIsUnknown,
)

FROM = date(2026, 2, 1)
Three = tuple[UUID, UUID, UUID]


@pytest.fixture
def three(enrol: Callable[..., Operator]) -> Three:
    one, two, last = (enrol(siret=siret).organisation_id for siret in (SIRET, OTHER_SIRET, LA_POSTE))
    return one, two, last


def _propose(
    session: Session, old: UUID, new: UUID, on: date = FROM, by: Actor = SYSTEM, **more: Any
) -> Succession:
    said: dict[str, Any] = {"effective_on": on, "reference": "Avis Sirene fictif", "at": AT} | more
    return successions.propose(session, predecessor_id=old, successor_id=new, by=by, **said)


def _approved(session: Session, old: UUID, new: UUID, on: date = FROM) -> Succession:
    succession = _propose(session, old, new, on)
    successions.keep_evidence(session, succession_id=succession.id, content=RIB, at=AT, by=SYSTEM)
    read(session, succession.subject, at=AT)
    _decide(session, succession)
    return succession


def _decide(
    session: Session, succession: Succession, outcome: Outcome = Outcome.APPROVED, by: Actor = SECOND
) -> successions.SuccessionDecision:
    return successions.decide(session, succession_id=succession.id, outcome=outcome, at=AT, by=by)


def _heir(session: Session, operator_id: UUID, served_on: date) -> UUID:
    heir = text(
        f"SELECT heir_id FROM ({heirs.HEIRS}) AS heir WHERE operator_id = :operator_id"
        " AND effective_on <= :served_on ORDER BY effective_on DESC, depth DESC LIMIT 1"
    )
    found = session.scalar(heir, {"operator_id": operator_id, "served_on": served_on})
    return found or operator_id


def test_a_successor_is_paid_for_what_is_served_from_the_day_on(session: Session, three: Three) -> None:
    old, new, _ = three

    _approved(session, old, new)

    assert _heir(session, old, date(2026, 1, 31)) == old
    assert _heir(session, old, FROM) == new
    assert _heir(session, new, FROM) == new


def test_the_successor_of_a_successor_is_paid_in_his_turn(session: Session, three: Three) -> None:
    old, new, last = three
    _approved(session, old, new)
    _approved(session, new, last, date(2026, 6, 1))

    heirs = [_heir(session, old, date(2026, month, 1)) for month in (1, 2, 6)]

    assert heirs == [old, new, last]
    assert _heir(session, new, date(2026, 6, 1)) == last


def test_a_successor_counts_once_a_second_person_has_read_the_paper(session: Session, three: Three) -> None:
    old, new, _ = three
    succession = _propose(session, old, new, by=SECOND)
    assert _heir(session, old, FROM) == old

    with pytest.raises(DutiesAreIncompatible):
        _decide(session, succession, by=SECOND)
    third = staff_of(new_id(), SECOND.role)
    with pytest.raises(EvidenceIsMissing):
        _decide(session, succession, by=third)
    successions.keep_evidence(session, succession_id=succession.id, content=RIB, at=AT, by=SECOND)
    with pytest.raises(EvidenceIsUnread):
        _decide(session, succession, by=third)
    read(session, succession.subject, at=AT, by=third)
    decision = _decide(session, succession, by=third)

    assert successions.get(session, succession_id=succession.id).decision is decision
    assert [known.decision for known in successions.of(session, operator_id=new)] == [decision]
    with pytest.raises(SuccessionIsDecided):
        _decide(session, succession, by=third)


def test_a_rejected_successor_is_not_paid_and_another_may_be_proposed(session: Session, three: Three) -> None:
    old, new, last = three
    _decide(session, _propose(session, old, new), Outcome.REJECTED)
    assert _heir(session, old, FROM) == old

    waiting = _propose(session, old, last)

    assert [known.succession.id for known in successions.search(session, is_waiting=True)] == [waiting.id]


def test_an_operator_has_one_successor_and_nobody_comes_back(session: Session, three: Three) -> None:
    old, new, last = three
    _approved(session, old, new)

    with pytest.raises(OperatorHasASuccessor):
        _propose(session, old, last)
    with pytest.raises(OperatorHasASuccessor):
        _propose(session, new, old)
    with pytest.raises(SuccessorIsOneself):
        _propose(session, new, new)


def test_a_successor_is_found_by_its_siret(session: Session, three: Three) -> None:
    _, new, _ = three

    assert successions.named(session, siret=OTHER_SIRET) == new
    with pytest.raises(SuccessorIsUnknown):
        successions.named(session, siret="21340172201787")


def test_a_successor_is_known_and_proposed_by_the_scheme(session: Session, three: Three) -> None:
    old, new, _ = three

    with pytest.raises(OperatorIsUnknown):
        _propose(session, old, new_id())
    with pytest.raises(DutyIsNotYours):
        _propose(session, old, new, by=staff_of(old))
    with pytest.raises(SuccessionIsUnknown):
        successions.get(session, succession_id=404)
