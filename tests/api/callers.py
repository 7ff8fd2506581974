"""Callers: people of every role, as clients of the API that hold an access token."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from voucher_service.api.context import State
from voucher_service.identity import organisations, resets, users
from voucher_service.identity.organisations import ROLES, Organisation
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database

PASSPHRASE = "quatre chiens bruns courent"
PROOF = {"password": PASSPHRASE}
"""What a person of finance proves with to be there."""
_number = count(1)


def new_key() -> str:
    """Draw an Idempotency-Key."""
    return str(uuid4())


@dataclass(frozen=True)
class Caller:
    """Someone who asks the API things."""

    app: Flask
    token: str | None
    user_id: UUID | None = None
    organisation_id: UUID | None = None

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send one request, with the caller's token."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= options.pop("headers", {})
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Read something."""
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, *, key: str | None = None, **options: Any) -> TestResponse:
        """Do something, under a new key unless one is given."""
        headers = {"Idempotency-Key": key or new_key()} | options.pop("headers", {})
        return self.ask("POST", path, json=json, headers=headers, **options)

    def patch(self, path: str, json: Any, *, version: int, **options: Any) -> TestResponse:
        """Change something that was read at this version."""
        return self.ask("PATCH", path, json=json, headers={"If-Match": f'"{version}"'}, **options)


def enrol(
    app: Flask,
    database: Database,
    role: Role,
    *,
    organisation_id: UUID | None = None,
    is_referent: bool = False,
) -> Caller:
    """Enrol someone of this role, in an organisation of his own unless one is named, and sign him in."""
    user = open_account(database, role, organisation_id=organisation_id, is_referent=is_referent)
    return sign_in(app, user.id, user.organisation_id)


def with_passphrase(app: Flask, database: Database, role: Role) -> Caller:
    """Enrol someone of this role who chose a password, and sign him in: he can prove to be there."""
    user = open_account(database, role)
    return sign_in(app, user.id, user.organisation_id)


def open_account(
    database: Database, role: Role, *, organisation_id: UUID | None = None, is_referent: bool = False
) -> User:
    """Enrol someone of this role, in an organisation of his own unless one is named; who pays has a password."""

    def opened(session: Session) -> User:
        home = organisation_id or _home(session, role).id
        user = users.enrol(
            session,
            organisation_id=home,
            email=f"someone-{next(_number)}@example.org",
            name="Someone",
            role=role,
            is_referent=is_referent,
            at=clock.now(),
            by=SYSTEM,
        )
        if role is Role.FINANCE:
            token = resets.start_reset(session, user_id=user.id, at=clock.now(), by=SYSTEM)
            resets.finish_reset(session, token=token, password=PASSPHRASE, at=clock.now())
        return user

    return database.run(opened)


def sign_in(app: Flask, user_id: UUID, organisation_id: UUID) -> Caller:
    """Give an access token to someone who is enrolled already."""
    state: State = app.extensions["voucher_service"]
    token = state.issue(subject=user_id, client_id="tests", at=clock.now())
    return Caller(app, token, user_id, organisation_id)


def _home(session: Session, role: Role) -> Organisation:
    kind = next(kind for kind, roles in ROLES.items() if role in roles)
    name = f"Organisation {next(_number)}"
    return organisations.found(session, name=name, siret=None, kind=kind, at=clock.now(), by=SYSTEM)
