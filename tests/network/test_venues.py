"""Venues are registered once, edited by who has read them, and entrusted to one operator."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, OTHER_SIRET, SIRET, enrolled, profile, staff_of
from tests.races import overtaken
from tests.world import World
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import venues
from voucher_service.network.operators import LegalForm, Operator
from voucher_service.network.profile import Flaw
from voucher_service.network.venues import (
    Venue,
    VenueHasAnOperator,
    VenueHasChanged,
    VenueIsMisdescribed,
    VenueIsRegisteredAlready,
    VenueIsUnknown,
)
from voucher_service.network.vocabulary import Condition, Modality, Service

Enrol = Callable[..., Operator]


def test_what_is_said_of_a_venue_is_read_back_as_it_was_said(session: Session, enrol: Enrol) -> None:
    said = profile(
        services=(Service.SAFE_USE, Service.PROCEDURES),
        conditions=(Condition.FREE,),
        modalities=(Modality.WORKSHOP,),
        latitude=43.61,
        longitude=3.87,
        opening_hours="Mo-Fr 09:00-12:00",
    )
    operator_id = enrol().organisation_id

    venue = venues.register(session, profile=said, operator_id=operator_id, at=AT, by=SYSTEM)
    session.expire_all()

    assert venues.get(session, venue_id=venue.id).profile == said
    assert venues.list_of(session, operator_id=operator_id) == [venue]
    assert venue.version == 1


def test_venues_have_numbers_that_grow(session: Session) -> None:
    numbers = [venues.register(session, profile=profile(f"Lieu {n}"), at=AT, by=SYSTEM).no for n in range(3)]

    assert numbers == sorted(set(numbers))


def test_a_venue_is_registered_once_however_it_is_written(session: Session) -> None:
    venues.register(session, profile=profile("Le Pixel Inventé"), at=AT, by=SYSTEM)

    with pytest.raises(VenueIsRegisteredAlready):
        venues.register(session, profile=profile("LE PIXEL INVENTE"), at=AT, by=SYSTEM)


def test_a_misdescribed_venue_is_refused_with_all_its_flaws(session: Session) -> None:
    with pytest.raises(VenueIsMisdescribed) as refused:
        venues.register(session, profile=profile(name="", postcode="ABC"), at=AT, by=SYSTEM)

    assert refused.value.facts() == {"flaws": [Flaw.NO_NAME, Flaw.BAD_POSTCODE]}


def test_an_edit_needs_the_version_that_was_read(session: Session) -> None:
    venue = venues.register(session, profile=profile(), at=AT, by=SYSTEM)
    moved = replace(venue.profile, address="3 rue de l'Exemple")

    edited = venues.edit(session, venue_id=venue.id, profile=moved, version=1, at=AT, by=SYSTEM)

    assert (edited.profile, edited.version, edited.updated_on) == (moved, 2, AT.date())
    with pytest.raises(VenueHasChanged) as refused:
        venues.edit(session, venue_id=venue.id, profile=moved, version=1, at=AT, by=SYSTEM)
    assert refused.value.version == 2


def test_a_venue_does_not_become_another(session: Session) -> None:
    venues.register(session, profile=profile("Le Premier"), at=AT, by=SYSTEM)
    second = venues.register(session, profile=profile("Le Second"), at=AT, by=SYSTEM)

    with pytest.raises(VenueIsRegisteredAlready):
        venues.edit(session, venue_id=second.id, profile=profile("Le Premier"), version=1, at=AT, by=SYSTEM)


def test_a_venues_own_people_edit_it_and_no_other(session: Session, enrol: Enrol) -> None:
    operator_id = enrol().organisation_id
    venue = venues.register(session, profile=profile(), operator_id=operator_id, at=AT, by=SYSTEM)
    renamed = profile("Le Pixel Renommé")

    with pytest.raises(VenueIsUnknown):
        venues.edit(session, venue_id=venue.id, profile=renamed, version=1, at=AT, by=staff_of(new_id()))
    with pytest.raises(DutyIsNotYours):
        venues.register(session, profile=renamed, at=AT, by=staff_of(operator_id))
    edited = venues.edit(
        session, venue_id=venue.id, profile=renamed, version=1, at=AT, by=staff_of(operator_id)
    )
    assert edited.name == "Le Pixel Renommé"


def test_a_venue_has_one_operator_for_good(session: Session, enrol: Enrol) -> None:
    venue = venues.register(session, profile=profile(), at=AT, by=SYSTEM)
    first, second = enrol(siret=SIRET).organisation_id, enrol(siret=OTHER_SIRET).organisation_id

    entrusted = venues.entrust(session, venue_id=venue.id, operator_id=first, at=AT, by=SYSTEM)
    again = venues.entrust(session, venue_id=venue.id, operator_id=first, at=AT, by=SYSTEM)

    assert (entrusted.operator_id, again.version) == (first, 2)
    with pytest.raises(VenueHasAnOperator):
        venues.entrust(session, venue_id=venue.id, operator_id=second, at=AT, by=SYSTEM)


def _operator(world: World, siret: str) -> UUID:
    operator: Operator = world.do(lambda s: enrolled(s, LegalForm.ASSOCIATION, siret))
    return operator.organisation_id


def test_of_two_operators_named_at_once_the_first_is_kept(committed: World, database: Database) -> None:
    venue = committed.do(lambda s: venues.register(s, profile=profile(), at=AT, by=SYSTEM))
    first, second = _operator(committed, SIRET), _operator(committed, OTHER_SIRET)

    def name(operator_id: UUID) -> Callable[[World], Venue]:
        return lambda world: world.do(
            lambda s: venues.entrust(s, venue_id=venue.id, operator_id=operator_id, at=AT, by=SYSTEM)
        )

    late = overtaken(database, committed, first=name(first), second=name(second))

    assert late is VenueHasAnOperator
    assert committed.do(lambda s: venues.get(s, venue_id=venue.id)).operator_id == first


def test_of_two_edits_at_once_the_later_is_told_the_version_to_read(
    committed: World, database: Database
) -> None:
    venue = committed.do(lambda s: venues.register(s, profile=profile(), at=AT, by=SYSTEM))
    told: list[int] = []

    def rename(name: str) -> Callable[[World], Venue]:
        return lambda world: world.do(
            lambda s: venues.edit(s, venue_id=venue.id, profile=profile(name), version=1, at=AT, by=SYSTEM)
        )

    def late_rename(world: World) -> None:
        try:
            rename("Le Second")(world)
        except VenueHasChanged as refused:
            told.append(refused.version)

    overtaken(database, committed, first=rename("Le Premier"), second=late_rename)

    assert told == [2]
    assert committed.do(lambda s: venues.get(s, venue_id=venue.id)).name == "Le Premier"
