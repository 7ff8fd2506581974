"""Printing files: what a print run left to print, with the digest of each file; erased once it is on paper.

The manifest stays when the files are gone: what was printed, from which serial to which, by whom, when, and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, exists, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.jobs import Job
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import register
from voucher_service.vouchers.printing import folder, runs
from voucher_service.vouchers.printing.runs import PrintRun

BOOKLETS_PER_FILE = 500


class PrintFile(Base):
    """A file of a print run: from which voucher to which, and the SHA-256 of its bytes."""

    __tablename__ = "print_file"

    print_run_id: Mapped[UUID] = mapped_column(ForeignKey("print_run.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str]
    sha256: Mapped[Code]
    size_bytes: Mapped[int]
    pages: Mapped[int] = mapped_column(Integer)
    vouchers: Mapped[int] = mapped_column(Integer)
    first_serial: Mapped[Code]
    last_serial: Mapped[Code]
    at: Mapped[datetime]


class PrintErasure(Base):
    """The files of a print run were erased; what they were is still known."""

    __tablename__ = "print_erasure"

    print_run_id: Mapped[UUID] = mapped_column(ForeignKey("print_run.id"), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Part:
    """The booklets of one file."""

    no: int
    name: str
    first_booklet: int
    last_booklet: int


@dataclass(eq=False)
class PrintFilesAreNotReady(Refusal):
    """The files of this print run are not written: wait for the end of its job, or start another.

    FR: Les fichiers de cette impression ne sont pas écrits : attendez la fin du traitement, ou relancez l'impression.
    """

    print_run_id: UUID


@dataclass(eq=False)
class PrintFileIsUnknown(Refusal):
    """This print run has no file with this number: look at the list of its files.

    FR: Cette impression n'a pas de fichier portant ce numéro : consultez la liste de ses fichiers.
    """

    kind = Kind.UNKNOWN
    no: int


@dataclass(eq=False)
class PrintFileIsGone(Refusal):
    """This file was erased, or is not here as it was written: print these booklets again, and say why.

    FR: Ce fichier a été effacé, ou n'est plus ici tel qu'il a été écrit : imprimez de nouveau, en disant pourquoi.
    """

    kind = Kind.UNKNOWN
    no: int


@dataclass(eq=False)
class PrintFilesWereErased(Refusal):
    """The files of this print run were erased before: there is nothing left to do.

    FR: Les fichiers de cette impression ont déjà été effacés : il n'y a plus rien à faire.
    """

    print_run_id: UUID


def parts(run: PrintRun) -> Iterator[Part]:
    """Share a print run between files of at most 500 booklets."""
    starts = range(run.first_booklet, run.last_booklet + 1, BOOKLETS_PER_FILE)
    for no, first in enumerate(starts, start=1):
        last = min(first + BOOKLETS_PER_FILE - 1, run.last_booklet)
        name = f"{register.booklet_number(run.series, first)}-{last:06d}-{run.form}.pdf"
        yield Part(no, name, first, last)


def record(session: Session, *, files: Sequence[PrintFile]) -> None:
    """Record the files of a print run, all of them at once."""
    names = PrintFile.__table__.columns.keys()
    session.execute(insert(PrintFile), [{name: getattr(file, name) for name in names} for file in files])


def of_run(session: Session, *, print_run_id: UUID) -> list[PrintFile]:
    """List the files that a print run wrote: none while its job runs, or where it was called off."""
    written = select(PrintFile).where(PrintFile.print_run_id == print_run_id)
    return list(session.scalars(written.order_by(PrintFile.no)))


def erasure(session: Session, *, print_run_id: UUID) -> PrintErasure | None:
    """Return the fact that a print run's files were erased, if they were."""
    return session.get(PrintErasure, print_run_id)


def read(
    session: Session, *, print_run_id: UUID, no: int, var_dir: Path, by: Actor
) -> tuple[PrintFile, bytes]:
    """Return a file of a print run of one's own organisation, checked against its SHA-256.

    Raises ``PrintRunIsUnknown``, ``PrintFileIsUnknown``, ``PrintFileIsGone``.
    """
    run = runs.get(session, print_run_id=print_run_id, by=by)
    file = session.get(PrintFile, (run.id, no))
    if file is None:
        raise PrintFileIsUnknown(no)
    content = folder.read(folder.of(var_dir, run.id), file.name, file.sha256)
    if content is None:
        raise PrintFileIsGone(no)
    return file, content


def erase(session: Session, *, print_run_id: UUID, var_dir: Path, at: datetime, by: Actor) -> PrintErasure:
    """Erase the files of a print run of one's own organisation, once they are on paper; its manifest stays.

    Raises ``PrintRunIsUnknown``, ``PrintFilesAreNotReady``, ``PrintFilesWereErased``.
    """
    run = runs.get(session, print_run_id=print_run_id, by=by)
    if not of_run(session, print_run_id=run.id):
        raise PrintFilesAreNotReady(run.id)
    if erasure(session, print_run_id=run.id) is not None:
        raise PrintFilesWereErased(run.id)
    session.execute(insert(PrintErasure).values(print_run_id=run.id, at=at, by=by.user_id))
    folder.erase_files(folder.of(var_dir, run.id))
    return session.get_one(PrintErasure, run.id)


def manifest(session: Session, *, run: PrintRun) -> dict[str, Any]:
    """Say what a print run left: campaign, format, booklets, who, when, why, and each file; no code is in it."""
    return {
        "print_run_id": str(run.id),
        "campaign": run.series,
        "format": run.form,
        "first_booklet": register.booklet_number(run.series, run.first_booklet),
        "last_booklet": register.booklet_number(run.series, run.last_booklet),
        "by": str(run.by),
        "at": run.at,
        "reason": run.reason,
        "files": [
            {name: getattr(file, name) for name in _TOLD} for file in of_run(session, print_run_id=run.id)
        ],
    }


def forsaken(session: Session, *, print_run_ids: Sequence[UUID]) -> list[UUID]:
    """Return those print runs whose job is over and that left no file: whatever lies in their folders is nobody's."""
    over = select(PrintRun.id).join(Job, Job.id == PrintRun.job_id).where(Job.finished_at.is_not(None))
    empty = over.where(~exists().where(PrintFile.print_run_id == PrintRun.id))
    return list(session.scalars(empty.where(PrintRun.id.in_(print_run_ids))))


_TOLD = ("no", "name", "sha256", "size_bytes", "pages", "vouchers", "first_serial", "last_serial")
