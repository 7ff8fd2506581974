"""Who delivers is known by a label, and the State-funded need a derogation."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, OTHER_SIRET, SIRET, staff_of
from voucher_service.kernel.actor import SYSTEM, Actor
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import mediators
from voucher_service.network.mediators import (
    DerogationEndsBeforeItBegins,
    Mediator,
    MediatorHasChanged,
    MediatorIsUnknown,
    MediatorNeedsNoDerogation,
    Standing,
)
from voucher_service.network.operators import Operator, OperatorIsUnknown

Enrol = Callable[..., Operator]


def _register(session: Session, operator: Operator, standing: Standing) -> Mediator:
    return mediators.register(
        session, operator_id=operator.organisation_id, label="Poste A", standing=standing, at=AT, by=SYSTEM
    )


def _grant(session: Session, mediator: Mediator, since: date, until: date) -> mediators.Derogation:
    return mediators.grant_derogation(
        session,
        mediator_id=mediator.id,
        reference="Dérogation inventée 7",
        valid_from_on=since,
        valid_until_on=until,
        at=AT,
        by=SYSTEM,
    )


def _leave(session: Session, mediator: Mediator, *, version: int, by: Actor = SYSTEM) -> Mediator:
    return mediators.leave(
        session, mediator_id=mediator.id, left_on=date(2026, 4, 1), version=version, at=AT, by=by
    )


def test_a_derogation_holds_on_both_its_ends_and_not_a_day_more(session: Session, enrol: Enrol) -> None:
    adviser = _register(session, enrol(), Standing.STATE_FUNDED)
    granted = _grant(session, adviser, date(2026, 1, 1), date(2026, 6, 30))

    def holds(on: date) -> bool:
        return mediators.find_derogation(session, mediator_id=adviser.id, on=on) is granted

    assert holds(date(2026, 1, 1))
    assert holds(date(2026, 6, 30))
    assert not holds(date(2025, 12, 31))
    assert not holds(date(2026, 7, 1))


def test_a_derogation_may_follow_another(session: Session, enrol: Enrol) -> None:
    adviser = _register(session, enrol(), Standing.STATE_FUNDED)
    _grant(session, adviser, date(2026, 1, 1), date(2026, 6, 30))
    second = _grant(session, adviser, date(2026, 6, 1), date(2026, 12, 31))

    assert mediators.find_derogation(session, mediator_id=adviser.id, on=date(2026, 6, 15)) is second


def test_an_employee_needs_no_derogation(session: Session, enrol: Enrol) -> None:
    with pytest.raises(MediatorNeedsNoDerogation):
        _grant(session, _register(session, enrol(), Standing.EMPLOYEE), date(2026, 1, 1), date(2026, 6, 30))


def test_a_derogation_ends_after_it_begins(session: Session, enrol: Enrol) -> None:
    with pytest.raises(DerogationEndsBeforeItBegins):
        _grant(
            session, _register(session, enrol(), Standing.STATE_FUNDED), date(2026, 6, 1), date(2026, 5, 31)
        )


def test_an_operators_people_name_their_own_mediators_only(session: Session, enrol: Enrol) -> None:
    mine, theirs = enrol(siret=SIRET).organisation_id, enrol(siret=OTHER_SIRET).organisation_id
    me = staff_of(mine)
    named = mediators.register(
        session, operator_id=mine, label="Bénévole B", standing=Standing.VOLUNTEER, at=AT, by=me
    )

    with pytest.raises(OperatorIsUnknown):
        mediators.register(
            session, operator_id=theirs, label="Bénévole C", standing=Standing.VOLUNTEER, at=AT, by=me
        )
    with pytest.raises(MediatorIsUnknown):
        _leave(session, named, version=1, by=staff_of(theirs))
    assert mediators.search(session, by=me) == [named]
    assert mediators.search(session, by=staff_of(theirs)) == []
    assert mediators.search(session, operator_id=mine, by=SYSTEM) == [named]
    with pytest.raises(OperatorIsUnknown):
        mediators.search(session, operator_id=mine, by=staff_of(theirs))


def test_a_mediator_leaves_on_a_day(session: Session, enrol: Enrol) -> None:
    mediator = _register(session, enrol(), Standing.EMPLOYEE)

    left = _leave(session, mediator, version=1)

    assert (left.left_on, left.version) == (date(2026, 4, 1), 2)
    with pytest.raises(MediatorHasChanged):
        _leave(session, mediator, version=1)


def test_an_unknown_mediator_is_refused(session: Session) -> None:
    with pytest.raises(MediatorIsUnknown):
        mediators.get(session, mediator_id=new_id())
