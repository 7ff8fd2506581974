"""Prescribers hand booklets out, from numbered sites."""

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, staff_of
from voucher_service.identity import organisations
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import prescribers
from voucher_service.network.prescribers import (
    OrganisationIsNotAPrescriber,
    PrescriberIsUnknown,
    SiteIsUnknown,
)


def _found(session: Session, kind: OrganisationKind) -> organisations.Organisation:
    return organisations.found(session, name="CCAS Inventé", siret=None, kind=kind, at=AT, by=SYSTEM)


def test_a_prescriber_opens_sites_with_numbers_of_their_own(session: Session) -> None:
    ccas = _found(session, OrganisationKind.PRESCRIBER)
    prescribers.enrol(session, organisation_id=ccas.id, at=AT, by=SYSTEM)

    sites = [
        prescribers.open_site(
            session,
            organisation_id=ccas.id,
            name=name,
            commune="Ville-Fictive",
            at=AT,
            by=SYSTEM,
        )
        for name in ("Antenne nord", "Antenne sud")
    ]

    assert sites[0].no < sites[1].no
    assert prescribers.list_sites(session, organisation_id=ccas.id) == sites
    assert prescribers.list_sites(session, organisation_id=new_id()) == []
    assert prescribers.get_site(session, site_id=sites[1].id).name == "Antenne sud"


def test_enrolling_a_prescriber_again_changes_nothing(session: Session) -> None:
    ccas = _found(session, OrganisationKind.PRESCRIBER)

    first = prescribers.enrol(session, organisation_id=ccas.id, at=AT, by=SYSTEM)

    assert prescribers.enrol(session, organisation_id=ccas.id, at=AT, by=SYSTEM) is first


def test_an_organisation_that_takes_part_otherwise_is_no_prescriber(session: Session) -> None:
    venue = _found(session, OrganisationKind.VENUE_OPERATOR)

    with pytest.raises(OrganisationIsNotAPrescriber):
        prescribers.enrol(session, organisation_id=venue.id, at=AT, by=SYSTEM)


def test_nobody_opens_a_site_for_an_unknown_prescriber(session: Session) -> None:
    with pytest.raises(PrescriberIsUnknown):
        prescribers.open_site(
            session, organisation_id=new_id(), name="Antenne", commune="Ville-Fictive", at=AT, by=SYSTEM
        )
    with pytest.raises(SiteIsUnknown):
        prescribers.get_site(session, site_id=new_id())


def test_a_prescriber_does_not_open_its_own_sites(session: Session) -> None:
    with pytest.raises(DutyIsNotYours):
        prescribers.open_site(
            session,
            organisation_id=new_id(),
            name="Antenne",
            commune="Ville-Fictive",
            at=AT,
            by=staff_of(new_id(), Role.PRESCRIBER),
        )
