"""A site or a venue closes when nothing is left to do there; what was done there stays."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import races
from tests.vouchers.acts import give_back, receive, send, send_back
from tests.world import NOW, TODAY, Desk, Shop, World, serials_of
from voucher_service.funding import campaigns
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Database
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts
from voucher_service.network import (
    accreditation,
    closing,
    joint_accreditation,
    prescribers,
    venue_list,
    venue_search,
)
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.closing import (
    ClosingReason,
    PlaceIsClosedAlready,
    PlaceIsOpen,
    ReopeningReason,
    SiteHoldsBooklets,
)
from voucher_service.network.prescribers import SiteIsClosed
from voucher_service.network.venue_list import Stand, Wanted
from voucher_service.network.venue_search import Wish
from voucher_service.network.venues import VenueIsClosed
from voucher_service.vouchers import prescription
from voucher_service.vouchers.answers import Need

YESTERDAY = TODAY - timedelta(days=1)


def close_site(world: World, desk: Desk, by: Actor | None = None, on: date = TODAY) -> Any:
    return world.do(
        lambda s: closing.close_site(
            s, site_id=desk.site.id, reason=ClosingReason.MOVED, on=on, at=NOW, by=by or world.operator
        )
    )


def reopen_site(world: World, desk: Desk) -> Any:
    return world.do(
        lambda s: closing.reopen_site(
            s, site_id=desk.site.id, reason=ReopeningReason.MISTAKE, at=NOW, by=world.operator
        )
    )


def close_venue(world: World, shop: Shop, on: date = TODAY, by: Actor | None = None) -> Any:
    return world.do(
        lambda s: closing.close_venue(
            s,
            venue_id=shop.venue.id,
            closed_on=on,
            reason=ClosingReason.ENDED,
            at=NOW,
            by=by or world.operator,
        )
    )


def reopen_venue(world: World, shop: Shop) -> Any:
    return world.do(
        lambda s: closing.reopen_venue(
            s, venue_id=shop.venue.id, reason=ReopeningReason.RESUMED, at=NOW, by=world.operator
        )
    )


def prescribe(world: World, desk: Desk) -> Any:
    return world.do(
        lambda s: prescription.prescribe(
            s,
            series=world.series,
            site_id=desk.site.id,
            need=Need.BASIC_SKILLS,
            booklets=1,
            prescribed_on=TODAY,
            at=NOW,
            by=desk.worker,
        )
    )


def accredit_jointly(world: World, shop: Shop) -> Any:
    return world.do(
        lambda s: joint_accreditation.decide(
            s,
            campaign_id=campaigns.get(s, world.series).id,
            venue_ids=[shop.venue.id],
            decision=Decision.ACCREDITED,
            effective_on=TODAY,
            reason=Reason.FILE_COMPLETE,
            at=NOW,
            by=world.colleague,
        )
    )


def stands(world: World, shop: Shop, on: date) -> Decision | None:
    def found(session: Session) -> Decision | None:
        campaign_id = campaigns.get(session, world.series).id
        return accreditation.find_status(session, campaign_id=campaign_id, venue_id=shop.venue.id, on=on)

    return world.do(found)  # type: ignore[no-any-return]


def found_by_people(world: World) -> list[int]:
    return [one.venue.no for one in world.do(lambda s: venue_search.search(s, wish=Wish(on=TODAY)))]


def test_a_site_closes_once_its_booklets_went_back(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(2)
    sent = send(given, booklets, desk)

    with pytest.raises(SiteHoldsBooklets) as on_the_way:
        close_site(given, desk)
    receive(given, sent, desk.worker, counted=2)
    with pytest.raises(SiteHoldsBooklets) as in_the_cupboard:
        close_site(given, desk)
    send_back(given, booklets, desk)

    assert on_the_way.value.facts() == in_the_cupboard.value.facts() == {"papers": 20, "series": ("PN-2026",)}
    assert close_site(given, desk).is_closed
    with pytest.raises(PlaceIsClosedAlready):
        close_site(given, desk)


def test_papers_of_a_campaign_that_is_over_do_not_keep_a_site_open(given: World) -> None:
    given.campaign()
    desk = given.desk()
    send(given, given.active(1), desk)

    assert close_site(given, desk, on=date(2027, 2, 1)).is_closed


def test_a_closed_site_receives_no_booklet_and_no_prescription(given: World) -> None:
    given.campaign()
    desk, booklets, [handed] = given.desk(), given.active(2), given.in_hand()
    close_site(given, desk)

    for act in (
        lambda: send(given, booklets, desk),
        lambda: give_back(given, handed, desk),
        lambda: prescribe(given, desk),
    ):
        with pytest.raises(SiteIsClosed):
            act()
    reopen_site(given, desk)
    assert send(given, booklets, desk).booklets == 2
    assert [one.is_closed for one in given.do(lambda s: closing.of_site(s, site_id=desk.site.id))] == [
        True,
        False,
    ]
    with pytest.raises(PlaceIsOpen):
        reopen_site(given, desk)


def test_a_closed_site_is_offered_to_nobody(given: World) -> None:
    given.campaign()
    desk = given.desk()
    close_site(given, desk)

    def sites(*, only_open: bool) -> list[int]:
        organisation_id = desk.worker.organisation_id
        found = given.do(
            lambda s: prescribers.list_sites(s, organisation_id=organisation_id, only_open=only_open)
        )
        return [one.no for one in found]

    assert (sites(only_open=True), sites(only_open=False)) == ([], [desk.site.no])


def test_booklets_sent_while_a_site_closes_are_refused(committed: World, database: Database) -> None:
    committed.campaign()
    desk, booklets = committed.desk(), committed.active(1)

    late = races.overtaken(
        database,
        committed,
        first=lambda world: close_site(world, desk),
        second=lambda world: send(world, booklets, desk),
    )

    assert late is SiteIsClosed


def test_a_site_is_not_closed_over_booklets_that_are_being_sent(committed: World, database: Database) -> None:
    committed.campaign()
    desk, booklets = committed.desk(), committed.active(1)

    late = races.overtaken(
        database,
        committed,
        first=lambda world: send(world, booklets, desk),
        second=lambda world: close_site(world, desk),
    )

    assert late is SiteHoldsBooklets


def test_a_venue_that_closes_takes_no_voucher_from_that_day_on_and_is_still_paid(given: World) -> None:
    given.campaign()
    shop, [booklet] = given.shop(), given.in_hand()
    serials = serials_of(booklet)
    given.redeem(serials[:1], shop, served_on=YESTERDAY)

    close_venue(given, shop)

    with pytest.raises(Refusal):
        given.redeem(serials[1:2], shop)
    given.redeem(serials[2:3], shop, served_on=YESTERDAY)
    assert given.balance(accounts.due(shop.venue.no)) == 2000
    assert (stands(given, shop, YESTERDAY), stands(given, shop, TODAY)) == (
        Decision.ACCREDITED,
        Decision.WITHDRAWN,
    )


def test_an_accreditation_that_was_to_count_later_is_withdrawn_with_the_venue(given: World) -> None:
    given.campaign()
    shop, next_week = given.shop(accredited=False), TODAY + timedelta(days=7)
    given.accredit(shop.venue, on=next_week)

    close_venue(given, shop)

    assert stands(given, shop, TODAY) is None
    assert stands(given, shop, next_week) is Decision.WITHDRAWN


def test_people_no_longer_find_a_closed_venue_and_its_operator_still_does(given: World) -> None:
    given.campaign()
    shop, other = given.shop(), given.shop()
    close_venue(given, shop)

    operator_id = shop.clerk.organisation_id
    own = given.do(lambda s: venue_search.search(s, wish=Wish(on=TODAY, operator_id=operator_id)))
    closed = given.do(lambda s: venue_list.search(s, wanted=Wanted(stand=Stand.CLOSED, on=TODAY)))
    assert found_by_people(given) == [other.venue.no]
    assert [one.venue.no for one in own] == [one.venue.no for one in closed] == [shop.venue.no]


def test_a_venue_is_found_until_the_day_on_which_it_closes(given: World) -> None:
    given.campaign()
    shop = given.shop()

    close_venue(given, shop, on=TODAY + timedelta(days=1))

    assert found_by_people(given) == [shop.venue.no]


def test_a_closed_venue_is_accredited_again_once_it_is_open(given: World) -> None:
    given.campaign()
    shop = given.shop()
    close_venue(given, shop)

    with pytest.raises(VenueIsClosed):
        given.accredit(shop.venue, on=TODAY)
    with pytest.raises(VenueIsClosed):
        accredit_jointly(given, shop)
    with pytest.raises(PlaceIsClosedAlready):
        close_venue(given, shop)
    reopen_venue(given, shop)
    with pytest.raises(PlaceIsOpen):
        reopen_venue(given, shop)
    assert stands(given, shop, TODAY) is Decision.WITHDRAWN
    given.accredit(shop.venue, on=TODAY)
    assert stands(given, shop, TODAY) is Decision.ACCREDITED
    known = given.do(lambda s: closing.of_venue(s, venue_id=shop.venue.id))
    assert [(one.closed_on, one.reason) for one in known] == [(TODAY, "ended"), (None, "resumed")]


def test_a_venue_accredited_while_it_closes_is_refused(committed: World, database: Database) -> None:
    committed.campaign()
    shop = committed.shop()

    late = races.overtaken(
        database,
        committed,
        first=lambda world: close_venue(world, shop),
        second=lambda world: world.accredit(shop.venue, on=TODAY),
    )

    assert late is VenueIsClosed


def test_only_the_operator_closes(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()

    with pytest.raises(DutyIsNotYours):
        close_site(given, desk, by=desk.worker)
    with pytest.raises(DutyIsNotYours):
        close_venue(given, shop, by=shop.clerk)
