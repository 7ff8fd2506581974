"""Actor: who asks, in which role, for which organisation."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may do; one role per account, in one organisation."""

    OPERATOR = "operator"
    PRESCRIBER = "prescriber"
    VENUE = "venue"
    FINANCE = "finance"
    FUNDER = "funder"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a command, as the database knew it when the command began."""

    user_id: UUID
    organisation_id: UUID
    role: Role
    is_referent: bool = False


SYSTEM = Actor(UUID(int=0), UUID(int=0), Role.OPERATOR)
"""The service itself: the command line and the worker's own schedules."""
