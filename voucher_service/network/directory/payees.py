"""Payees: the operators that a directory names by their SIRET, found or enrolled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from voucher_service.identity import organisations
from voucher_service.identity.organisations import (
    Organisation,
    OrganisationIsFoundedAlready,
    OrganisationKind,
)
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Outrun
from voucher_service.network.directory.grouping import Group
from voucher_service.network.operators import Operator


def find(session: Session, groups: Sequence[Group]) -> None:
    """Say of each group which organisation its SIRET names, where it takes part already."""
    sirets = sorted({group.candidate.siret or "" for group in groups})
    wanted = select(Organisation.siret, Organisation.id).where(
        Organisation.siret == func.any(bindparam("sirets", sirets, type_=ARRAY(Text))),
        Organisation.kind == OrganisationKind.VENUE_OPERATOR,
    )
    known: dict[str | None, UUID] = {row.siret: row.id for row in session.execute(wanted)}
    for group in groups:
        group.operator_id = known.get(group.candidate.siret)


def enrol(session: Session, groups: Sequence[Group], *, at: datetime, by: Actor) -> None:
    """Enrol the operators of these groups: one for each SIRET, under the first name that the file gives it.

    Raises ``DutyIsNotYours``, and ``Outrun`` where someone else founded one meanwhile.
    """
    rows: dict[str, dict[str, object]] = {}
    for group in groups:
        siret = group.candidate.siret
        if siret is None:
            continue
        if siret not in rows:
            rows[siret] = _operator(group, group.operator_id or _found(session, group, siret, at, by), at, by)
        group.operator_id = UUID(str(rows[siret]["organisation_id"]))
    if rows:
        session.execute(insert(Operator).on_conflict_do_nothing(), list(rows.values()))


def _found(session: Session, group: Group, siret: str, at: datetime, by: Actor) -> UUID:
    name = group.candidate.operator_name or group.candidate.profile.name
    kind = OrganisationKind.VENUE_OPERATOR
    try:
        return organisations.found(session, name=name, siret=siret, kind=kind, at=at, by=by).id
    except OrganisationIsFoundedAlready as faster:
        raise Outrun from faster


def _operator(group: Group, organisation_id: UUID, at: datetime, by: Actor) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "legal_form": group.candidate.legal_form,
        "enrolled_at": at,
        "enrolled_by": by.user_id,
        "version": 1,
    }
