"""Venues: where vouchers may be used; anybody may look for one."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, public, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Degrees, Flag, Id, Many, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import venue_search, venues
from voucher_service.network.profile import LONGEST, LONGEST_TEXT, Profile
from voucher_service.network.venue_search import FARTHEST_M, FoundVenue, Wish
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome

resource = Resource("venues", "Where vouchers may be used.")

_POLE, _ANTIMERIDIAN = 90, 180
_MOST_ANSWERS = 30
_LINK = r"https?://\S+"
_POSTCODE = "[0-9]{5}"
_POINT = r"-?[0-9]{1,2}(\.[0-9]{1,15})?,-?[0-9]{1,3}(\.[0-9]{1,15})?"


class VenueEdition(Wire):
    """What to say differently of a venue; what is left out stays as it is."""

    name = Text(longest=LONGEST)
    address = Text(longest=LONGEST)
    address_complement = Text(longest=LONGEST, allow_none=True)
    postcode = Text(longest=5, pattern=_POSTCODE)
    commune = Text(longest=LONGEST)
    insee = Text(longest=5, pattern="[0-9][0-9AB][0-9]{3}", allow_none=True)
    latitude = Degrees(most=_POLE, allow_none=True)
    longitude = Degrees(most=_ANTIMERIDIAN, allow_none=True)
    services = Many(Choice(Service), most=_MOST_ANSWERS)
    conditions = Many(Choice(Condition), most=_MOST_ANSWERS)
    modalities = Many(Choice(Modality), most=_MOST_ANSWERS)
    welcomes = Many(Choice(Welcome), most=_MOST_ANSWERS)
    accessibility_url = Text(longest=LONGEST_TEXT, pattern=_LINK, allow_none=True)
    opening_hours = Text(longest=LONGEST_TEXT, allow_none=True)
    website = Text(longest=LONGEST_TEXT, pattern=_LINK, allow_none=True)
    phone = Text(longest=LONGEST, allow_none=True)


class VenueRequest(VenueEdition):
    """A venue, and who runs it where that is known."""

    name = Text(longest=LONGEST, required=True)
    address = Text(longest=LONGEST, required=True)
    postcode = Text(longest=5, pattern=_POSTCODE, required=True)
    commune = Text(longest=LONGEST, required=True)
    operator_id = Id(load_default=None, allow_none=True)


class VenueShown(Wire):
    """A venue as the public knows it; ``no`` names it in the books."""

    id = Id(required=True)
    no = Whole(required=True)
    operator_id = Id(allow_none=True, required=True)
    name = Text(required=True)
    address = Text(required=True)
    address_complement = Text(allow_none=True, required=True)
    postcode = Text(required=True)
    commune = Text(required=True)
    insee = Text(allow_none=True, required=True)
    latitude = Degrees(most=_POLE, allow_none=True, required=True)
    longitude = Degrees(most=_ANTIMERIDIAN, allow_none=True, required=True)
    services = Many(Text(), required=True)
    conditions = Many(Text(), required=True)
    modalities = Many(Text(), required=True)
    welcomes = Many(Text(), required=True)
    accessibility_url = Text(longest=LONGEST_TEXT, allow_none=True, required=True)
    opening_hours = Text(longest=LONGEST_TEXT, allow_none=True, required=True)
    website = Text(longest=LONGEST_TEXT, allow_none=True, required=True)
    phone = Text(longest=LONGEST_TEXT, allow_none=True, required=True)
    announces_pass = Flag(required=True)
    updated_on = Day(allow_none=True, required=True)
    closed_on = Day(allow_none=True, required=True)
    version = Whole(required=True)


class VenueFound(VenueShown):
    """A venue, with its distance in metres from the point that was given."""

    distance_m = Whole(allow_none=True, required=True)


class VenueFilter(Page):
    """Where, for what, and for which campaign's vouchers: all that is given must hold."""

    commune = Text(longest=LONGEST, load_default=None)
    service = Choice(Service, load_default=None)
    near = Text(
        longest=40,
        pattern=_POINT,
        load_default=None,
        metadata={"description": "Latitude and longitude in degrees (WGS84).", "example": "43.61,3.87"},
    )
    radius_m = Whole(least=1, most=FARTHEST_M, load_default=20_000)
    series = Series(load_default=None)
    operator_id = Id(load_default=None)


@resource.get("/venues")
@public
@query()
@resource.arguments(VenueFilter, location="query")
@resource.response(200, listing(VenueFound))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """Find venues: the nearest first around a point, else by commune and name."""
    after, limit = position(wanted), wanted["limit"]
    found = venue_search.search(
        session, wish=_wish(session, wanted), after=tuple(after) if after else None, limit=limit + 1
    )
    reply = page(found, limit=limit, key=lambda one: one.position)
    reply.value["items"] = [_found(one) for one in reply.value["items"]]
    return reply


@resource.get("/venues/<uuid:venue_id>")
@public
@query()
@resource.response(200, VenueShown)
def read(session: Session, venue_id: UUID) -> Reply:
    """Read a venue."""
    return reply(venues.get(session, venue_id=venue_id))


@resource.post("/venues")
@allow(Role.OPERATOR)
@command()
@resource.arguments(VenueRequest)
@resource.response(201, VenueShown)
def register(session: Session, wanted: dict[str, Any]) -> Reply:
    """Register a venue."""
    operator_id = wanted.pop("operator_id")
    profile = Profile(**_said(wanted))
    venue = venues.register(session, profile=profile, operator_id=operator_id, at=clock.now(), by=actor())
    return reply(venue, location=f"{PREFIX}/venues/{venue.id}")


@resource.patch("/venues/<uuid:venue_id>")
@allow(Role.OPERATOR, Role.VENUE)
@command(edits=True)
@resource.arguments(VenueEdition)
@resource.response(200, VenueShown)
def edit(session: Session, wanted: dict[str, Any], version: int, venue_id: UUID) -> Reply:
    """Say something new of a venue; its own people may, and the operator."""
    profile = replace(venues.get(session, venue_id=venue_id).profile, **_said(wanted))
    edited = venues.edit(
        session, venue_id=venue_id, profile=profile, version=version, at=clock.now(), by=actor()
    )
    return reply(edited)


def reply(venue: Venue, location: str | None = None) -> Reply:
    """Answer with a venue, and with its version for who wants to edit it."""
    return Reply(venue, location=location, version=venue.version)


def _wish(session: Session, wanted: Mapping[str, Any]) -> Wish:
    latitude, longitude = map(float, wanted["near"].split(",")) if wanted["near"] else (None, None)
    series = wanted["series"]
    return Wish(
        commune=wanted["commune"],
        service=wanted["service"],
        latitude=latitude,
        longitude=longitude,
        within_m=wanted["radius_m"],
        operator_id=wanted["operator_id"],
        campaign_ids=(campaigns.get(session, series).id,) if series else (),
        on=clock.civil_date(clock.now()),
    )


def _found(one: FoundVenue) -> dict[str, Any]:
    shown = {name: getattr(one.venue, name) for name in _SHOWN}
    return shown | {"distance_m": one.distance_m}


def _said(wanted: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        name: tuple(dict.fromkeys(each)) if isinstance(each, list) else each for name, each in wanted.items()
    }
    return {field.name: said[field.name] for field in fields(Profile) if field.name in said}


_SHOWN = tuple(VenueShown().fields)
