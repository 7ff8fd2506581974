"""Tokens: a person or a machine proves who it is and is given ten minutes of access."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from voucher_service.api.context import state
from voucher_service.api.marks import command, public
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Id, Text, Whole, Wire
from voucher_service.identity import factors, login
from voucher_service.identity.tokens import LIFE
from voucher_service.kernel import clock

resource = Resource("tokens", "Access tokens of ten minutes.")

_PEOPLE = "voucher-service"


class Grant(StrEnum):
    """How the bearer-to-be proves who it is."""

    PASSWORD = "password"  # noqa: S105 -- the name of a grant (RFC 6749), not a secret
    CLIENT_CREDENTIALS = "client_credentials"


_MEMBERS = {
    Grant.PASSWORD: {"email", "password"},
    Grant.CLIENT_CREDENTIALS: {"client_id", "client_secret"},
}
_OPTIONAL = {Grant.PASSWORD: {"otp"}, Grant.CLIENT_CREDENTIALS: set[str]()}


class TokenRequest(Wire):
    """A person's e-mail address and password, or a machine's id and secret.

    ``otp`` is the six digits of the person's telephone, or a recovery code: needed once the account has one.
    """

    grant_type = Choice(Grant, required=True)
    email = Text(longest=254)
    password = Text(longest=128)
    otp = Text(longest=20)
    client_id = Id()
    client_secret = Text(longest=128)

    @validates_schema
    def _agree(self, wanted: dict[str, Any], **_: Any) -> None:
        needed = _MEMBERS[wanted["grant_type"]]
        given = wanted.keys() - {"grant_type"} - _OPTIONAL[wanted["grant_type"]]
        errors = {name: ["Missing data for required field."] for name in sorted(needed - given)}
        errors |= {name: ["Unknown field."] for name in sorted(given - needed)}
        if errors:
            raise ValidationError(errors)


class AccessToken(Wire):
    """An access token, its kind and its life in seconds (RFC 6749 §5.1)."""

    access_token = Text(required=True)
    token_type = Text(required=True)
    expires_in = Whole(required=True)


@resource.post("/tokens")
@public
@command(key=False)
@resource.arguments(TokenRequest)
@resource.response(201, AccessToken)
def issue(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Sign in."""
    subject, client = _proved(session, wanted)
    return {
        "access_token": state().issue(subject=subject, client_id=client, at=clock.now()),
        "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()),
    }


def _proved(session: Session, wanted: dict[str, Any]) -> tuple[UUID, str]:
    address, at = request.remote_addr or "", clock.now()
    if wanted["grant_type"] is Grant.PASSWORD:
        email, password = wanted["email"], wanted["password"]
        user = login.sign_in(session, email=email, password=password, address=address, at=at)
        factors.require(session, user_id=user.id, code=wanted.get("otp"), keyring=state().keys, at=at)
        return user.id, _PEOPLE
    client_id, secret = wanted["client_id"], wanted["client_secret"]
    client = login.sign_in_client(session, client_id=client_id, secret=secret, address=address, at=at)
    return client.id, str(client.id)
