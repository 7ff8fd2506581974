"""Passwords: chosen by the person alone, through a link that is shown once and used once."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, public
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Text, Wire
from voucher_service.identity import resets
from voucher_service.kernel import clock

resource = Resource("passwords", "Choosing a password, through a link used once.")


class PasswordLinkRequest(Wire):
    """The person who is to choose a password."""

    user_id = Id(required=True)


class PasswordLinkShown(Wire):
    """The link's token; said once, and null when the same request is repeated."""

    user_id = Id(required=True)
    token = Text(required=True, allow_none=True)


class PasswordRequest(Wire):
    """The link's token and the chosen passphrase."""

    token = Text(longest=128, required=True)
    password = Text(longest=128, required=True)


class PasswordShown(Wire):
    """The account that can now sign in."""

    email = Text(required=True)


@resource.post("/password-links")
@allow()
@command()
@resource.arguments(PasswordLinkRequest)
@resource.response(201, PasswordLinkShown)
def send(session: Session, wanted: dict[str, Any]) -> Reply:
    """Make a link by which a person chooses a password."""
    token = resets.start_reset(session, **wanted, at=clock.now(), by=actor())
    return Reply({**wanted, "token": token}, said_once=("token",))


@resource.post("/passwords")
@public
@command(key=False)
@resource.arguments(PasswordRequest)
@resource.response(201, PasswordShown)
def choose(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Choose a password; what the account was signed in to is over."""
    return {"email": resets.finish_reset(session, **wanted, at=clock.now()).email}
