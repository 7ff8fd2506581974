"""Login: a person or a machine proves who it is; whoever fails too often waits."""

import hashlib
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, Subquery, and_, func, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import clients, passwords, users
from voucher_service.identity.access import AccountIsLocked
from voucher_service.identity.clients import Client
from voucher_service.identity.users import User
from voucher_service.kernel import throttle
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.kernel.throttle import Limit

PER_ACCOUNT = Limit(failures=5, within=timedelta(minutes=15))
PER_ADDRESS = Limit(failures=50, within=timedelta(hours=1))
_AT_HOME_FOR = timedelta(days=90)


class SignInAttempt(Base):
    """Someone tried to sign in, written once.

    Of what was typed as account only the digest is kept: people type their password there by mistake.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "account_digest", "tried_at"), Index(None, "address", "tried_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_digest: Mapped[bytes]
    address: Mapped[str]
    succeeded: Mapped[bool]
    tried_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who says to be whom, from which network address, and when."""

    account: str
    address: str
    at: datetime

    @property
    def account_digest(self) -> bytes:
        """What is kept of the account's name."""
        return hashlib.sha256(self.account.encode("utf-8", "surrogatepass")).digest()

    def row(self, *, succeeded: bool) -> SignInAttempt:
        """Return the fact to write."""
        return SignInAttempt(
            id=new_id(),
            account_digest=self.account_digest,
            address=self.address,
            succeeded=succeeded,
            tried_at=self.at,
        )


@dataclass(eq=False)
class SignInFailed(Refusal):
    """The account and the password do not match: check both, or ask your référent for a new link.

    FR: Compte et mot de passe ne concordent pas : vérifiez-les, ou demandez un lien à votre référent.
    """

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED

    attempt: InitVar[Attempt]

    def __post_init__(self, attempt: Attempt) -> None:
        """Keep the attempt out of the facts that the caller is told."""
        self._attempt = attempt

    def remember(self, session: Session) -> None:
        """Count the failure, after the rollback."""
        session.add(self._attempt.row(succeeded=False))


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """Too many attempts failed: wait before the next one.

    FR: Trop d'essais infructueux : patientez avant le prochain.
    """

    kind: ClassVar[Kind] = Kind.THROTTLED

    retry_after_seconds: int


def sign_in(session: Session, *, email: str, password: str, address: str, at: datetime) -> User:
    """Return the person who proved to be the owner of this account.

    Raises ``TooManyAttempts``, ``SignInFailed`` (the same, and as slowly, for an unknown account), and
    ``AccountIsLocked`` (only to who knows the password).
    """
    attempt = Attempt(email.strip().lower(), address, at)
    _refuse_if_too_many(session, attempt)
    user = users.find(session, email=email) if email.isprintable() else None
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        raise SignInFailed(attempt)
    if user.locked_at is not None:
        raise AccountIsLocked
    session.add(attempt.row(succeeded=True))
    return user


def sign_in_client(session: Session, *, client_id: UUID, secret: str, address: str, at: datetime) -> Client:
    """Return the machine that proved to hold the secret of this account; raises as ``sign_in`` does."""
    attempt = Attempt(str(client_id), address, at)
    _refuse_if_too_many(session, attempt)
    client = clients.find(session, client_id=client_id)
    if client is None or not client.is_proved_by(secret):
        raise SignInFailed(attempt)
    if client.locked_at is not None:
        raise AccountIsLocked
    session.add(attempt.row(succeeded=True))
    return client


def _refuse_if_too_many(session: Session, attempt: Attempt) -> None:
    on_account, account_last, from_address, address_last = session.execute(_failures(attempt)).one()
    wait = max(
        PER_ACCOUNT.wait(failures=on_account, last_at=account_last, at=attempt.at),
        PER_ADDRESS.wait(failures=from_address, last_at=address_last, at=attempt.at),
    )
    if wait:
        raise TooManyAttempts(throttle.in_seconds(wait))


def _failures(attempt: Attempt) -> Select[int, datetime | None, int, datetime | None]:
    # Where an account has signed in before, only failures from there count against it: a stranger who fails
    # on purpose elsewhere cannot keep its owner out (OWASP ASVS 6.1.1).
    tried, at = SignInAttempt, attempt.at
    same_account = tried.account_digest == attempt.account_digest
    same_address = tried.address == attempt.address
    at_home = select(tried).where(
        same_account, same_address, tried.succeeded, tried.tried_at > at - _AT_HOME_FOR
    )
    on_account = _count(same_account, or_(~at_home.exists(), same_address), limit=PER_ACCOUNT, at=at)
    from_address = _count(same_address, limit=PER_ADDRESS, at=at)
    both = select(
        on_account.c.failures, on_account.c.last_at, from_address.c.failures, from_address.c.last_at
    )
    return both.join_from(on_account, from_address, true())


def _count(*conditions: ColumnElement[bool], limit: Limit, at: datetime) -> Subquery:
    tried = SignInAttempt
    recent = and_(~tried.succeeded, tried.tried_at > at - limit.within, tried.tried_at <= at)
    counted = select(func.count().label("failures"), func.max(tried.tried_at).label("last_at"))
    return counted.where(*conditions, recent).subquery()
