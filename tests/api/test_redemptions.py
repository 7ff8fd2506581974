"""A venue takes vouchers: what it is told, what it may not take, and what twins of one request do."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text

from tests.api.callers import new_key
from tests.api.town import API, SERIES, Town, refused, today
from tests.world import serials_of
from voucher_service.funding.terms import StateFunded
from voucher_service.kernel.actor import Role
from voucher_service.vouchers.basket import BasketIsRefused
from voucher_service.vouchers.spent import VoucherIsSpent

REDEMPTIONS = f"{API}/redemptions"
STATEMENTS_OF_A_REDEMPTION = 5


def _count(town: Town) -> int:
    with town.database.transaction() as session:
        return int(session.execute(text("SELECT count(*) FROM redemption")).scalar_one())


def test_a_basket_is_taken_and_each_voucher_is_proved(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])[:3]

    answer = town.redeem(serials, out_of_pocket_cents=500)

    shown = answer.get_json()
    assert (answer.status_code, shown["total_cents"]) == (201, 3_000)
    assert [item["serial"] for item in shown["items"]] == serials
    proof = town.clerk.get(f"{REDEMPTIONS}/{shown['items'][0]['redemption_id']}").get_json()
    assert (proof["series"], proof["venue_id"]) == (SERIES, str(town.shop.venue.id))
    assert (proof["served_on"], proof["out_of_pocket_cents"]) == (today().isoformat(), 500)
    assert proof["basket_id"] == shown["basket_id"]
    assert town.world.balance(f"venue/{town.shop.venue.no}/due") == 3_000


def test_one_voucher_that_is_refused_keeps_the_whole_basket_back(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])
    town.redeem(serials[:1])

    answer = town.redeem(serials[:3])

    assert refused(answer) == (409, "basket-is-refused")
    assert [(item["place"], item["code"]) for item in answer.get_json()["refused"]] == [
        (1, "voucher-is-spent")
    ]
    assert _count(town) == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_refusal_of_a_basket_is_said_in_the_reader_s_language(town: Town, language: str) -> None:
    serials = serials_of(town.in_hand()[0])
    town.redeem(serials[:1])

    basket = town.basket(serials[:2])
    answer = town.clerk.post(REDEMPTIONS, basket, headers={"Accept-Language": language}).get_json()

    assert [item["title"] for item in answer["refused"]] == [VoucherIsSpent.title(language)]
    assert answer["refused"][0]["facts"]["serial"] == serials[0]
    assert answer["title"] == BasketIsRefused.title(language)


def test_each_voucher_that_is_good_is_taken_where_that_is_asked(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])
    town.redeem(serials[:1])

    answer = town.redeem(serials[:3], mode="each")

    items = answer.get_json()["items"]
    assert (answer.status_code, answer.get_json()["total_cents"]) == (201, 2_000)
    assert items[0]["reason"]["code"] == "voucher-is-spent"
    assert items[0]["reason"]["facts"] == {"serial": serials[0], "served_on": today().isoformat()}
    assert [item["redemption_id"] is None for item in items] == [True, False, False]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"codes": []}, 422, "request-is-invalid"),
        ({"codes": ["ABC"]}, 422, "code-is-malformed"),
        ({"codes": ["23456789ABCD0"]}, 422, "code-has-foreign-letters"),
        ({"codes": ["2"] * 21}, 422, "request-is-invalid"),
        ({"codes": "7KQ2 MXW9 D4HTB"}, 422, "request-is-invalid"),
        ({"served_on": "2199-01-01"}, 422, "day-of-service-is-out-of-bounds"),
        ({"service": "piano"}, 422, "request-is-invalid"),
        ({"minutes": 0}, 422, "request-is-invalid"),
        ({"out_of_pocket_cents": -1}, 422, "request-is-invalid"),
        ({"delivered_by": "state-funded"}, 409, "state-funded-work-is-not-paid-for"),
        ({"mode": "some"}, 422, "request-is-invalid"),
        ({"operator_id": str(uuid4())}, 422, "request-is-invalid"),
    ],
)
def test_what_a_venue_may_not_say(town: Town, change: dict[str, Any], status: int, code: str) -> None:
    serials = serials_of(town.in_hand()[0])[:1]

    answer = town.clerk.post(REDEMPTIONS, town.basket(serials) | change)

    assert refused(answer) == (status, code)
    assert _count(town) == 0


def test_a_voucher_is_not_good_at_a_venue_of_no_accreditation(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])[:1]
    stranger = town.world.shop(accredited=False)

    answer = town.as_caller(stranger.clerk).post(
        REDEMPTIONS, town.basket(serials, venue_id=str(stranger.venue.id))
    )

    assert refused(answer) == (409, "voucher-is-not-yours-to-take")


def test_nobody_takes_vouchers_for_another_operators_venue(town: Town) -> None:
    basket = town.basket(serials_of(town.in_hand()[0])[:1])

    assert refused(town.other_clerk.post(REDEMPTIONS, basket)) == (404, "venue-is-not-yours")
    for role in set(Role) - {Role.VENUE}:
        assert town.someone(role).post(REDEMPTIONS, basket).status_code == 403


def test_a_late_entry_is_bounded_by_the_campaign(empty_town: Town) -> None:
    empty_town.open_campaign(late_entry_days=3)
    serials = serials_of(empty_town.in_hand()[0])

    def on(days_ago: int, serial: str) -> int:
        day = (today() - timedelta(days=days_ago)).isoformat()
        return empty_town.redeem([serial], served_on=day).status_code

    assert (on(3, serials[0]), on(4, serials[1])) == (201, 422)


def test_a_state_funded_mediator_needs_a_derogation(empty_town: Town) -> None:
    empty_town.open_campaign(state_funded=StateFunded.WITH_DEROGATION)
    serials = serials_of(empty_town.in_hand()[0])[:1]

    unnamed = empty_town.redeem(serials, delivered_by="state-funded")
    unknown = empty_town.redeem(serials, delivered_by="state-funded", mediator_id=str(uuid4()))

    assert refused(unnamed) == (409, "derogation-is-missing")
    assert refused(unknown) == (404, "mediator-is-unknown")


def test_a_redemption_is_read_by_its_own_operator_and_by_those_who_check(town: Town) -> None:
    taken = town.redeem(serials_of(town.in_hand()[0])[:1]).get_json()["items"][0]
    address = f"{REDEMPTIONS}/{taken['redemption_id']}"

    assert refused(town.other_clerk.get(address)) == (404, "redemption-is-unknown")
    assert town.other_clerk.get(REDEMPTIONS).get_json()["items"] == []
    assert town.worker.get(address).status_code == 403
    for reader in (town.clerk, town.finance, town.auditor, town.operator):
        assert reader.get(address).get_json()["id"] == taken["redemption_id"]


def test_redemptions_are_listed_newest_first_a_page_at_a_time(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])[:5]
    for serial in serials:
        town.redeem([serial])

    first = town.clerk.get(f"{REDEMPTIONS}?limit=3").get_json()
    second = town.clerk.get(f"{REDEMPTIONS}?limit=3&cursor={first['next_cursor']}").get_json()

    assert [one["serial"] for one in first["items"] + second["items"]] == serials[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("series=PN-2026", 1),
        ("series=PN-2099", 0),
        ("venue_id={venue}", 1),
        ("venue_id={other}", 0),
        ("from_on={today}&until_on={today}", 1),
        ("from_on={tomorrow}", 0),
        ("until_on=2026-01-01", 0),
    ],
)
def test_redemptions_are_found_by_campaign_venue_and_day_of_service(
    town: Town, query: str, found: int
) -> None:
    town.redeem(serials_of(town.in_hand()[0])[:1])
    facts = {
        "venue": town.shop.venue.id,
        "other": uuid4(),
        "today": today(),
        "tomorrow": today() + timedelta(days=1),
    }

    listed = town.auditor.get(f"{REDEMPTIONS}?{query.format(**facts)}").get_json()["items"]

    assert len(listed) == found


def test_a_redemption_costs_five_statements(town: Town) -> None:
    first, second, third, *_ = serials_of(town.in_hand()[0])
    town.redeem([first])
    basket, statements = town.basket([second]), []

    @event.listens_for(town.database.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    answer = town.clerk.post(REDEMPTIONS, basket)
    event.remove(town.database.engine, "before_cursor_execute", _note)

    assert answer.status_code == 201
    assert len(statements) <= STATEMENTS_OF_A_REDEMPTION
    assert town.redeem([third]).status_code == 201


def test_a_basket_of_twenty_costs_no_more_statements_than_one_voucher(town: Town) -> None:
    serials = [serial for booklet in town.in_hand(2) for serial in serials_of(booklet)]
    basket, statements = town.basket(serials), []

    @event.listens_for(town.database.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    answer = town.clerk.post(REDEMPTIONS, basket)
    event.remove(town.database.engine, "before_cursor_execute", _note)

    assert answer.get_json()["total_cents"] == 20_000
    assert len(statements) <= STATEMENTS_OF_A_REDEMPTION


def test_a_redemption_sent_again_is_answered_the_same_and_taken_once(town: Town) -> None:
    key, serials = new_key(), serials_of(town.in_hand()[0])[:2]
    first = town.redeem(serials, key=key)

    again = town.redeem(serials, key=key)

    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _count(town) == 2


@pytest.mark.parametrize("what", ["code", "amount", "venue", "minutes"])
def test_a_key_that_took_one_voucher_takes_nothing_else(town: Town, what: str) -> None:
    key, serials = new_key(), serials_of(town.in_hand()[0])
    first = town.redeem(serials[:1], key=key)
    others: dict[str, dict[str, Any]] = {
        "code": {"codes": town.codes(serials[1:2])},
        "amount": {"codes": town.codes(serials[:2])},
        "venue": {"venue_id": str(town.world.shop().venue.id)},
        "minutes": {"minutes": 30},
    }

    answer = town.redeem(serials[:1], key=key, **others[what])

    assert refused(answer) == (422, "idempotency-key-is-reused")
    assert _count(town) == 1
    assert town.redeem(serials[:1], key=key).data == first.data


def test_sixteen_twins_take_one_voucher_once_and_are_told_the_same(town: Town) -> None:
    key, basket = new_key(), town.basket(serials_of(town.in_hand()[0])[:1])

    with ThreadPoolExecutor(16) as twins:
        answers = list(twins.map(lambda _: town.clerk.post(REDEMPTIONS, basket, key=key), range(16)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert _count(town) == 1


def test_sixteen_strangers_race_for_one_voucher_and_one_takes_it(town: Town) -> None:
    basket = town.basket(serials_of(town.in_hand()[0])[:1])

    with ThreadPoolExecutor(16) as rivals:
        answers = list(rivals.map(lambda _: town.clerk.post(REDEMPTIONS, basket), range(16)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 15
    assert {refused(answer)[1] for answer in answers if answer.status_code == 409} == {"voucher-is-spent"}


def test_a_code_is_written_nowhere(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    serials = serials_of(town.in_hand()[0])
    taken, spoiled = town.codes(serials[:2])
    answers = [
        town.redeem(serials[:1]),
        town.redeem(serials[:1]),
        town.redeem([serials[0], serials[1]], mode="each"),
        town.clerk.post(REDEMPTIONS, town.basket([]) | {"codes": [spoiled[:-1] + "2", taken[:5]]}),
    ]

    with town.database.transaction() as session:
        kept = b"".join(session.scalars(text("SELECT body || payload FROM idempotency")))
        told = session.execute(
            text("SELECT string_agg(refused_code::text, '') FROM refused_code")
        ).scalar_one()

    places = [caplog.text, told, kept.decode("latin-1"), *(answer.text for answer in answers)]
    places += [str(answer.headers) for answer in answers]
    assert not [place for place in places for code in (taken, spoiled) if code[:8] in place]
