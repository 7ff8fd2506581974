"""A site or a venue is closed by the operator, with a reason, and its own people read it."""

from typing import Any

from tests.api.callers import Caller
from tests.api.town import API, SERIES, Town, refused, today


def _close_site(town: Town, by: Caller | None = None) -> Any:
    body = {"site_id": str(town.desk.site.id), "reason": "moved"}
    return (by or town.operator).post(f"{API}/site-closings", body)


def _close_venue(town: Town, **said: Any) -> Any:
    body = {"venue_id": str(town.shop.venue.id), "reason": "ended", **said}
    return town.operator.post(f"{API}/venue-closings", body)


def test_a_site_closes_without_booklets_and_opens_again(town: Town) -> None:
    site_id = str(town.desk.site.id)
    [booklet] = town.world.active()
    body = {"series": SERIES, "site_id": site_id, "booklets": [booklet]}

    closed = _close_site(town)

    assert (closed.status_code, closed.get_json()["is_closed"]) == (201, True)
    assert refused(town.operator.post(f"{API}/allocations", body)) == (409, "site-is-closed")
    shown = town.worker.get(f"{API}/prescriber-sites/{site_id}").get_json()
    assert shown["closed_at"] == closed.get_json()["decided_at"]
    again = town.operator.post(f"{API}/site-reopenings", {"site_id": site_id, "reason": "mistake"})
    told = town.worker.get(f"{API}/prescriber-sites/{site_id}/closings").get_json()["items"]
    assert [one["reason"] for one in told] == ["moved", "mistake"]
    assert again.status_code == 201
    assert town.operator.post(f"{API}/allocations", body).status_code == 201


def test_a_site_that_holds_booklets_stays_open(town: Town) -> None:
    town.world.allocate(town.world.active(), town.desk)

    answer = _close_site(town)

    assert refused(answer) == (409, "site-holds-booklets")
    assert answer.get_json()["series"] == [SERIES]


def test_a_venue_closes_today_unless_another_day_is_said(town: Town) -> None:
    venue_id = str(town.shop.venue.id)

    closed = _close_venue(town)

    assert (closed.status_code, closed.get_json()["closed_on"]) == (201, today().isoformat())
    assert town.operator.get(f"{API}/venues/{venue_id}").get_json()["closed_on"] == today().isoformat()
    decided = town.operator.get(f"{API}/accreditations?venue_id={venue_id}").get_json()["items"]
    assert (decided[-1]["decision"], decided[-1]["reason"]) == ("withdrawn", "closed")
    assert town.operator.get(f"{API}/venues").get_json()["items"] == []
    assert refused(_close_venue(town, closed_on="2026-12-01")) == (409, "place-is-closed-already")


def test_a_closed_venue_opens_again_for_a_reason_of_its_own(town: Town) -> None:
    venue_id = str(town.shop.venue.id)
    _close_venue(town)

    wrong = town.operator.post(f"{API}/venue-reopenings", {"venue_id": venue_id, "reason": "ended"})
    again = town.operator.post(f"{API}/venue-reopenings", {"venue_id": venue_id, "reason": "resumed"})

    told = town.clerk.get(f"{API}/venues/{venue_id}/closings").get_json()["items"]
    assert (wrong.status_code, again.status_code) == (422, 201)
    assert [one["closed_on"] for one in told] == [today().isoformat(), None]


def test_only_the_operator_closes(town: Town) -> None:
    assert refused(_close_site(town, town.worker)) == (403, "duty-is-not-yours")
