"""Clients: the machines of an organisation, which sign in with a secret of their own."""

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import changes, naming, organisations, staffing
from voucher_service.identity.changes import Change
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id


class Client(Base):
    """A machine's account. Its secret has 256 random bits, so a plain SHA-256 of it is enough to keep."""

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role]
    name: Mapped[str]
    secret_hash: Mapped[bytes]
    locked_at: Mapped[datetime | None]
    trusted_from: Mapped[datetime]
    """Tokens issued before this instant are refused: it moves at each lock and each new secret."""
    created_at: Mapped[datetime]
    version: Mapped[int]

    def is_proved_by(self, secret: str) -> bool:
        """Tell whether this is the client's secret, in a time that says nothing about it."""
        return hmac.compare_digest(self.secret_hash, _digest(secret))


def enrol(
    session: Session, *, organisation_id: UUID, role: Role, name: str, at: datetime, by: Actor
) -> tuple[Client, str]:
    """Open a machine's account; the secret is returned once and never readable again.

    Raises ``DutyIsNotYours``, ``OrganisationIsUnknown``, ``RoleIsOutOfPlace``, ``RoleIsNotYoursToGive``,
    ``NameIsMalformed``.
    """
    staffing.refuse_unless_keeper(duty="enrol-client", by=by, at=at)
    organisation = organisations.get(session, organisation_id=organisation_id)
    staffing.refuse_unless_may_give(role, organisation, by=by)
    secret = secrets.token_urlsafe(32)
    client = Client(
        id=new_id(),
        organisation_id=organisation_id,
        role=role,
        name=naming.clean_name(name),
        secret_hash=_digest(secret),
        trusted_from=at,
        created_at=at,
        version=1,
    )
    session.add(client)
    session.flush()
    changes.record(session, subject_id=client.id, change=Change.OPENED, at=at, by=by)
    return client, secret


def find(session: Session, *, client_id: UUID) -> Client | None:
    """Return the machine's account, if there is one."""
    return session.get(Client, client_id)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
