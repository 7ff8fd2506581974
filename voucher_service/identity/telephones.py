"""Telephones: a person sets one up as second factor and replaces it; who keeps the account takes it away."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from voucher_service.identity import authenticator, changes, factors, notices, second_factor, staffing, users
from voucher_service.identity.changes import Change
from voucher_service.identity.factors import FactorIsNotSet
from voucher_service.identity.second_factor import RecoveryCode, SecondFactor
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Kind, Refusal


@dataclass(eq=False)
class CodeDoesNotFit(Refusal):
    """This code is not the one that your telephone shows now: check that its clock sets itself.

    FR: Ce code n'est pas celui affiché par votre téléphone : vérifiez que son heure se règle toute seule.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class FactorIsForPeople(Refusal):
    """A machine has no telephone: its secret is enough.

    FR: Une machine n'a pas de téléphone : son secret suffit.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class OwnFactorIsNotYoursToReset(Refusal):
    """You cannot take your own second factor away: replace it, or ask another référent or the operator.

    FR: Vous ne pouvez pas retirer votre propre code : remplacez-le, ou demandez à un référent ou à l'opérateur.
    """


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is shown to the telephone, once: the secret to type, and the address in its QR code."""

    secret: str
    uri: str


def enrol(session: Session, *, code: str | None = None, keyring: Keyring, at: datetime, by: Actor) -> None:
    """Begin to set up one's own second factor; it counts once ``confirm`` was shown a code of it.

    Where one is in place, ``code`` proves it and it goes on until then. Raises ``FactorIsForPeople``,
    ``FactorIsMissing``, ``FactorIsWrong``, ``TooManyAttempts``.
    """
    if session.get(User, by.user_id) is None:
        raise FactorIsForPeople
    factors.require(session, user_id=by.user_id, code=code, keyring=keyring, at=at)
    _end(session, SecondFactor.user_id == by.user_id, SecondFactor.confirmed_at.is_(None), at=at, by=by)
    factor_id = new_id()
    sealed = authenticator.seal(authenticator.new_secret(), bound_to=factor_id.bytes, keyring=keyring)
    session.add(SecondFactor(id=factor_id, user_id=by.user_id, sealed=sealed, created_at=at))
    session.flush()


def pending(session: Session, *, keyring: Keyring, by: Actor) -> Enrolment | None:
    """Return what one's telephone has to read, while that is not done."""
    factor = second_factor.find(session, by.user_id, is_confirmed=False)
    if factor is None:
        return None
    secret = factors.secret_of(factor, keyring)
    account = session.get_one(User, by.user_id).email
    return Enrolment(secret, authenticator.uri(secret, account=account))


def confirm(session: Session, *, code: str, keyring: Keyring, at: datetime, by: Actor) -> list[str]:
    """Put one's second factor in place of any before, and return ten recovery codes, never readable again.

    Raises ``FactorIsNotSet`` (nothing was begun), ``CodeDoesNotFit``.
    """
    factor = second_factor.find(session, by.user_id, is_confirmed=False)
    if factor is None:
        raise FactorIsNotSet
    typed = authenticator.tidy(code)
    step = authenticator.matching_step(factors.secret_of(factor, keyring), typed, at=at, after=None)
    if step is None:
        raise CodeDoesNotFit
    _end(session, SecondFactor.user_id == by.user_id, SecondFactor.id != factor.id, at=at, by=by)
    factor.confirmed_at, factor.last_step = at, step
    session.flush()
    changes.record(session, subject_id=by.user_id, change=Change.FACTOR_SET, at=at, by=by)
    notices.tell(session, user=session.get_one(User, by.user_id), change=Change.FACTOR_SET, at=at)
    return _new_codes(session, factor, keyring=keyring)


def renew_codes(session: Session, *, code: str, keyring: Keyring, at: datetime, by: Actor) -> list[str]:
    """Return ten new recovery codes in place of those before; raises what ``factors.verify`` raises."""
    factors.verify(session, user_id=by.user_id, code=code, keyring=keyring, at=at)
    factor = factors.confirmed(session, by.user_id)
    left = update(RecoveryCode).where(RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None))
    session.execute(left.values(used_at=at), execution_options={"synchronize_session": False})
    return _new_codes(session, factor, keyring=keyring)


def reset(session: Session, *, user_id: UUID, at: datetime, by: Actor) -> User:
    """Take a person's second factor away, for who has lost telephone and paper; sign the account out.

    Raises ``DutyIsNotYours``, ``UserIsUnknown``, ``RoleIsNotYoursToGive``, ``OwnFactorIsNotYoursToReset``,
    ``FactorIsNotSet``.
    """
    staffing.refuse_unless_keeper(duty="reset-factor", by=by, at=at)
    users.kept(session, user_id=user_id, by=by)
    if user_id == by.user_id:
        raise OwnFactorIsNotYoursToReset
    if not _end(
        session, SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None), at=at, by=by
    ):
        raise FactorIsNotSet
    _end(session, SecondFactor.user_id == user_id, at=at, by=by)
    account = update(User).where(User.id == user_id).values(trusted_from=at, version=User.version + 1)
    changes.record(session, subject_id=user_id, change=Change.FACTOR_RESET, at=at, by=by)
    changed = session.scalars(account.returning(User), execution_options={"populate_existing": True}).one()
    notices.tell(session, user=changed, change=Change.FACTOR_RESET, at=at)
    return changed


def _end(session: Session, *which: ColumnElement[bool], at: datetime, by: Actor) -> bool:
    ended = update(SecondFactor).where(SecondFactor.ended_at.is_(None), *which)
    done = session.scalars(
        ended.values(ended_at=at, ended_by=by.user_id).returning(SecondFactor),
        execution_options={"populate_existing": True},
    )
    return bool(done.all())


def _new_codes(session: Session, factor: SecondFactor, *, keyring: Keyring) -> list[str]:
    codes = authenticator.new_recovery_codes()
    digests = (authenticator.recovery_digest(code, keyring=keyring) for code in codes)
    session.execute(insert(RecoveryCode), [{"factor_id": factor.id, "digest": digest} for digest in digests])
    return codes
