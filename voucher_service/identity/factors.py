"""Factors: a code of the telephone beside the password, and the ten on paper for who has lost it."""

from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from voucher_service.identity import authenticator, second_factor
from voucher_service.identity.login import TooManyAttempts
from voucher_service.identity.second_factor import FactorAttempt, RecoveryCode, SecondFactor
from voucher_service.kernel import throttle
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
class FactorIsNotSet(Refusal):
    """No second factor is set up for this account: set one up first.

    FR: Aucun code par téléphone n'est en place pour ce compte : mettez-le d'abord en place.
    """


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account has a second factor, since when, and how many recovery codes are left."""

    confirmed_at: datetime | None
    codes_left: int
    last_step: int | None = None


def require(session: Session, *, user_id: UUID, code: str | None, keyring: Keyring, at: datetime) -> None:
    """Ask for a code from an account that has a second factor in place, and for nothing from another.

    Raises ``FactorIsMissing``, and what ``verify`` raises.
    """
    if second_factor.find(session, user_id, is_confirmed=True) is None:
        return
    if not code:
        raise FactorIsMissing
    verify(session, user_id=user_id, code=code, keyring=keyring, at=at)


def verify(session: Session, *, user_id: UUID, code: str, keyring: Keyring, at: datetime) -> None:
    """Accept a code of the person's telephone, or one of the recovery codes: each once, however many try.

    Raises ``FactorIsNotSet``, ``TooManyAttempts``, ``FactorIsWrong``.
    """
    factor = confirmed(session, user_id)
    _refuse_if_too_many(session, user_id, at=at)
    typed = authenticator.tidy(code)
    use = _use_telephone if authenticator.is_of_the_telephone(typed) else _use_recovery
    if not use(session, factor, typed, keyring=keyring, at=at):
        raise FactorIsWrong(user_id, at)
    session.add(_attempt(user_id, succeeded=True, at=at))


def standing(session: Session, *, user_id: UUID) -> Standing:
    """Return how an account stands with its second factor."""
    factor = second_factor.find(session, user_id, is_confirmed=True)
    if factor is None:
        return Standing(None, 0)
    codes = select(func.count()).where(RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None))
    return Standing(factor.confirmed_at, session.scalars(codes).one(), factor.last_step)


def confirmed(session: Session, user_id: UUID) -> SecondFactor:
    """Return the factor that an account has in place; raises ``FactorIsNotSet``."""
    factor = second_factor.find(session, user_id, is_confirmed=True)
    if factor is None:
        raise FactorIsNotSet
    return factor


def secret_of(factor: SecondFactor, keyring: Keyring) -> str:
    """Return what the telephone knows too."""
    return authenticator.unseal(factor.sealed, bound_to=factor.id.bytes, keyring=keyring)


def _use_telephone(
    session: Session, factor: SecondFactor, code: str, *, keyring: Keyring, at: datetime
) -> bool:
    secret = secret_of(factor, keyring)
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
