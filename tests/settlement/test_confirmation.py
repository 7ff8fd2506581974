"""Tests of what the accountant confirms."""

import pytest
from sqlalchemy.orm import Session

from tests.settlement.office import Scene, opened
from tests.world import NOW, TODAY, World
from voucher_service.funding.terms import MoneySide
from voucher_service.settlement import confirmation
from voucher_service.settlement.confirmation import MandatePaid, MandatesAreNotExpected
from voucher_service.settlement.matching import Matching


def test_an_accountants_payments_confirm_the_lines_of_a_mandate_list_once(given: World) -> None:
    scene = opened(given, money_side=MoneySide.COMMITMENT)
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.earned(scene.other, scene.serials[1:2])
    scene.office.approved()
    # One mandate (mandat collectif) pays both lines.
    mandates = [MandatePaid(f"PN-2026-R1-{no}", "M-2026-118", 1_000, TODAY) for no in (1, 2)]

    def confirmed() -> Matching:
        found: Matching = given.do(
            lambda s: confirmation.confirm_mandates(
                s, series=given.series, mandates=mandates, at=NOW, by=scene.office.clerk
            )
        )
        return found

    first, second = confirmed(), confirmed()

    assert (len(first.matched), second.known, second.matched) == (2, 2, [])
    assert given.balance("commitment") == -8_000
    assert scene.office.findings() == []


def test_mandates_are_refused_where_the_campaign_pays_from_its_own_account(
    scene: Scene, session: Session
) -> None:
    with pytest.raises(MandatesAreNotExpected):
        confirmation.confirm_mandates(
            session, series=scene.office.world.series, mandates=[], at=NOW, by=scene.office.clerk
        )
