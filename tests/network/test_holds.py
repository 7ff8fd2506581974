"""An operator is held for a reason, and paid again when somebody else says why."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.network.conftest import AT, OTHER_SIRET, SIRET, staff_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import holds
from voucher_service.network.holds import Cause, HoldIsUnknown, HoldWasLifted
from voucher_service.network.operators import Operator, OperatorIsUnknown

ONE, OTHER = staff_of(new_id(), Role.FINANCE), staff_of(new_id(), Role.FINANCE)


@pytest.fixture
def operator_id(enrol: Callable[..., Operator]) -> UUID:
    return enrol().organisation_id


def _place(session: Session, operator_id: UUID, cause: Cause = Cause.SEIZURE, by: Actor = ONE) -> holds.Hold:
    return holds.place(session, operator_id=operator_id, cause=cause, note="SATD n° 1", at=AT, by=by)


def _lift(session: Session, hold: holds.Hold, by: Actor = OTHER) -> holds.Lifting:
    return holds.lift(session, hold_id=hold.id, reason="Mainlevée reçue", at=AT, by=by)


def _is_held(session: Session, operator_id: UUID) -> bool:
    asked = text("SELECT " + holds.EXISTS.format(operator_id="CAST(:operator_id AS uuid)"))
    return bool(session.scalar(asked, {"operator_id": operator_id}))


def test_an_operator_is_held_until_somebody_else_lifts_it(session: Session, operator_id: UUID) -> None:
    assert not _is_held(session, operator_id)

    hold = _place(session, operator_id)
    assert _is_held(session, operator_id)
    assert holds.open_of(session, operator_id=operator_id) == [hold]

    lifting = _lift(session, hold)
    assert not _is_held(session, operator_id)
    assert holds.open_of(session, operator_id=operator_id) == []
    assert holds.get(session, hold_id=hold.id) == holds.Known(hold, "Association Inventée", lifting)


def test_who_placed_a_hold_does_not_lift_it(session: Session, operator_id: UUID) -> None:
    hold = _place(session, operator_id)

    with pytest.raises(DutiesAreIncompatible):
        _lift(session, hold, by=ONE)

    assert _is_held(session, operator_id)


def test_each_of_two_seizures_ends_on_its_own(session: Session, operator_id: UUID) -> None:
    first, second = _place(session, operator_id), _place(session, operator_id)

    _lift(session, first)

    assert holds.open_of(session, operator_id=operator_id) == [second]
    assert _is_held(session, operator_id)


def test_a_hold_is_lifted_once(session: Session, operator_id: UUID) -> None:
    hold = _place(session, operator_id)
    _lift(session, hold)

    with pytest.raises(HoldWasLifted):
        _lift(session, hold)


def test_what_the_bank_returned_is_lifted_by_what_it_waited_for_and_no_other_cause_is(
    session: Session, operator_id: UUID
) -> None:
    _place(session, operator_id, Cause.RETURNED_PAYMENT)
    seizure = _place(session, operator_id, Cause.SEIZURE)

    holds.lift_all(
        session,
        operator_id=operator_id,
        causes=[Cause.RETURNED_PAYMENT],
        reason="Nouvelles coordonnées",
        at=AT,
        by=ONE,
    )

    assert holds.open_of(session, operator_id=operator_id) == [seizure]


def test_holds_are_listed_by_operator_and_by_whether_they_stand(
    session: Session, enrol: Callable[..., Operator]
) -> None:
    mine, theirs = enrol(siret=SIRET).organisation_id, enrol(siret=OTHER_SIRET).organisation_id
    lifted, standing, other = _place(session, mine), _place(session, mine), _place(session, theirs)
    _lift(session, lifted)

    def found(**wanted: object) -> list[int]:
        return [known.hold.id for known in holds.search(session, **wanted)]  # type: ignore[arg-type]

    assert found() == [other.id, standing.id, lifted.id]
    assert found(operator_id=mine, is_open=True) == [standing.id]
    assert found(is_open=False) == [lifted.id]
    assert found(after=other.id, limit=1) == [standing.id]
    assert found(start=2) == [lifted.id]
    assert found(words="invent assoc") == [other.id, standing.id, lifted.id]
    assert found(words="mairie") == []


def test_only_finance_and_the_operator_of_the_scheme_hold_and_lift(
    session: Session, operator_id: UUID
) -> None:
    hold = _place(session, operator_id)
    theirs = staff_of(operator_id)

    with pytest.raises(DutyIsNotYours):
        _place(session, operator_id, by=theirs)
    with pytest.raises(DutyIsNotYours):
        _lift(session, hold, by=theirs)


def test_nobody_is_held_who_is_not_known(session: Session) -> None:
    with pytest.raises(OperatorIsUnknown):
        _place(session, new_id())
    with pytest.raises(HoldIsUnknown):
        holds.lift(session, hold_id=404, reason="Rien", at=AT, by=ONE)
