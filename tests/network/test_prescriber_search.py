"""Prescribers and their sites are found: by their own people their own, by the scheme's all."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, staff_of
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import prescriber_search, prescribers
from voucher_service.network.prescribers import PrescriberIsUnknown, Site, SiteIsUnknown


def _enrolled(session: Session, name: str) -> UUID:
    kind = OrganisationKind.PRESCRIBER
    found = organisations.found(session, name=name, siret=None, kind=kind, at=AT, by=SYSTEM)
    return prescribers.enrol(session, organisation_id=found.id, at=AT, by=SYSTEM).organisation_id


def _opened(session: Session, organisation_id: UUID) -> Site:
    return prescribers.open_site(
        session, organisation_id=organisation_id, name="Accueil", commune="Ville-Fictive", at=AT, by=SYSTEM
    )


def test_a_prescriber_is_found_under_its_name_by_its_own_people(session: Session) -> None:
    mine, theirs = _enrolled(session, "CCAS Inventé"), _enrolled(session, "Mission Inventée")
    me = staff_of(mine, Role.PRESCRIBER)

    assert [name for _, name, _ in prescriber_search.search(session, by=me)] == ["CCAS Inventé"]
    everybody = prescriber_search.search(session, by=SYSTEM)
    assert [name for _, name, _ in everybody] == ["CCAS Inventé", "Mission Inventée"]
    [last] = prescriber_search.search(session, by=SYSTEM, after=mine)
    assert last[0].organisation_id == theirs
    with pytest.raises(PrescriberIsUnknown):
        prescriber_search.get(session, organisation_id=theirs, by=me)
    with pytest.raises(PrescriberIsUnknown):
        prescriber_search.get(session, organisation_id=new_id(), by=SYSTEM)


def test_a_site_is_found_by_its_own_people(session: Session) -> None:
    mine, theirs = _enrolled(session, "CCAS Inventé"), _enrolled(session, "Mission Inventée")
    own, other = _opened(session, mine), _opened(session, theirs)
    me = staff_of(mine, Role.PRESCRIBER)

    assert prescriber_search.search_sites(session, by=me) == [own]
    assert prescriber_search.search_sites(session, by=SYSTEM, after=own.no) == [other]
    assert prescriber_search.search_sites(session, organisation_id=theirs, by=SYSTEM) == [other]
    assert prescriber_search.get_site(session, site_id=own.id, by=me) is own
    with pytest.raises(SiteIsUnknown):
        prescriber_search.get_site(session, site_id=other.id, by=me)
    with pytest.raises(PrescriberIsUnknown):
        prescriber_search.search_sites(session, organisation_id=theirs, by=me)
