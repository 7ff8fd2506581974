"""Keeping: a directory that was tried is kept for a day, so that what is imported is what was shown.

The file is known by its digest: the import carries out those bytes and no others, and only if it does with every
line what the trial said that it would.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network.directory import formats, importing
from voucher_service.network.directory.report import LineReport, Outcome, Report

_LONGEST_NAME = 200
_WRITING = frozenset({Outcome.IMPORTED, Outcome.UPDATED, Outcome.MERGED})


class DirectoryFile(Base):
    """A directory as it was sent; ``carried_out_at`` says when it was last imported."""

    __tablename__ = "directory_file"

    digest: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[str]
    content: Mapped[bytes]
    kept_at: Mapped[datetime]
    kept_by: Mapped[UUID]
    carried_out_at: Mapped[datetime | None]


@dataclass(eq=False)
class DirectoryIsNotKept(Refusal):
    """This file is no longer kept: files are erased after a day. Send it again.

    FR: Ce fichier n'est plus gardé : les fichiers sont effacés après un jour. Envoyez-le à nouveau.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    digest: str


@dataclass(eq=False)
class TrialIsOutdated(Refusal):
    """Venues changed since this trial was shown: look at it again, then import.

    FR: Des lieux ont changé depuis cet essai : relisez-le, puis importez.
    """


def keep(session: Session, *, content: bytes, name: str, at: datetime, by: Actor) -> DirectoryFile:
    """Keep a directory for a day, having read all of it; the operator's duty.

    Raises ``DutyIsNotYours`` and the refusals of ``formats.read``.
    """
    duties.require(Role.OPERATOR, duty="import-venues", by=by, at=at)
    for _line in formats.read(content).lines:
        pass
    digest = hashlib.sha256(content).hexdigest()
    sent = {"name": name[:_LONGEST_NAME], "kept_at": at, "kept_by": by.user_id}
    row = insert(DirectoryFile).values(digest=digest, content=content, **sent)
    session.execute(row.on_conflict_do_update(index_elements=["digest"], set_=sent))
    return session.get_one(DirectoryFile, digest, populate_existing=True)


def get(session: Session, *, digest: str) -> DirectoryFile:
    """Return a kept directory; raises ``DirectoryIsNotKept``, also where its bytes are not those of its digest."""
    file = session.get(DirectoryFile, digest)
    if file is None or hashlib.sha256(file.content).hexdigest() != digest:
        raise DirectoryIsNotKept(digest)
    return file


def plan(session: Session, *, file: DirectoryFile) -> Report:
    """Say what importing a kept directory would do with each line; nothing is written."""
    return importing.plan(session, lines=formats.read(file.content).lines)


def carry_out(session: Session, *, digest: str, shown: str, at: datetime, by: Actor) -> Report:
    """Import a kept directory as it was ``shown`` (the ``mark`` of its trial); the operator's duty.

    Raises ``DutyIsNotYours``, ``DirectoryIsNotKept``, ``TrialIsOutdated``.
    """
    file = get(session, digest=digest)
    report = importing.carry_out(session, lines=formats.read(file.content).lines, at=at, by=by)
    if mark(report) != shown:
        raise TrialIsOutdated
    session.execute(
        update(DirectoryFile).where(DirectoryFile.digest == digest).values(carried_out_at=at),
        execution_options={"synchronize_session": False},
    )
    return report


def mark(report: Report) -> str:
    """Return what two reports share when they do the same with every line."""
    said = [(line.number, line.outcome.value, line.name, line.with_line) for line in report.lines]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def writing(report: Report) -> Sequence[LineReport]:
    """Return the lines by which a venue is written down or changed, one for each venue."""
    return [line for line in report.lines if line.outcome in _WRITING and line.with_line is None]


def forget(session: Session, *, before: datetime) -> None:
    """Erase the directories that were last sent before an instant."""
    session.execute(delete(DirectoryFile).where(DirectoryFile.kept_at < before))
