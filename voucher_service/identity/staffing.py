"""Staffing: who may open, close and equip the accounts of an organisation.

The operator may for anyone; a référent for his own organisation, within the roles that it may have.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.organisations import Organisation, OrganisationIsUnknown
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Kind, Refusal


@dataclass(eq=False)
class RoleIsNotYoursToGive(Refusal):
    """Only an operator makes an operator, or changes the account of one: ask an operator.

    FR: Seul un opérateur nomme un opérateur ou modifie son compte : adressez-vous à l'un d'eux.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN

    role: Role


@dataclass(eq=False)
class RoleIsOutOfPlace(Refusal):
    """The people of this organisation cannot hold this role: choose one of those listed.

    FR: Ce rôle n'existe pas dans cette organisation : choisissez l'un de ceux indiqués.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    role: Role
    possible: list[str]


def reaches(organisation_id: UUID, *, by: Actor) -> bool:
    """Tell whether the actor keeps the accounts of this organisation."""
    return by.role is Role.OPERATOR or (by.is_referent and by.organisation_id == organisation_id)


def refuse_unless_reaches(organisation_id: UUID, *, by: Actor) -> None:
    """Let pass only who keeps these accounts; raises ``OrganisationIsUnknown``."""
    if not reaches(organisation_id, by=by):
        raise OrganisationIsUnknown(organisation_id)


def refuse_unless_keeper(*, duty: str, by: Actor, at: datetime) -> None:
    """Let pass only the operator and référents; raises ``DutyIsNotYours``."""
    if by.role is not Role.OPERATOR and not by.is_referent:
        raise DutyIsNotYours(duty, by, at)


def refuse_unless_may_give(role: Role, organisation: Organisation, *, by: Actor) -> None:
    """Let pass only who may give this role in this organisation.

    Raises ``OrganisationIsUnknown`` (another's organisation is not shown to exist), ``RoleIsOutOfPlace``, and
    ``RoleIsNotYoursToGive``: a référent of the operator who is not an operator himself makes no operator.
    """
    refuse_unless_reaches(organisation.id, by=by)
    if role not in organisation.roles:
        raise RoleIsOutOfPlace(role, sorted(organisation.roles))
    refuse_unless_may_touch(role, by=by)


def refuse_unless_may_touch(role: Role, *, by: Actor) -> None:
    """Let only an operator give the role of operator, or change the account of one.

    Raises ``RoleIsNotYoursToGive``.
    """
    if role is Role.OPERATOR and by.role is not Role.OPERATOR:
        raise RoleIsNotYoursToGive(role)
