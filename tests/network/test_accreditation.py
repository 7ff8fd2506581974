"""Where a campaign's vouchers are good is a matter of dated facts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.network.conftest import AT, COLLEAGUE, SIRET, profile, staff_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.separation import DutiesAreIncompatible, Duty
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.network import accreditation, joint_accreditation, operators, venues
from voucher_service.network.accreditation import (
    Accreditation,
    Decision,
    Reason,
    VenueHasNoOperator,
    VenueIsNotReady,
)
from voucher_service.network.operators import CashingMeans, LegalForm, Operator
from voucher_service.network.readiness import Missing
from voucher_service.network.venues import Venue

Enrol = Callable[..., Operator]
DAY = date(2026, 3, 2)


@pytest.fixture
def venue(session: Session, enrol: Enrol) -> Venue:
    operator_id = enrol(LegalForm.ASSOCIATION, SIRET).organisation_id
    return venues.register(session, profile=profile(), operator_id=operator_id, at=AT, by=SYSTEM)


def _decide(
    session: Session,
    campaign_id: int,
    venue: Venue,
    decision: Decision,
    effective_on: date,
    by: Actor = COLLEAGUE,
) -> Accreditation:
    return accreditation.decide(
        session,
        campaign_id=campaign_id,
        venue_id=venue.id,
        decision=decision,
        effective_on=effective_on,
        reason=Reason.FILE_COMPLETE if decision is Decision.ACCREDITED else Reason.UNDER_ENQUIRY,
        at=AT,
        by=by,
    )


def _status(session: Session, campaign_id: int, venue: Venue, on: date) -> Decision | None:
    return accreditation.find_status(session, campaign_id=campaign_id, venue_id=venue.id, on=on)


def test_a_decision_counts_from_its_day_until_the_next(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY)
    _decide(session, campaign_id, venue, Decision.SUSPENDED, DAY + timedelta(days=10))

    stands = [_status(session, campaign_id, venue, DAY + timedelta(days=n)) for n in (-1, 0, 9, 10)]

    assert stands == [None, Decision.ACCREDITED, Decision.ACCREDITED, Decision.SUSPENDED]


def test_of_two_decisions_for_one_day_the_later_made_stands(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    _decide(session, campaign_id, venue, Decision.SUSPENDED, DAY)
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY)

    assert _status(session, campaign_id, venue, DAY) is Decision.ACCREDITED


def test_a_decision_for_an_earlier_day_does_not_undo_a_later_one(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    _decide(session, campaign_id, venue, Decision.WITHDRAWN, DAY)
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY - timedelta(days=5))

    assert _status(session, campaign_id, venue, DAY - timedelta(days=1)) is Decision.ACCREDITED
    assert _status(session, campaign_id, venue, DAY) is Decision.WITHDRAWN


def test_a_venue_is_accredited_for_one_campaign_not_for_all(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY)

    assert accreditation.accredited(session, campaign_id=campaign_id, on=DAY) == [venue]
    assert accreditation.accredited(session, campaign_id=campaign_id + 1, on=DAY) == []
    assert accreditation.accredited(session, campaign_id=campaign_id, on=DAY - timedelta(days=1)) == []


def test_the_status_is_read_within_another_select(session: Session, campaign_id: int, venue: Venue) -> None:
    other = venues.register(session, profile=profile("Jamais Accrédité"), at=AT, by=SYSTEM)
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY)

    stands = accreditation.status_on(campaign_id, Venue.id, DAY)
    rows = session.execute(select(Venue.id, stands).order_by(Venue.no)).all()

    assert [tuple(row) for row in rows] == [(venue.id, Decision.ACCREDITED), (other.id, None)]


def test_of_an_operators_venues_those_that_take_vouchers_today_come_first(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    operator_id = venue.operator_id
    assert operator_id
    second = venues.register(session, profile=profile("Fabrique"), operator_id=operator_id, at=AT, by=SYSTEM)
    _decide(session, campaign_id, second, Decision.ACCREDITED, DAY)

    def of_day(on: date) -> list[Venue]:
        return list(accreditation.counters_of(session, operator_id=operator_id, on=on))

    assert of_day(DAY - timedelta(days=1)) == [venue, second]
    assert of_day(DAY) == [second, venue]
    _decide(session, campaign_id, second, Decision.WITHDRAWN, DAY + timedelta(days=1))
    assert of_day(DAY + timedelta(days=1)) == [venue, second]


def test_a_venue_without_an_operator_is_not_accredited(session: Session, campaign_id: int) -> None:
    orphan = venues.register(session, profile=profile("Sans Exploitant"), at=AT, by=SYSTEM)

    with pytest.raises(VenueHasNoOperator):
        _decide(session, campaign_id, orphan, Decision.ACCREDITED, DAY)
    _decide(session, campaign_id, orphan, Decision.WITHDRAWN, DAY)


def test_a_public_venue_is_accredited_once_its_operator_may_cash(
    session: Session, campaign_id: int, enrol: Enrol
) -> None:
    town = enrol(LegalForm.PUBLIC, SIRET).organisation_id
    library = venues.register(session, profile=profile(), operator_id=town, at=AT, by=SYSTEM)
    with pytest.raises(VenueIsNotReady) as refused:
        _decide(session, campaign_id, library, Decision.ACCREDITED, DAY)
    assert refused.value.missing == [Missing.CASHING_ACT]

    operators.record_cashing_act(
        session,
        operator_id=town,
        means=CashingMeans.MANDATE,
        reference="Convention inventée",
        signed_on=DAY,
        at=AT,
        by=SYSTEM,
    )

    assert _decide(session, campaign_id, library, Decision.ACCREDITED, DAY).decision is Decision.ACCREDITED


def test_the_history_tells_every_decision(session: Session, campaign_id: int, venue: Venue) -> None:
    made = [_decide(session, campaign_id, venue, decision, DAY) for decision in Decision]

    assert accreditation.history(session, venue_id=venue.id) == made
    assert accreditation.history(session, venue_id=venue.id, campaign_id=campaign_id + 1) == []


def test_a_venue_does_not_accredit_itself(session: Session, campaign_id: int, venue: Venue) -> None:
    assert venue.operator_id is not None
    with pytest.raises(DutyIsNotYours):
        accreditation.decide(
            session,
            campaign_id=campaign_id,
            venue_id=venue.id,
            decision=Decision.ACCREDITED,
            effective_on=DAY,
            reason=Reason.FILE_COMPLETE,
            at=AT,
            by=staff_of(venue.operator_id),
        )


@pytest.mark.parametrize(
    "change", [update(Accreditation).values(effective_on=date(2020, 1, 1)), delete(Accreditation)]
)
def test_a_decision_is_never_rewritten(
    session: Session, campaign_id: int, venue: Venue, change: object
) -> None:
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY)

    with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
        session.execute(change)  # type: ignore[call-overload]


def test_whoever_created_a_venue_leaves_its_accreditation_to_a_colleague(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    with pytest.raises(DutiesAreIncompatible) as refused:
        _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY, by=SYSTEM)

    assert refused.value.facts() == {
        "duty": Duty.ACCREDIT_VENUE,
        "done": Duty.CREATE_VENUE,
        "subject": f"venue/{venue.id}",
    }


def test_whoever_created_a_venue_may_suspend_it(session: Session, campaign_id: int, venue: Venue) -> None:
    _decide(session, campaign_id, venue, Decision.ACCREDITED, DAY)
    _decide(session, campaign_id, venue, Decision.SUSPENDED, DAY, by=SYSTEM)

    assert _status(session, campaign_id, venue, DAY) is Decision.SUSPENDED


def test_one_venue_of_ones_own_leaves_all_of_a_joint_decision_undone(
    session: Session, campaign_id: int, venue: Venue
) -> None:
    of_others = venues.register(
        session, profile=profile("Autre lieu"), operator_id=venue.operator_id, at=AT, by=COLLEAGUE
    )
    together: dict[str, Any] = {
        "campaign_id": campaign_id,
        "venue_ids": [of_others.id, venue.id],
        "decision": Decision.ACCREDITED,
        "effective_on": DAY,
        "reason": Reason.FILE_COMPLETE,
        "at": AT,
    }

    for author in (SYSTEM, COLLEAGUE):
        with pytest.raises(DutiesAreIncompatible):
            joint_accreditation.decide(session, **together, by=author)

    assert accreditation.history(session, venue_id=of_others.id) == []
    third = staff_of(SYSTEM.organisation_id, Role.OPERATOR)
    assert len(joint_accreditation.decide(session, **together, by=third)) == 2
