"""Proving: a request by which someone signed in proves once more to be there, for an act that engages money."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.wire import Text, Wire
from voucher_service.identity import fresh_proof
from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.kernel import clock


class ProvenRequest(Wire):
    """The password of who asks for it.

    ``otp`` is the six digits of that person's telephone, or a recovery code: needed once the account has one.
    """

    password = Text(longest=128, required=True)
    otp = Text(longest=20, load_default=None, allow_none=True)


def proof_of(session: Session, wanted: dict[str, Any]) -> FreshProof:
    """Take the proof out of a request, and check it; raises the refusals of ``fresh_proof.give``."""
    return fresh_proof.give(
        session,
        password=wanted.pop("password"),
        code=wanted.pop("otp"),
        address=request.remote_addr or "",
        keyring=state().keys,
        at=clock.now(),
        by=actor(),
    )
