"""Factors: a code of the telephone beside the password, and the ten on paper for who has lost it."""

from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import Session

from voucher_service.identity import authenticator, changes, staffing, users
from voucher_service.identity.changes import Change
from voucher_service.identity.login import TooManyAttempts
from voucher_service.identity.second_factor import FactorAttempt, RecoveryCode, SecondFactor
from voucher_service.identity.users import User
from voucher_service.kernel import throttle
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.kernel.throttle import Limit

PER_ACCOUNT = Limit(failures=5, within=timedelta(minutes=15))


@dataclass(eq=False)
class FactorIsMissing(Refusal):
    """This account also asks for a code: give the six digits that your telephone shows.

    FR: Ce compte demande aussi un code : indiquez les six chiffres affichés par votre téléphone.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class FactorIsWrong(Refusal):
    """This code is not right, or was used already: wait for the next one, or use a recovery code.

    FR: Ce code n'est pas le bon ou a déjà servi : attendez le suivant, ou utilisez un code de secours.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    user_id: InitVar[UUID]
    at: InitVar[datetime]

    def __post_init__(self, user_id: UUID, at: datetime) -> None:
        """Keep the attempt out of the facts that the caller is told."""
        self._attempt = _attempt(user_id, succeeded=False, at=at)

    def remember(self, session: Session) -> None:
        """Count the failure, after the rollback."""
        session.add(self._attempt)


@dataclass(eq=False)
class CodeDoesNotFit(Refusal):
    """This code is not the one that your telephone shows now: check that its clock sets itself.

    FR: Ce code n'est pas celui affiché par votre téléphone : vérifiez que son heure se règle toute seule.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class FactorIsNotSet(Refusal):
    """No second factor is set up for this account: set one up first.

    FR: Aucun code par téléphone n'est en place pour ce compte : mettez-le d'abord en place.
    """


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account has a second factor, since when, and how many recovery codes are left."""

    confirmed_at: datetime | None
    codes_left: int


def enrol(session: Session, *, code: str | None = None, keyring: Keyring, at: datetime, by: Actor) -> None:
    """Begin to set up one's own second factor; it counts once ``confirm`` was shown a code of it.

    Where one is in place, ``code`` proves it and it goes on until then. Raises ``FactorIsMissing``,
    ``FactorIsWrong``, ``TooManyAttempts``.
    """
    require(session, user_id=by.user_id, code=code, keyring=keyring, at=at)
    _end(session, SecondFactor.user_id == by.user_id, SecondFactor.confirmed_at.is_(None), at=at, by=by)
    factor_id = new_id()
    sealed = authenticator.seal(authenticator.new_secret(), bound_to=factor_id.bytes, keyring=keyring)
    session.add(SecondFactor(id=factor_id, user_id=by.user_id, sealed=sealed, created_at=at))
    session.flush()


def pending(session: Session, *, keyring: Keyring, by: Actor) -> Enrolment | None:
    """Return what one's telephone has to read, while that is not done."""
    factor = _find(session, by.user_id, is_confirmed=False)
    if factor is None:
        return None
    secret = _secret(factor, keyring)
    account = session.get_one(User, by.user_id).email
    return Enrolment(secret, authenticator.uri(secret, account=account))


def confirm(session: Session, *, code: str, keyring: Keyring, at: datetime, by: Actor) -> list[str]:
    """Put one's second factor in place of any before, and return ten recovery codes, never readable again.

    Raises ``FactorIsNotSet`` (nothing was begun), ``CodeDoesNotFit``.
    """
    factor = _find(session, by.user_id, is_confirmed=False)
    if factor is None:
        raise FactorIsNotSet
    typed = authenticator.tidy(code)
    step = authenticator.matching_step(_secret(factor, keyring), typed, at=at, after=None)
    if step is None:
        raise CodeDoesNotFit
    _end(session, SecondFactor.user_id == by.user_id, SecondFactor.id != factor.id, at=at, by=by)
    factor.confirmed_at, factor.last_step = at, step
    session.flush()
    changes.record(session, subject_id=by.user_id, change=Change.FACTOR_SET, at=at, by=by)
    return _new_codes(session, factor, keyring=keyring)


def renew_codes(session: Session, *, code: str, keyring: Keyring, at: datetime, by: Actor) -> list[str]:
    """Return ten new recovery codes in place of those before; raises what ``verify`` raises."""
    verify(session, user_id=by.user_id, code=code, keyring=keyring, at=at)
    factor = _confirmed(session, by.user_id)
    left = update(RecoveryCode).where(RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None))
    session.execute(left.values(used_at=at), execution_options={"synchronize_session": False})
    return _new_codes(session, factor, keyring=keyring)


def require(session: Session, *, user_id: UUID, code: str | None, keyring: Keyring, at: datetime) -> None:
    """Ask for a code from an account that has a second factor in place, and for nothing from another.

    Raises ``FactorIsMissing``, and what ``verify`` raises.
    """
    if _find(session, user_id, is_confirmed=True) is None:
        return
    if not code:
        raise FactorIsMissing
    verify(session, user_id=user_id, code=code, keyring=keyring, at=at)


def verify(session: Session, *, user_id: UUID, code: str, keyring: Keyring, at: datetime) -> None:
    """Accept a code of the person's telephone, or one of the recovery codes: each once, however many try.

    Raises ``FactorIsNotSet``, ``TooManyAttempts``, ``FactorIsWrong``.
    """
    factor = _confirmed(session, user_id)
    _refuse_if_too_many(session, user_id, at=at)
    typed = authenticator.tidy(code)
    use = _use_telephone if authenticator.is_of_the_telephone(typed) else _use_recovery
    if not use(session, factor, typed, keyring=keyring, at=at):
        raise FactorIsWrong(user_id, at)
    session.add(_attempt(user_id, succeeded=True, at=at))


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
    return session.scalars(account.returning(User), execution_options={"populate_existing": True}).one()


def standing(session: Session, *, user_id: UUID) -> Standing:
    """Return how an account stands with its second factor."""
    factor = _find(session, user_id, is_confirmed=True)
    if factor is None:
        return Standing(None, 0)
    codes = select(func.count()).where(RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None))
    return Standing(factor.confirmed_at, session.scalars(codes).one())


def _find(session: Session, user_id: UUID, *, is_confirmed: bool) -> SecondFactor | None:
    confirmed = SecondFactor.confirmed_at
    wanted = select(SecondFactor).where(
        SecondFactor.user_id == user_id,
        SecondFactor.ended_at.is_(None),
        confirmed.is_not(None) if is_confirmed else confirmed.is_(None),
    )
    return session.scalars(wanted.order_by(SecondFactor.id.desc()).limit(1)).one_or_none()


def _confirmed(session: Session, user_id: UUID) -> SecondFactor:
    factor = _find(session, user_id, is_confirmed=True)
    if factor is None:
        raise FactorIsNotSet
    return factor


def _secret(factor: SecondFactor, keyring: Keyring) -> str:
    return authenticator.unseal(factor.sealed, bound_to=factor.id.bytes, keyring=keyring)


def _use_telephone(
    session: Session, factor: SecondFactor, code: str, *, keyring: Keyring, at: datetime
) -> bool:
    secret = _secret(factor, keyring)
    step = authenticator.matching_step(secret, code, at=at, after=factor.last_step)
    if step is None:
        return False
    later = or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step)
    # The row says whether it was this call that used the code: two browsers may try it at once.
    moved = update(SecondFactor).where(SecondFactor.id == factor.id, SecondFactor.ended_at.is_(None), later)
    done = session.scalars(
        moved.values(last_step=step).returning(SecondFactor), execution_options={"populate_existing": True}
    )
    return done.one_or_none() is not None


def _use_recovery(
    session: Session, factor: SecondFactor, code: str, *, keyring: Keyring, at: datetime
) -> bool:
    digest = authenticator.recovery_digest(code, keyring=keyring)
    used = update(RecoveryCode).where(
        RecoveryCode.factor_id == factor.id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None)
    )
    done = session.scalars(
        used.values(used_at=at).returning(RecoveryCode.digest),
        execution_options={"synchronize_session": False},
    )
    return done.one_or_none() is not None


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


def _refuse_if_too_many(session: Session, user_id: UUID, *, at: datetime) -> None:
    tried = FactorAttempt
    counted = select(func.count(), func.max(tried.tried_at)).where(
        tried.user_id == user_id,
        ~tried.succeeded,
        tried.tried_at > at - PER_ACCOUNT.within,
        tried.tried_at <= at,
    )
    failures, last_at = session.execute(counted).one()
    wait = PER_ACCOUNT.wait(failures=failures, last_at=last_at, at=at)
    if wait:
        raise TooManyAttempts(throttle.in_seconds(wait))


def _attempt(user_id: UUID, *, succeeded: bool, at: datetime) -> FactorAttempt:
    return FactorAttempt(id=new_id(), user_id=user_id, succeeded=succeeded, tried_at=at)
