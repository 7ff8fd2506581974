from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.world import NOW, SERVICE, TODAY, Shop, World, outcome_of, serials_of
from voucher_service.funding.terms import StateFunded
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import mediators
from voucher_service.network.mediators import MediatorIsUnknown, Standing
from voucher_service.vouchers.delivery import (
    Delivery,
    DerogationIsMissing,
    MediatorHasLeft,
    ServiceMustBeFree,
    StandingDiffers,
    StateFundedWorkIsNotPaidFor,
)


def _mediator(world: World, shop: Shop, standing: Standing = Standing.STATE_FUNDED) -> UUID:
    mediator = world.do(
        lambda s: mediators.register(
            s,
            operator_id=shop.clerk.organisation_id,
            label="Poste A",
            standing=standing,
            at=NOW,
            by=world.operator,
        )
    )
    return mediator.id  # type: ignore[no-any-return]


def _leave(world: World, mediator_id: UUID, left_on: date) -> None:
    world.do(
        lambda s: mediators.leave(
            s, mediator_id=mediator_id, left_on=left_on, version=1, at=NOW, by=world.operator
        )
    )


def _derogation(world: World, mediator_id: UUID, until: date) -> None:
    world.do(
        lambda s: mediators.grant_derogation(
            s,
            mediator_id=mediator_id,
            reference="Dérogation fictive",
            valid_from_on=date(2026, 6, 1),
            valid_until_on=until,
            at=NOW,
            by=world.operator,
        )
    )


def _taken(world: World, shop: Shop, standing: Standing, mediator_id: UUID | None, cents: int = 0) -> Any:
    serial = serials_of(world.in_hand()[0])[0]
    delivered = Delivery(SERVICE, 60, standing, cents, mediator_id)
    return outcome_of(lambda: world.redeem([serial], shop, delivered=delivered).total_cents)


def test_a_campaign_may_refuse_to_pay_for_what_the_state_pays_already(given: World) -> None:
    given.campaign()
    shop = given.shop()
    mediator_id = _mediator(given, shop)
    _derogation(given, mediator_id, date(2026, 12, 31))

    assert _taken(given, shop, Standing.STATE_FUNDED, mediator_id) is StateFundedWorkIsNotPaidFor


def test_a_state_funded_conseiller_is_paid_for_by_a_derogation_that_covers_the_day(given: World) -> None:
    given.campaign(state_funded=StateFunded.WITH_DEROGATION)
    shop = given.shop()
    covered, lapsed, without = (_mediator(given, shop) for _ in range(3))
    _derogation(given, covered, TODAY)
    _derogation(given, lapsed, date(2026, 6, 14))

    assert _taken(given, shop, Standing.STATE_FUNDED, covered) == 1_000
    assert _taken(given, shop, Standing.STATE_FUNDED, lapsed) is DerogationIsMissing
    assert _taken(given, shop, Standing.STATE_FUNDED, without) is DerogationIsMissing
    assert _taken(given, shop, Standing.STATE_FUNDED, None) is DerogationIsMissing


def test_what_a_state_funded_conseiller_does_is_free(given: World) -> None:
    given.campaign(state_funded=StateFunded.WITH_DEROGATION)
    shop = given.shop()
    mediator_id = _mediator(given, shop)
    _derogation(given, mediator_id, TODAY)

    assert _taken(given, shop, Standing.STATE_FUNDED, mediator_id, cents=1) is ServiceMustBeFree


def test_another_operator_s_mediator_delivers_nothing_here(given: World) -> None:
    given.campaign(state_funded=StateFunded.WITH_DEROGATION)
    shop, other = given.shop(), given.shop()
    theirs = _mediator(given, other)
    _derogation(given, theirs, TODAY)

    assert _taken(given, shop, Standing.STATE_FUNDED, theirs) is MediatorIsUnknown
    assert _taken(given, shop, Standing.STATE_FUNDED, new_id()) is MediatorIsUnknown
    assert _taken(given, shop, Standing.EMPLOYEE, new_id()) is MediatorIsUnknown


def test_a_state_funded_conseiller_is_not_declared_as_an_employee(given: World) -> None:
    given.campaign()
    shop = given.shop()
    state_funded, employee = _mediator(given, shop), _mediator(given, shop, Standing.EMPLOYEE)

    assert _taken(given, shop, Standing.EMPLOYEE, state_funded) is StandingDiffers
    assert _taken(given, shop, Standing.EMPLOYEE, employee) == 1_000


def test_a_mediator_delivers_nothing_after_his_last_day(given: World) -> None:
    given.campaign()
    shop = given.shop()
    here_today, gone = (_mediator(given, shop, Standing.EMPLOYEE) for _ in range(2))
    _leave(given, here_today, TODAY)
    _leave(given, gone, TODAY - timedelta(days=1))

    assert _taken(given, shop, Standing.EMPLOYEE, here_today) == 1_000
    assert _taken(given, shop, Standing.EMPLOYEE, gone) is MediatorHasLeft


@pytest.mark.parametrize("standing", [Standing.EMPLOYEE, Standing.VOLUNTEER])
def test_others_may_be_paid_something_besides(given: World, standing: Standing) -> None:
    given.campaign()

    assert _taken(given, given.shop(), standing, None, cents=500) == 1_000
