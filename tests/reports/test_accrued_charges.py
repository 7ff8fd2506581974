"""Accrued charges: used by the day, not paid by the day, whatever came afterwards."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.reports.answers import Answer, answered, placed
from tests.settlement.camt import entry
from tests.settlement.office import opened
from tests.world import TODAY, World
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.reports import accrued_charges
from voucher_service.settlement import runs

BOOKED_ON = date(2026, 11, 24)


def accrued(session: Session, world: World, **when: Any) -> Answer:
    asked: dict[str, Any] = {"series": world.series, "on": TODAY, "by": world.finance} | when
    return answered(accrued_charges.build(session, **asked))


def test_what_was_used_is_accrued_until_its_payment_leaves_and_again_when_it_comes_back(
    given: World, session: Session
) -> None:
    scene = opened(given)
    office = scene.office
    office.earned(scene.shop, scene.serials[:3])
    [wrong] = office.earned(scene.other, scene.serials[3:4])
    office.reverse(wrong)
    used = placed(session, given)
    run = office.approved()
    frozen = placed(session, given)
    [payment] = runs.payments(session, run)
    office.hear(entry("30.00", end_to_end=payment.end_to_end_id))
    paid = placed(session, given)

    def cents(position: int, on: date) -> int:
        return accrued(session, given, position=position, on=on).totals["cents"]

    assert [cents(position, BOOKED_ON) for position in (used, frozen, paid)] == [3_000, 3_000, 0]
    assert cents(paid, TODAY) == 3_000
    office.hear(entry("30.00", side="CRDT", reference="BACK", end_to_end=payment.end_to_end_id))
    assert cents(placed(session, given), BOOKED_ON) == 3_000


def test_what_was_used_later_belongs_to_the_next_year(given: World, session: Session) -> None:
    scene = opened(given)
    scene.office.earned(scene.shop, scene.serials[:2])
    placed(session, given)

    assert accrued(session, given).totals["papers"] == 2
    assert accrued(session, given, on=TODAY - timedelta(days=1)).rows == []


def test_each_funder_bears_its_part_to_the_cent(given: World, session: Session) -> None:
    key = (KeyPart("etat", 0, 1, DueOn.USED), KeyPart("metropole", 1, 2, DueOn.BOUGHT))
    scene = opened(given, key=key)
    scene.office.earned(scene.shop, scene.serials[:7])
    scene.office.earned(scene.other, scene.serials[7:9])
    placed(session, given)

    report = accrued(session, given)

    assert [row["cents"] for row in report.rows] == [7_000, 2_000]
    assert all(row["cents"] == row["etat_cents"] + row["metropole_cents"] for row in report.rows)
    assert 0 < report.totals["etat_cents"] < report.totals["metropole_cents"]
