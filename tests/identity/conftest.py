"""A small cast: a Métropole that operates, a social centre with its référent, a media library."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from voucher_service.identity import authenticator, organisations, resets, telephones, users
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.identity.users import User
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.keys import Keyring

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PASSPHRASE = "trois chats gris dorment"


def as_actor(user: User) -> Actor:
    """Return the person as the service sees him once signed in."""
    return Actor(user.id, user.organisation_id, user.role, user.is_referent)


def set_up(session: Session, user: User, keyring: Keyring, *, at: datetime = NOON) -> tuple[str, list[str]]:
    """Set a second factor up, and return its secret and its recovery codes."""
    telephones.enrol(session, keyring=keyring, at=at, by=as_actor(user))
    shown = telephones.pending(session, keyring=keyring, by=as_actor(user))
    assert shown is not None
    code = authenticator.code_at(shown.secret, at=at)
    return shown.secret, telephones.confirm(session, code=code, keyring=keyring, at=at, by=as_actor(user))


def wrong_code(secret: str, *, at: datetime) -> str:
    """Return six digits that the telephone does not show around this instant."""
    near = {authenticator.code_at(secret, at=at + skew * timedelta(seconds=30)) for skew in (-1, 0, 1)}
    return next(code for code in ("000000", "000001", "000002", "000003") if code not in near)


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
