"""Access: what an account may do now, as the database says now; a lock therefore acts at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, false, select, union_all
from sqlalchemy.orm import Session

from voucher_service.identity.clients import Client
from voucher_service.identity.tokens import TokenIsUnknown
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Kind, Refusal


@dataclass(eq=False)
class AccountIsLocked(Refusal):
    """This account is locked: ask your organisation's référent, or the operator.

    FR: Ce compte est bloqué : adressez-vous au référent de votre organisation ou à l'opérateur.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN


class Account(NamedTuple):
    """What the database says of the account of a person or a machine."""

    id: UUID
    organisation_id: UUID
    role: Role
    is_referent: bool
    locked_at: datetime | None
    trusted_from: datetime


def actor_query() -> Select[UUID, UUID, Role, bool, datetime | None, datetime]:
    """Return the SELECT of at most one row, the columns of ``Account``, for the parameter ``subject``.

    It is a building block: a request joins it to what else it must know, and spends one round trip on both.
    """
    return _ACTOR


def admit(account: Account | None, *, issued_at: datetime) -> Actor:
    """Return the actor behind a token issued at ``issued_at``, from the row that ``actor_query`` found.

    Raises ``TokenIsUnknown`` (no account, or the token is older than its last lock or password) and
    ``AccountIsLocked``.
    """
    if account is None:
        raise TokenIsUnknown
    if account.locked_at is not None:
        raise AccountIsLocked
    # A token's time is in whole seconds.
    if issued_at < account.trusted_from.replace(microsecond=0):
        raise TokenIsUnknown
    return Actor(account.id, account.organisation_id, Role(account.role), account.is_referent)


def actor_of(session: Session, *, subject: UUID, issued_at: datetime) -> Actor:
    """Return who stands behind a token's subject, with the rights held at this instant.

    Raises ``TokenIsUnknown``, ``AccountIsLocked``.
    """
    row = session.execute(actor_query(), {"subject": subject}).one_or_none()
    return admit(None if row is None else Account._make(row), issued_at=issued_at)


def _actor() -> Select[UUID, UUID, Role, bool, datetime | None, datetime]:
    subject = bindparam("subject", type_=User.id.type)
    people = select(
        User.id, User.organisation_id, User.role, User.is_referent, User.locked_at, User.trusted_from
    ).where(User.id == subject)
    machines = select(
        Client.id,
        Client.organisation_id,
        Client.role,
        false().label("is_referent"),
        Client.locked_at,
        Client.trusted_from,
    ).where(Client.id == subject)
    found = union_all(people, machines).subquery("actor").c
    return select(
        found.id, found.organisation_id, found.role, found.is_referent, found.locked_at, found.trusted_from
    )


_ACTOR = _actor()
