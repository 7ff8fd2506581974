"""Voucher history: every fact of one voucher, in the order of the record."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import life
from tests.reports.answers import answered, placed
from tests.settlement.camt import entry
from tests.settlement.office import opened
from tests.world import TODAY, World, serials_of
from voucher_service.reports import voucher_history
from voucher_service.vouchers.register import VoucherIsUnknown


def told(session: Session, given: World, serial: str, **when: Any) -> list[dict[str, Any]]:
    placed(session, given)
    asked: dict[str, Any] = {"serial": serial, "on": life.AFTER_ITS_TIME, "by": given.finance} | when
    return answered(voucher_history.build(session, **asked)).rows


def acts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["act"] for row in rows]


def test_a_voucher_is_followed_from_its_production_to_its_payment(given: World, session: Session) -> None:
    scene = opened(given)
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.approved()
    scene.office.hear(entry("10.00", reference="A", end_to_end="PN-2026-R1-1"))

    rows = told(session, given, scene.serials[0])

    assert acts(rows) == [
        "produce", "activate", "allocate", "receive", "hand-over", "redeem", "freeze", "pay",
    ]  # fmt: skip
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
    assert rows[5]["place"] == scene.shop.venue.name
    assert [row["reference"] for row in rows[6:]] == ["PN-2026/1", "PN-2026/1"]
    assert rows[7]["meaning"] == "Paiement"


def test_a_payment_that_came_back_is_told_too(given: World, session: Session) -> None:
    scene = opened(given)
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.approved()
    scene.office.hear(entry("10.00", reference="A", end_to_end="PN-2026-R1-1"))
    scene.office.hear(entry("10.00", side="CRDT", reference="B", end_to_end="PN-2026-R1-1"))

    assert acts(told(session, given, scene.serials[0]))[-3:] == ["freeze", "pay", "return-payment"]


def test_a_payment_that_took_a_claim_is_told_and_so_is_the_claim_that_is_open_again(
    given: World, session: Session
) -> None:
    scene = opened(given)
    [claimed] = scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.approved()
    scene.office.hear(entry("10.00", reference="A", end_to_end="PN-2026-R1-1"))
    scene.office.reverse(claimed)
    scene.office.earned(scene.shop, scene.serials[1:3])
    scene.office.freeze()
    scene.office.withdraw("PN-2026-R2-1")

    rows = told(session, given, scene.serials[0])[-3:]

    assert acts(rows) == ["reverse", "take-back", "claim-again"]
    assert [row["reference"] for row in rows[1:]] == ["PN-2026/2", "PN-2026/2"]


def test_a_lost_voucher_and_its_replacement_are_told(given: World, session: Session) -> None:
    given.campaign()
    [booklet] = given.in_hand(1)
    one, other = serials_of(booklet)[:2]
    given.replace(serials=[one])
    given.void(serials=[other])

    replaced, void = (told(session, given, serial)[-1] for serial in (one, other))

    assert (replaced["act"], replaced["issue"], replaced["reference"]) == ("replace", 2, "lost")
    assert (void["act"], void["issue"]) == ("void", 1)


def test_a_voucher_used_given_back_and_used_again_is_told_in_that_order(
    given: World, session: Session
) -> None:
    given.campaign()
    shop = given.shop()
    [serial, *_] = serials_of(given.in_hand(1)[0])
    taken = given.redeem([serial], shop)
    given.reverse(taken.items[0].redemption_id, shop.clerk)  # type: ignore[union-attr]
    given.redeem([serial], shop)

    assert acts(told(session, given, serial))[-3:] == ["redeem", "reverse", "redeem"]


def test_a_history_stops_where_the_record_was(given: World, session: Session) -> None:
    given.campaign()
    shop = given.shop()
    [serial, *_] = serials_of(given.in_hand(1)[0])
    then = placed(session, given)
    given.redeem([serial], shop)

    assert acts(told(session, given, serial, position=then))[-1] == "hand-over"
    assert acts(told(session, given, serial))[-1] == "redeem"
    assert told(session, given, serial, on=TODAY.replace(day=1)) == []


def test_a_voucher_that_was_never_made_has_no_history(given: World, session: Session) -> None:
    given.campaign()
    given.produced(1)

    with pytest.raises(VoucherIsUnknown):
        told(session, given, "PN-2026-000009-01")
