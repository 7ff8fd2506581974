"""A small cast: a Métropole that operates, a social centre with its référent, a media library."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from voucher_service.identity import organisations, resets, users
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.identity.users import User
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.keys import Keyring

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PASSPHRASE = "trois chats gris dorment"


def as_actor(user: User) -> Actor:
    """Return the person as the service sees him once signed in."""
    return Actor(user.id, user.organisation_id, user.role, user.is_referent)


@dataclass
class Cast:
    """Makes organisations and people with the domain's own verbs."""

    session: Session
    numbers: Iterator[int] = field(default_factory=count)

    def organisation(self, kind: OrganisationKind) -> Organisation:
        """Found an organisation without a SIRET."""
        return organisations.found(self.session, name=f"A {kind}", siret=None, kind=kind, at=NOON, by=SYSTEM)

    def user(self, organisation: Organisation, role: Role, *, is_referent: bool = False) -> User:
        """Enrol a person who has not chosen a password yet."""
        return users.enrol(
            self.session,
            organisation_id=organisation.id,
            email=f"someone{next(self.numbers)}@example.org",
            name="Camille Martin",
            role=role,
            is_referent=is_referent,
            at=NOON - timedelta(days=1),
            by=SYSTEM,
        )

    def person(self, *, password: str = PASSPHRASE) -> User:
        """Enrol a prescriber who has chosen a password."""
        user = self.user(self.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER)
        yesterday = NOON - timedelta(days=1)
        token = resets.start_reset(self.session, user_id=user.id, at=yesterday, by=SYSTEM)
        return resets.finish_reset(self.session, token=token, password=password, at=yesterday)


@pytest.fixture
def given(session: Session) -> Cast:
    """Give the cast, in a transaction that is undone at the end."""
    return Cast(session)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Give the keys of an installation made for this test."""
    return Keyring(tmp_path, may_create=True)
