"""Trial balance: every account, equal debits and credits, and each funder's part to the cent."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import life
from tests.reports.answers import Answer, answered, placed
from tests.world import TODAY, World
from voucher_service.funding.campaigns import CampaignIsUnknown
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.ledger import accounts
from voucher_service.reports import trial_balance
from voucher_service.reports.known import PositionIsNotReached

EUROS = ("bank", "funds/etat", "funds/metropole", "activation", "voucher/*")


def balanced(session: Session, given: World, **when: Any) -> Answer:
    asked: dict[str, Any] = {"series": given.series, "on": life.AFTER_ITS_TIME, "by": given.finance} | when
    return answered(trial_balance.build(session, **asked))


def test_debits_equal_credits_in_euros_and_in_papers(given: World, session: Session) -> None:
    life.lived(given)
    placed(session, given)

    totals = balanced(session, given).totals

    assert totals["debit_cents"] == totals["credit_cents"] > 0
    assert totals["papers_out"] == totals["papers_in"] > 0
    assert {totals[key] for key in ("balance_cents", "metropole_cents", "unattributed_cents", "papers")} == {
        0
    }


def test_each_account_says_what_it_holds(given: World, session: Session) -> None:
    scene = life.lived(given)
    placed(session, given)

    rows = balanced(session, given).by("account")

    held = {address: row["balance_cents"] for address, row in rows.items() if row["balance_cents"]}
    assert held == {
        "bank": -105_877,
        "funder/metropole/pledged": 29_400,
        "funder/metropole/receivable": -29_400,
        "suspense": 777,
        "funds/metropole": 21_100,
        "voucher/*": 83_000,
        accounts.due(scene.shop.venue.no): 1_000,
        accounts.due(scene.other.venue.no): -1_000,
        "expired": 1_000,
    }
    assert rows["custody/taken-in-charge"]["papers"] == -103
    assert rows["bank"]["meaning"] == "Banque"
    assert rows["suspense"]["unattributed_cents"] == 777


def test_a_balance_is_split_by_who_advanced_the_euros(given: World, session: Session) -> None:
    given.campaign(
        key=[KeyPart("etat", 1, 1, DueOn.BOUGHT), KeyPart("metropole", 2, 1, DueOn.BOUGHT)], booklet_size=5
    )
    [booklet] = given.produced(1)
    given.funds(1_667, "etat")
    given.funds(3_333, "metropole")
    given.activate([booklet])
    placed(session, given)

    rows = balanced(session, given).by("account")

    parts = {name: (rows[name]["etat_cents"], rows[name]["metropole_cents"]) for name in EUROS}
    assert parts == {
        "bank": (-1_667, -3_333),
        "funds/etat": (0, 0),
        "funds/metropole": (0, 0),
        "activation": (0, 0),
        "voucher/*": (1_667, 3_333),
    }


def test_the_same_position_answers_the_same_whatever_is_written_since(given: World, session: Session) -> None:
    given.campaign()
    given.active(1)
    then = placed(session, given)
    before = balanced(session, given, position=then)
    given.funds(5_000)
    placed(session, given)

    assert balanced(session, given, position=then) == before
    assert balanced(session, given) != before


def test_what_is_not_effective_yet_does_not_count(given: World, session: Session) -> None:
    given.campaign()
    given.funds(5_000)
    placed(session, given)

    assert balanced(session, given, on=TODAY - timedelta(days=1)).rows == []
    assert balanced(session, given, on=TODAY).by("account")["bank"]["balance_cents"] == -5_000


def test_venues_stand_in_the_order_of_their_numbers(given: World, session: Session) -> None:
    given.campaign()
    [booklet] = given.in_hand(1)
    for place in range(11):
        shop = given.shop()
        if place in {1, 10}:
            given.redeem([f"{booklet}-{place:02d}"], shop)
    placed(session, given)

    venues = [row["account"] for row in balanced(session, given).rows if "venue" in str(row["account"])]

    assert venues == sorted(venues, key=lambda address: int(str(address).split("/")[1]))
    assert len(venues) == 2


def test_a_position_that_the_record_has_not_reached_is_refused(given: World, session: Session) -> None:
    given.campaign()
    last = placed(session, given)

    with pytest.raises(PositionIsNotReached) as refused:
        balanced(session, given, position=last + 1)

    assert refused.value.last_position == last


def test_a_campaign_that_does_not_exist_has_no_balance(given: World, session: Session) -> None:
    with pytest.raises(CampaignIsUnknown):
        balanced(session, given, series="ZZ-2026")
