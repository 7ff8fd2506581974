"""Demonstration: the invented accounts that a demonstration left, shown where people sign in, and nowhere else.

The file is written by the demonstration, and read only where the service says on every page that its data are
fictitious (``DEMO=1``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from voucher_service.identity import authenticator
from voucher_service.identity.factors import Standing
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings

FILE = "accounts.json"
_PER_ROLE = 2
_PERIOD = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Account:
    """An invented person's account; ``secret`` is what the telephone would know, where there is one."""

    user_id: UUID
    email: str
    name: str
    role: Role
    organisation: str
    password: str
    secret: str | None


def groups(settings: Settings) -> list[tuple[Role, Sequence[Account]]]:
    """Return the first accounts of each role; none where this is no demonstration."""
    known = accounts(settings)
    found = ((role, [one for one in known if one.role is role][:_PER_ROLE]) for role in Role)
    return [(role, of_role) for role, of_role in found if of_role]


def code(settings: Settings, user_id: UUID, standing: Standing, *, at: datetime) -> str:
    """Return a code that the invented person's telephone shows and that was not used yet; else nothing."""
    account = next((one for one in accounts(settings) if one.user_id == user_id), None)
    if account is None or account.secret is None:
        return ""
    for then in (at, at + _PERIOD, at - _PERIOD):
        shown = authenticator.code_at(account.secret, at=then)
        if authenticator.matching_step(account.secret, shown, at=at, after=standing.last_step):
            return shown
    return ""


def accounts(settings: Settings) -> list[Account]:
    """Return every account that the demonstration left, those of a role in the order of their opening."""
    path = settings.var_dir / FILE
    if not settings.demo or not path.is_file():
        return []
    known = json.loads(path.read_text("utf-8"))
    return [
        Account(
            UUID(one["user_id"]),
            one["email"],
            one["name"],
            Role(one["role"]),
            one["organisation"],
            one["password"],
            one["secret"],
        )
        for one in known
    ]
