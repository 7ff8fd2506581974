"""Proving: whoever engages money types the password again, and the code of the telephone where there is one."""

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from voucher_service.identity import factors, fresh_proof
from voucher_service.identity.factors import FactorIsMissing, FactorIsWrong
from voucher_service.identity.fresh_proof import FreshProof, PasswordIsWrong
from voucher_service.kernel import clock
from voucher_service.kernel.refusal import Refusal
from voucher_service.web.account import demonstration
from voucher_service.web.forms import FormSchema, Secret, Typed
from voucher_service.web.pages import actor, site

ABOUT: Mapping[type[Refusal], str] = {
    PasswordIsWrong: "password",
    FactorIsWrong: "code",
    FactorIsMissing: "code",
}
"""Beside which field of ``ProofForm`` each refusal is said."""


class ProofForm(FormSchema):
    """The password, and the code of the telephone."""

    password = Secret(needed="Tapez votre mot de passe.")
    code = Typed(longest=20)


def asked(session: Session) -> dict[str, Any]:
    """Say what the page that asks for a proof (``macros/proof.html``) must know of who reads it."""
    me = actor().user_id
    standing = factors.standing(session, user_id=me)
    known = demonstration.accounts(site().settings)
    return {
        "has_telephone": standing.confirmed_at is not None,
        "invented": next((one for one in known if one.user_id == me), None),
        "shown": demonstration.code(site().settings, me, standing, at=clock.now()),
    }


def proof_of(session: Session, said: dict[str, Any]) -> FreshProof:
    """Take the proof out of what was typed, and check it; raises the refusals of ``fresh_proof.give``."""
    return fresh_proof.give(
        session,
        password=said.pop("password"),
        code=said.pop("code"),
        address=request.remote_addr or "",
        keyring=site().keys,
        at=clock.now(),
        by=actor(),
    )
