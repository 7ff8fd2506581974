"""Fresh proof: someone signed in proves once more to be there, before an act that a borrowed screen must not do.

The password, and a code where the account has a telephone: both count failures as signing in does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.identity import factors, login
from voucher_service.identity.login import SignInFailed
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Kind, Refusal

GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FreshProof:
    """A person proved to be there, at this instant; only ``give`` makes one."""

    user_id: UUID
    at: datetime


@dataclass(eq=False)
class PasswordIsWrong(Refusal):
    """This is not your password: type it again.

    FR: Ce n'est pas votre mot de passe : tapez-le de nouveau.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PersonIsNeeded(Refusal):
    """A person answers for this, with a password: a program cannot.

    FR: Une personne répond de cet acte, avec son mot de passe : un programme ne le peut pas.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class ProofIsNotFresh(Refusal):
    """It is too long since you proved to be there: give your password again.

    FR: Votre mot de passe a été donné il y a trop longtemps : tapez-le de nouveau.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN


def give(
    session: Session,
    *,
    password: str,
    code: str | None,
    address: str,
    keyring: Keyring,
    at: datetime,
    by: Actor,
) -> FreshProof:
    """Prove that the person signed in is there, by the password and, where there is a telephone, by a code.

    Raises ``PersonIsNeeded``, ``TooManyAttempts``, ``PasswordIsWrong`` (counted), ``AccountIsLocked``,
    ``FactorIsMissing``, ``FactorIsWrong`` (counted).
    """
    user = session.get(User, by.user_id)
    if user is None:
        raise PersonIsNeeded
    try:
        login.sign_in(session, email=user.email, password=password, address=address, at=at)
    except SignInFailed as failed:
        raise PasswordIsWrong().remembered(failed.remember) from failed
    factors.require(session, user_id=user.id, code=code, keyring=keyring, at=at)
    return FreshProof(user.id, at)


def refuse_unless_fresh(proof: FreshProof, *, at: datetime, by: Actor) -> None:
    """Raise ``ProofIsNotFresh`` where the proof is another person's, or older than five minutes."""
    if proof.user_id != by.user_id or not proof.at <= at <= proof.at + GOOD_FOR:
        raise ProofIsNotFresh
