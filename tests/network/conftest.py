"""What the tests of the network share: a day, an operator of the scheme, and invented organisations."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, funders
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import DueOn, KeyPart, LegalBasis, MoneySide, Terms
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import operators
from voucher_service.network.operators import LegalForm, Operator
from voucher_service.network.profile import Profile

COLLEAGUE = Actor(new_id(), SYSTEM.organisation_id, Role.OPERATOR)
"""A second person of the operator's: whoever creates a venue does not accredit it."""
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SIRET = "73282932000074"
OTHER_SIRET = "44306184100047"
LA_POSTE = "35600000049837"
"""An establishment of La Poste, whose digits follow its own rule."""


def staff_of(organisation_id: UUID, role: Role = Role.VENUE) -> Actor:
    return Actor(new_id(), organisation_id, role)


def profile(name: str = "Le Pixel Inventé", commune: str = "Ville-Fictive", **said: Any) -> Profile:
    whole: dict[str, Any] = {"address": "1 rue de l'Exemple", "postcode": "34999", **said}
    return Profile(name=name, commune=commune, **whole)


def enrolled(session: Session, legal_form: LegalForm, siret: str | None) -> Operator:
    kind = OrganisationKind.VENUE_OPERATOR
    founded = organisations.found(
        session, name="Association Inventée", siret=siret, kind=kind, at=AT, by=SYSTEM
    )
    return operators.enrol(session, organisation_id=founded.id, legal_form=legal_form, at=AT, by=SYSTEM)


def campaign(session: Session) -> Campaign:
    kind = OrganisationKind.OPERATOR
    scheme = organisations.found(session, name="Opérateur Inventé", siret=None, kind=kind, at=AT, by=SYSTEM)
    funders.enrol(session, code="metropole", name="Métropole Inventée", at=AT)
    terms = Terms(
        name="Campagne inventée",
        legal_basis=LegalBasis.MARCHE,
        legal_reference="M2026-00",
        deliberation="D2026-00",
        decided_on=date(2026, 1, 5),
        money_side=MoneySide.BANK,
        use_from=date(2026, 2, 1),
        use_until=date(2026, 12, 31),
        present_until=date(2027, 1, 31),
    )
    key = [KeyPart("metropole", 1, 1, DueOn.BOUGHT)]
    opener = staff_of(scheme.id, Role.OPERATOR)
    return campaigns.open_campaign(session, series="PN-2026", terms=terms, key=key, at=AT, by=opener)


@pytest.fixture
def enrol(session: Session) -> Callable[..., Operator]:
    def _enrol(legal_form: LegalForm = LegalForm.ASSOCIATION, siret: str | None = SIRET) -> Operator:
        return enrolled(session, legal_form, siret)

    return _enrol


@pytest.fixture
def campaign_id(session: Session) -> int:
    return campaign(session).id
