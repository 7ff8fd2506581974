"""Importing: the plan of an import, and its carrying out. Every line is imported, merged or reported."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from voucher_service.identity import duties, separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Outrun
from voucher_service.kernel.identifiers import new_id
from voucher_service.network.directory import origins, payees
from voucher_service.network.directory.decisions import Decision, decide
from voucher_service.network.directory.grouping import Group, group
from voucher_service.network.directory.lines import Line
from voucher_service.network.directory.report import LineReport, Outcome, Report
from voucher_service.network.venues import Venue, subject

_SEEN = {"seen_id", "seen_version"}


def plan(session: Session, *, lines: Iterable[Line]) -> Report:
    """Say what an import would do with each line; nothing is written."""
    groups, refused = group(lines)
    return _report(_decided(session, groups), refused, is_dry_run=True)


def carry_out(session: Session, *, lines: Iterable[Line], at: datetime, by: Actor) -> Report:
    """Import a directory: new venues, the operators that a SIRET names, what changed. The operator's duty.

    Raises ``DutyIsNotYours``, and ``Outrun`` where another import or edit came between.
    """
    duties.require(Role.OPERATOR, duty="import-venues", by=by, at=at)
    groups, refused = group(lines)
    decided = _decided(session, groups)
    payees.enrol(session, [decision.group for decision in decided if decision.needs_operator], at=at, by=by)
    _create(session, [decision for decision in decided if decision.venue is None], at=at, by=by)
    _update(session, [decision for decision in decided if decision.writes])
    origins.remember(session, groups, at=at)
    return _report(decided, refused, is_dry_run=False)


def _decided(session: Session, groups: Sequence[Group]) -> list[Decision]:
    named = origins.known(session, (origin for one in groups for origin in one.origins))
    venues = origins.identify(session, groups, named)
    payees.find(session, groups)
    return [
        decide(
            one,
            venues[one.venue_id] if one.venue_id else None,
            is_known_by_name=one.origins.keys() <= named.keys(),
        )
        for one in groups
    ]


def _create(session: Session, decided: Sequence[Decision], *, at: datetime, by: Actor) -> None:
    for decision in decided:
        decision.group.venue_id = new_id()
    rows = [
        {"operator_id": None}
        | decision.columns
        | {
            "id": decision.group.venue_id,
            "registered_at": at,
            "registered_by": by.user_id,
            "version": 1,
        }
        for decision in decided
    ]
    if rows:
        unless_there = insert(Venue).on_conflict_do_nothing(index_elements=["identity_key"])
        counted = unless_there.execution_options(preserve_rowcount=True)
        _require_all(session.connection().execute(counted, rows).rowcount, rows)
        created = [subject(decision.group.venue_id) for decision in decided if decision.group.venue_id]
        separation.perform_all(session, duty=Duty.CREATE_VENUE, subjects=created, at=at, by=by)


def _update(session: Session, decided: Sequence[Decision]) -> None:
    """Write the changed venues, each in the version in which it was read; rows of different shapes apart."""
    by_shape: dict[frozenset[str], list[dict[str, object]]] = {}
    for decision in decided:
        if decision.venue is not None:
            row = decision.columns | {"seen_id": decision.venue.id, "seen_version": decision.venue.version}
            by_shape.setdefault(frozenset(row), []).append(row)
    table = Venue.__table__
    seen = (table.c.id == bindparam("seen_id")) & (table.c.version == bindparam("seen_version"))
    for shape, rows in by_shape.items():
        written: dict[str, Any] = {name: bindparam(name) for name in shape - _SEEN}
        changed = update(Venue).where(seen).values(**written, version=table.c.version + 1)
        _require_all(session.connection().execute(changed, rows).rowcount, rows)
    if decided:
        session.expire_all()


def _require_all(done: int, rows: Sequence[object]) -> None:
    if done != len(rows):
        raise Outrun


def _report(decided: Iterable[Decision], refused: Iterable[Line], *, is_dry_run: bool) -> Report:
    lines = [line for decision in decided for line in decision.reports()]
    lines += [LineReport(line.number, Outcome.REFUSED, "", None, None, line.problems) for line in refused]
    return Report(tuple(sorted(lines, key=lambda line: line.number)), is_dry_run)
