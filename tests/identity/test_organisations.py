"""Organisations are known by a SIRET that is checked, once in each capacity."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from voucher_service.identity import organisations
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.identity.organisations import (
    Organisation,
    OrganisationIsFoundedAlready,
    OrganisationIsUnknown,
    OrganisationKind,
    SiretIsWrong,
)
from voucher_service.kernel.actor import SYSTEM, Role

SIRET = "73282932000074"
POST_OFFICE = "35600000049837"


def found(session: Session, siret: str | None, kind: OrganisationKind) -> Organisation:
    return organisations.found(session, name="Ville", siret=siret, kind=kind, at=NOON, by=SYSTEM)


@pytest.mark.parametrize("typed", [SIRET, "732 829 320 00074", POST_OFFICE])
def test_a_siret_is_kept_as_fourteen_digits(session: Session, typed: str) -> None:
    organisation = found(session, typed, OrganisationKind.PRESCRIBER)

    assert organisation.siret == typed.replace(" ", "")


@pytest.mark.parametrize(
    "typed", ["73282932000075", "35600000049838", "7328293200007", "abc", "\ud800", "\x00"]
)
def test_a_mistyped_siret_is_refused(session: Session, typed: str) -> None:
    with pytest.raises(SiretIsWrong):
        found(session, typed, OrganisationKind.PRESCRIBER)


def test_one_legal_person_takes_part_once_in_each_capacity(session: Session) -> None:
    prescriber = found(session, SIRET, OrganisationKind.PRESCRIBER)
    venue_operator = found(session, SIRET, OrganisationKind.VENUE_OPERATOR)

    with pytest.raises(OrganisationIsFoundedAlready):
        found(session, SIRET, OrganisationKind.PRESCRIBER)

    find = organisations.find
    assert find(session, siret=SIRET, kind=OrganisationKind.PRESCRIBER) == prescriber
    assert find(session, siret=SIRET, kind=OrganisationKind.VENUE_OPERATOR) == venue_operator
    assert find(session, siret=SIRET, kind=OrganisationKind.FUNDER) is None


def test_many_organisations_have_no_siret(session: Session) -> None:
    first, second = (found(session, None, OrganisationKind.VENUE_OPERATOR) for _ in range(2))

    assert first.id != second.id


def test_only_the_operator_founds_an_organisation(session: Session, given: Cast) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    referent = as_actor(given.user(centre, Role.PRESCRIBER, is_referent=True))

    with pytest.raises(DutyIsNotYours):
        organisations.found(
            session, name="Mine", siret=None, kind=OrganisationKind.PRESCRIBER, at=NOON, by=referent
        )


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "\ud800", "a" * 201])
def test_a_name_that_nobody_can_read_is_refused(session: Session, name: str) -> None:
    with pytest.raises(NameIsMalformed):
        organisations.found(session, name=name, siret=None, kind=OrganisationKind.FUNDER, at=NOON, by=SYSTEM)


def test_an_unknown_organisation_is_said_to_be_unknown(session: Session) -> None:
    with pytest.raises(OrganisationIsUnknown):
        organisations.get(session, organisation_id=uuid4())
