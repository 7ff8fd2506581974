"""What the tests of the network share: a day, an operator of the scheme, and invented organisations."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import operators
from voucher_service.network.operators import LegalForm, Operator
from voucher_service.network.profile import Profile

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


@pytest.fixture
def enrol(session: Session) -> Callable[..., Operator]:
    def _enrol(legal_form: LegalForm = LegalForm.ASSOCIATION, siret: str | None = SIRET) -> Operator:
        kind = OrganisationKind.VENUE_OPERATOR
        founded = organisations.found(
            session, name="Association Inventée", siret=siret, kind=kind, at=AT, by=SYSTEM
        )
        return operators.enrol(session, organisation_id=founded.id, legal_form=legal_form, at=AT, by=SYSTEM)

    return _enrol
