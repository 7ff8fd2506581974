"""Second factors: a person sets up the codes of a telephone; who keeps the account takes them away."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Many, Text, Wire
from voucher_service.identity import telephones
from voucher_service.identity.authenticator import RECOVERY_CODES
from voucher_service.kernel import clock

resource = Resource("second factors", "A code of the telephone beside the password.")


class SecondFactorRequest(Wire):
    """A code of the second factor in place, where there is one."""

    otp = Text(longest=20)


class SecondFactorShown(Wire):
    """What the telephone reads; said once, and null when the same request is repeated."""

    secret = Text(required=True, allow_none=True)
    uri = Text(required=True, allow_none=True)


class FactorConfirmationRequest(Wire):
    """The six digits that the telephone shows now."""

    otp = Text(longest=20, required=True)


class RecoveryCodes(Wire):
    """Ten codes, each good once; said once, and null when the same request is repeated."""

    recovery_codes = Many(Text(), most=RECOVERY_CODES, required=True, allow_none=True)


class ResetRequest(Wire):
    """The person who has lost both telephone and recovery codes."""

    user_id = Id(required=True)


class ResetShown(Wire):
    """The account that is signed out, and signs in with its password alone."""

    user_id = Id(required=True, attribute="id")


@resource.post("/second-factors")
@allow()
@command()
@resource.arguments(SecondFactorRequest)
@resource.response(201, SecondFactorShown)
def enrol(session: Session, wanted: dict[str, Any]) -> Reply:
    """Begin to set up one's own second factor; it counts once a code of it is confirmed."""
    keys, by = state().keys, actor()
    telephones.enrol(session, code=wanted.get("otp"), keyring=keys, at=clock.now(), by=by)
    return Reply(telephones.pending(session, keyring=keys, by=by), said_once=("secret", "uri"))


@resource.post("/second-factor-confirmations")
@allow()
@command()
@resource.arguments(FactorConfirmationRequest)
@resource.response(201, RecoveryCodes)
def confirm(session: Session, wanted: dict[str, Any]) -> Reply:
    """Put one's second factor in place of any before."""
    codes = telephones.confirm(session, code=wanted["otp"], keyring=state().keys, at=clock.now(), by=actor())
    return Reply({"recovery_codes": codes}, said_once=("recovery_codes",))


@resource.post("/second-factor-resets")
@allow()
@command()
@resource.arguments(ResetRequest)
@resource.response(201, ResetShown)
def reset(session: Session, wanted: dict[str, Any]) -> Reply:
    """Take a person's second factor away, and sign the account out."""
    return Reply(telephones.reset(session, **wanted, at=clock.now(), by=actor()))
